//! What a mood does to the music.

use crate::vocabulary::{Genre, Mode, Mood};

/// A mood in numbers; see the fields of [`Plan`](super::Plan) for what each does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Character {
    pub(super) energy: f32,
    pub(super) density: f32,
    pub(super) register: i8,
    pub(super) brightness: f32,
    pub(super) legato: f32,
    pub(super) force: f32,
    pub(super) leap: i32,
    pub(super) drift: f32,
    pub(super) space: f32,
    /// -1.0 (slow) ..= 1.0 (fast) within what the style allows.
    pub(super) speed: f64,
    /// Modes that suit it, best first.
    pub(super) modes: &'static [Mode],
}

const MAJOR: &[Mode] = &[Mode::Major, Mode::Lydian, Mode::Mixolydian];
const MINOR: &[Mode] = &[Mode::Minor, Mode::Dorian];

impl Character {
    /// The character of a mood.
    // table: moods
    pub(super) fn of(mood: Mood) -> Self {
        let row = |numbers: (f32, f32, i8, f32), how: (f32, f32, i32, f32, f32), speed, modes| {
            let (energy, density, register, brightness) = numbers;
            let (legato, force, leap, drift, space) = how;
            Self {
                energy,
                density,
                register,
                brightness,
                legato,
                force,
                leap,
                drift,
                space,
                speed,
                modes,
            }
        };
        match mood {
            Mood::Aggressive => row(
                (0.95, 0.9, -2, 0.9),
                (0.7, 1.12, 1, -0.2, 0.6),
                0.6,
                &[Mode::Minor, Mode::Phrygian],
            ),
            Mood::Bright => row(
                (0.7, 0.6, 5, 0.9),
                (0.9, 1.0, 0, 0.4, 0.9),
                0.25,
                &[Mode::Major, Mode::Lydian],
            ),
            Mood::Calm => row(
                (0.4, 0.3, 0, 0.35),
                (1.15, 0.78, -1, -0.1, 1.2),
                -0.5,
                MAJOR,
            ),
            Mood::Dark => row(
                (0.6, 0.5, -5, 0.15),
                (1.0, 0.95, 0, -0.4, 1.15),
                -0.2,
                &[Mode::Minor, Mode::Phrygian, Mode::Dorian],
            ),
            Mood::Dreamy => row(
                (0.45, 0.4, 3, 0.45),
                (1.3, 0.8, 0, 0.2, 1.6),
                -0.4,
                &[Mode::Lydian, Mode::Major, Mode::Dorian],
            ),
            Mood::Energetic => row(
                (0.92, 0.85, 1, 0.75),
                (0.8, 1.08, 1, 0.3, 0.8),
                0.7,
                &[Mode::Major, Mode::Minor, Mode::Mixolydian],
            ),
            Mood::Epic => row(
                (0.9, 0.75, -1, 0.65),
                (1.1, 1.1, 1, 0.6, 1.5),
                0.0,
                &[Mode::Minor, Mode::Dorian, Mode::Major],
            ),
            Mood::Happy => row(
                (0.75, 0.65, 2, 0.7),
                (0.85, 1.0, 0, 0.3, 0.85),
                0.35,
                &[Mode::Major, Mode::Mixolydian],
            ),
            Mood::Melancholic => row(
                (0.42, 0.4, -1, 0.35),
                (1.15, 0.8, 0, -0.5, 1.25),
                -0.5,
                MINOR,
            ),
            Mood::Mysterious => row(
                (0.45, 0.28, -2, 0.3),
                (1.05, 0.82, 2, 0.0, 1.5),
                -0.3,
                &[Mode::Phrygian, Mode::Dorian, Mode::Minor],
            ),
            Mood::Peaceful => row(
                (0.34, 0.22, 1, 0.4),
                (1.25, 0.72, -1, 0.0, 1.35),
                -0.6,
                MAJOR,
            ),
            Mood::Playful => row(
                (0.68, 0.7, 4, 0.72),
                (0.55, 0.96, 2, 0.2, 0.7),
                0.4,
                &[Mode::Major, Mode::Mixolydian, Mode::Lydian],
            ),
            Mood::Romantic => row(
                (0.55, 0.48, 0, 0.5),
                (1.2, 0.88, 1, 0.1, 1.3),
                -0.3,
                &[Mode::Major, Mode::Minor],
            ),
            Mood::Sad => row(
                (0.38, 0.35, -2, 0.28),
                (1.2, 0.78, -1, -0.7, 1.3),
                -0.7,
                MINOR,
            ),
            Mood::Tense => row(
                (0.72, 0.72, -3, 0.5),
                (0.65, 1.02, 1, 0.1, 1.0),
                0.2,
                &[Mode::Phrygian, Mode::Minor],
            ),
            Mood::Triumphant => row(
                (0.9, 0.7, 2, 0.85),
                (1.0, 1.1, 1, 0.7, 1.2),
                0.25,
                &[Mode::Major, Mode::Mixolydian],
            ),
        }
    }
}

/// The mood of a genre when nothing is said.
pub(super) fn usual_mood(genre: Genre) -> Mood {
    match genre {
        Genre::Ambient => Mood::Dreamy,
        Genre::Blues => Mood::Melancholic,
        Genre::Cinematic => Mood::Epic,
        Genre::Classical => Mood::Romantic,
        Genre::DrumAndBass | Genre::House | Genre::Rock => Mood::Energetic,
        Genre::Electronic => Mood::Bright,
        Genre::Folk | Genre::Jazz | Genre::Pop => Mood::Happy,
        Genre::Funk | Genre::Latin => Mood::Playful,
        Genre::HipHop | Genre::Techno => Mood::Dark,
        Genre::Lofi => Mood::Calm,
    }
}

/// The genre that a mood suggests when no style is said.
pub(super) fn usual_genre(mood: Mood) -> Genre {
    match mood {
        Mood::Aggressive | Mood::Energetic => Genre::Rock,
        Mood::Bright | Mood::Happy | Mood::Romantic | Mood::Sad | Mood::Melancholic => Genre::Pop,
        Mood::Calm => Genre::Lofi,
        Mood::Dark | Mood::Dreamy | Mood::Peaceful => Genre::Ambient,
        Mood::Epic | Mood::Mysterious | Mood::Tense | Mood::Triumphant => Genre::Cinematic,
        Mood::Playful => Genre::Folk,
    }
}
