//! What a mood does to the music, as numbers.

use crate::vocabulary::{Genre, Mode, Mood};

/// How a piece departs from its style. All zero is the style itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Feel {
    /// Towards the slow (-1.0) or fast (1.0) end of the style.
    pub(crate) tempo: f32,
    /// Fuller or emptier.
    pub(crate) energy: f32,
    /// Busier or sparser.
    pub(crate) density: f32,
    /// Brighter or darker.
    pub(crate) brightness: f32,
    /// Semitones higher.
    pub(crate) register: f32,
    /// Longer or shorter notes.
    pub(crate) legato: f32,
    /// More or less room.
    pub(crate) space: f32,
    /// Rising or falling tunes.
    pub(crate) drift: f32,
    /// Wider leaps.
    pub(crate) leap: f32,
    /// Louder playing.
    pub(crate) force: f32,
}

impl Feel {
    const fn of(values: [f32; 10]) -> Self {
        let [
            tempo,
            energy,
            density,
            brightness,
            register,
            legato,
            space,
            drift,
            leap,
            force,
        ] = values;
        Self {
            tempo,
            energy,
            density,
            brightness,
            register,
            legato,
            space,
            drift,
            leap,
            force,
        }
    }

    /// The traits of a mood.
    pub(crate) fn of_mood(mood: Mood) -> Self {
        //               tempo energy dens. bright reg.  leg.  space drift leap force
        Self::of(match mood {
            Mood::Aggressive => [0.8, 0.35, 0.30, 0.30, -2.0, -0.15, -0.30, 0.0, 0.0, 0.12],
            Mood::Bright => [0.3, 0.10, 0.05, 0.30, 4.0, 0.0, 0.10, 0.4, 0.0, 0.02],
            Mood::Calm => [
                -0.7, -0.25, -0.25, -0.15, 0.0, 0.15, 0.20, -0.1, -1.0, -0.12,
            ],
            Mood::Dark => [-0.3, 0.0, -0.05, -0.35, -5.0, 0.10, 0.20, -0.4, 0.0, 0.0],
            Mood::Dreamy => [-0.6, -0.15, -0.15, -0.05, 2.0, 0.25, 0.60, 0.1, 0.0, -0.10],
            Mood::Energetic => [0.9, 0.30, 0.30, 0.20, 1.0, -0.05, -0.10, 0.2, 0.0, 0.08],
            Mood::Epic => [0.1, 0.30, 0.10, 0.15, 0.0, 0.10, 0.45, 0.5, 1.0, 0.10],
            Mood::Happy => [0.5, 0.12, 0.15, 0.18, 2.0, -0.10, 0.0, 0.3, 0.0, 0.02],
            Mood::Melancholic => [
                -0.6, -0.15, -0.18, -0.20, -1.0, 0.20, 0.25, -0.4, 0.0, -0.08,
            ],
            Mood::Mysterious => [
                -0.4, -0.12, -0.28, -0.25, -2.0, 0.10, 0.50, -0.1, 1.0, -0.06,
            ],
            Mood::Peaceful => [-0.8, -0.30, -0.32, -0.08, 1.0, 0.20, 0.35, 0.0, -1.0, -0.15],
            Mood::Playful => [0.6, 0.05, 0.22, 0.15, 3.0, -0.35, -0.15, 0.1, 2.0, 0.0],
            Mood::Romantic => [-0.4, -0.05, -0.05, -0.02, 0.0, 0.22, 0.25, 0.2, 1.0, -0.04],
            Mood::Sad => [
                -0.9, -0.22, -0.28, -0.25, -2.0, 0.22, 0.22, -0.8, 0.0, -0.12,
            ],
            Mood::Tense => [0.4, 0.15, 0.18, 0.0, -3.0, -0.25, 0.05, 0.2, 0.0, 0.05],
            Mood::Triumphant => [0.2, 0.35, 0.10, 0.28, 1.0, 0.05, 0.20, 0.7, 1.0, 0.12],
        })
    }

    /// Adds a share of another.
    pub(crate) fn blend(&mut self, other: Self, share: f32) {
        self.tempo += other.tempo * share;
        self.energy += other.energy * share;
        self.density += other.density * share;
        self.brightness += other.brightness * share;
        self.register += other.register * share;
        self.legato += other.legato * share;
        self.space += other.space * share;
        self.drift += other.drift * share;
        self.leap += other.leap * share;
        self.force += other.force * share;
    }
}

/// The modes that suit a mood, best first; empty when any will do.
pub(crate) fn modes_of(mood: Mood) -> &'static [Mode] {
    match mood {
        Mood::Aggressive | Mood::Dark => &[Mode::Minor, Mode::Phrygian],
        Mood::Bright => &[Mode::Major, Mode::Lydian],
        Mood::Dreamy => &[Mode::Lydian, Mode::Major, Mode::Dorian],
        Mood::Happy | Mood::Playful => &[Mode::Major, Mode::Mixolydian],
        Mood::Melancholic => &[Mode::Minor, Mode::Dorian],
        Mood::Mysterious => &[Mode::Dorian, Mode::Minor, Mode::Phrygian],
        Mood::Peaceful => &[Mode::Major, Mode::Lydian],
        Mood::Romantic | Mood::Triumphant => &[Mode::Major],
        Mood::Sad => &[Mode::Minor],
        Mood::Tense => &[Mode::Phrygian, Mode::Minor],
        Mood::Calm | Mood::Energetic | Mood::Epic => &[],
    }
}

/// What a genre feels like when nobody says.
pub(crate) fn mood_of_genre(genre: Genre) -> Mood {
    match genre {
        Genre::Ambient => Mood::Dreamy,
        Genre::Blues => Mood::Melancholic,
        Genre::Cinematic => Mood::Epic,
        Genre::Classical => Mood::Romantic,
        Genre::DrumAndBass | Genre::Electronic | Genre::House | Genre::Rock => Mood::Energetic,
        Genre::Folk => Mood::Peaceful,
        Genre::Funk | Genre::Jazz => Mood::Playful,
        Genre::HipHop | Genre::Techno => Mood::Dark,
        Genre::Latin | Genre::Pop => Mood::Happy,
        Genre::Lofi => Mood::Calm,
    }
}

/// A genre that carries a mood when nobody says.
pub(crate) fn genres_of_mood(mood: Mood) -> &'static [Genre] {
    match mood {
        Mood::Calm | Mood::Peaceful => &[Genre::Ambient, Genre::Lofi, Genre::Folk],
        Mood::Dreamy => &[Genre::Ambient, Genre::Electronic],
        Mood::Epic | Mood::Tense | Mood::Triumphant => &[Genre::Cinematic],
        Mood::Mysterious => &[Genre::Cinematic, Genre::Ambient],
        Mood::Dark => &[Genre::Cinematic, Genre::Electronic, Genre::Techno],
        Mood::Aggressive => &[Genre::Rock, Genre::DrumAndBass],
        Mood::Romantic => &[Genre::Classical, Genre::Jazz],
        Mood::Sad | Mood::Melancholic => &[Genre::Classical, Genre::Pop, Genre::Lofi],
        Mood::Energetic => &[Genre::Electronic, Genre::Pop, Genre::House],
        Mood::Happy | Mood::Bright | Mood::Playful => &[Genre::Pop, Genre::Folk, Genre::Funk],
    }
}
