//! The words of the API: genres, moods, instruments, keys, formats.
//!
//! Ids are `snake_case`, stable, and the only spelling the API takes; a prompt may use any of the
//! synonyms that `prompt/lexicon.rs` knows.

use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $id:literal, $label:literal, $about:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $(
                #[doc = $about]
                #[serde(rename = $id)]
                $variant,
            )*
        }

        impl $name {
            /// All of them, in the order the API lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in the API.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// For people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// One line about it.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),* }
            }

            /// Finds it by its id, spelt exactly.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.id())
            }
        }
    };
}

vocabulary! {
    /// What style a piece is in.
    Genre {
        Ambient = "ambient", "Ambient", "Slow pads and space, hardly a pulse";
        Blues = "blues", "Blues", "Twelve bars, shuffle, blue notes";
        Cinematic = "cinematic", "Cinematic", "Orchestral build-up for pictures";
        Classical = "classical", "Classical", "Periods, cadences and figured accompaniment";
        DrumAndBass = "drum_and_bass", "Drum and bass", "Fast broken beats over deep bass";
        Electronic = "electronic", "Electronic", "Synth arpeggios and a straight machine beat";
        Folk = "folk", "Folk", "Plucked strings and singable tunes";
        Funk = "funk", "Funk", "Syncopated sixteenths on one chord or two";
        HipHop = "hip_hop", "Hip hop", "Heavy, laid-back beats and short loops";
        House = "house", "House", "Four on the floor, off-beat hats and stabs";
        Jazz = "jazz", "Jazz", "Swing, seventh chords, walking bass";
        Latin = "latin", "Latin", "Clave, montuno and percussion";
        Lofi = "lofi", "Lo-fi", "Dusty keys and slow, swung drums";
        Pop = "pop", "Pop", "Four chords, verse and chorus";
        Rock = "rock", "Rock", "Backbeat, power chords, riffs";
        Techno = "techno", "Techno", "Driving kick, sparse modal figures";
    }
}

vocabulary! {
    /// What a piece feels like.
    Mood {
        Aggressive = "aggressive", "Aggressive", "Loud, hard, pressing";
        Bright = "bright", "Bright", "Open and clear, high register";
        Calm = "calm", "Calm", "Slow and soft";
        Dark = "dark", "Dark", "Low, minor, dim tone";
        Dreamy = "dreamy", "Dreamy", "Floating, wide, much room";
        Energetic = "energetic", "Energetic", "Fast and full";
        Epic = "epic", "Epic", "Big and growing";
        Happy = "happy", "Happy", "Major and lively";
        Melancholic = "melancholic", "Melancholic", "Minor, slow, tender";
        Mysterious = "mysterious", "Mysterious", "Uncertain modes and sparse notes";
        Peaceful = "peaceful", "Peaceful", "Still and consonant";
        Playful = "playful", "Playful", "Short notes and jumps";
        Romantic = "romantic", "Romantic", "Warm, lyrical, rich chords";
        Sad = "sad", "Sad", "Minor, slow, falling lines";
        Tense = "tense", "Tense", "Dissonance and insistence";
        Triumphant = "triumphant", "Triumphant", "Major, strong, rising";
    }
}

vocabulary! {
    /// Who plays.
    Instrument {
        Piano = "piano", "Piano", "Acoustic grand piano";
        ElectricPiano = "electric_piano", "Electric piano", "Tine piano with a soft bell";
        Organ = "organ", "Organ", "Drawbar organ";
        Harpsichord = "harpsichord", "Harpsichord", "Plucked keyboard";
        AcousticGuitar = "acoustic_guitar", "Acoustic guitar", "Steel-string guitar";
        ElectricGuitar = "electric_guitar", "Electric guitar", "Clean electric guitar";
        DistortedGuitar = "distorted_guitar", "Distorted guitar", "Overdriven electric guitar";
        Harp = "harp", "Harp", "Concert harp";
        UprightBass = "upright_bass", "Upright bass", "Plucked double bass";
        ElectricBass = "electric_bass", "Electric bass", "Fingered electric bass";
        SynthBass = "synth_bass", "Synth bass", "Subtractive bass";
        SubBass = "sub_bass", "Sub bass", "Deep, nearly pure bass";
        Violin = "violin", "Violin", "Solo violin";
        Cello = "cello", "Cello", "Solo cello";
        Strings = "strings", "Strings", "String ensemble";
        Choir = "choir", "Choir", "Wordless voices";
        Flute = "flute", "Flute", "Concert flute";
        Clarinet = "clarinet", "Clarinet", "B-flat clarinet";
        Saxophone = "saxophone", "Saxophone", "Tenor saxophone";
        Trumpet = "trumpet", "Trumpet", "Open trumpet";
        Brass = "brass", "Brass", "Brass section";
        Marimba = "marimba", "Marimba", "Wooden bars, soft mallets";
        Vibraphone = "vibraphone", "Vibraphone", "Metal bars with tremolo";
        Bells = "bells", "Bells", "Glockenspiel and bells";
        SynthLead = "synth_lead", "Synth lead", "Cutting monophonic lead";
        SynthPad = "synth_pad", "Synth pad", "Wide, slow pad";
        SynthPluck = "synth_pluck", "Synth pluck", "Short filtered pluck";
        Drums = "drums", "Drum kit", "Acoustic drum kit";
        ElectronicDrums = "electronic_drums", "Electronic drums", "Drum machine";
        Percussion = "percussion", "Percussion", "Congas, shakers, claves";
    }
}

impl Instrument {
    /// Whether its notes are General MIDI percussion numbers instead of pitches.
    pub fn is_percussion(self) -> bool {
        matches!(self, Self::Drums | Self::ElectronicDrums | Self::Percussion)
    }

    /// Whether it plays the lowest voice.
    pub fn is_bass(self) -> bool {
        matches!(
            self,
            Self::UprightBass | Self::ElectricBass | Self::SynthBass | Self::SubBass
        )
    }
}

vocabulary! {
    /// How the file is encoded.
    Format {
        Wav = "wav", "WAV", "16-bit PCM";
        Flac = "flac", "FLAC", "Lossless, about half of WAV";
        Ogg = "ogg", "Ogg Vorbis", "Lossy, about a tenth of WAV";
    }
}

impl Format {
    /// The media type of the file.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Flac => "audio/flac",
            Self::Ogg => "audio/ogg",
        }
    }

    /// The file name's ending, without the dot.
    pub fn extension(self) -> &'static str {
        self.id()
    }
}

/// A tonic and a mode: `C minor`, `F# dorian`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// 0 is C, 11 is B.
    pub tonic: u8,
    /// The scale.
    pub mode: Mode,
}

vocabulary! {
    /// The scale a piece is in.
    Mode {
        Major = "major", "major", "Ionian";
        Minor = "minor", "minor", "Aeolian, with the raised seventh at cadences";
        Dorian = "dorian", "dorian", "Minor with a major sixth";
        Phrygian = "phrygian", "phrygian", "Minor with a minor second";
        Lydian = "lydian", "lydian", "Major with an augmented fourth";
        Mixolydian = "mixolydian", "mixolydian", "Major with a minor seventh";
    }
}

impl Mode {
    /// Semitones above the tonic.
    pub fn steps(self) -> [u8; 7] {
        match self {
            Self::Major => [0, 2, 4, 5, 7, 9, 11],
            Self::Minor => [0, 2, 3, 5, 7, 8, 10],
            Self::Dorian => [0, 2, 3, 5, 7, 9, 10],
            Self::Phrygian => [0, 1, 3, 5, 7, 8, 10],
            Self::Lydian => [0, 2, 4, 6, 7, 9, 11],
            Self::Mixolydian => [0, 2, 4, 5, 7, 9, 10],
        }
    }

    /// Whether the third is minor.
    pub fn is_minor(self) -> bool {
        self.steps()[2] == 3
    }
}

impl Key {
    const NAMES: [&'static str; 12] = [
        "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B",
    ];

    /// Reads `C minor`, `f# Dorian`, `Bb major`, `Am`, `E`; a tonic alone is major.
    ///
    /// Flats are `b`, sharps `#` (also `♭`, `♯`). Anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut letters = text.chars();
        let natural = match letters.next()?.to_ascii_uppercase() {
            'C' => 0_i8,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            'B' => 11,
            _ => return None,
        };
        let rest = letters.as_str();
        let (shift, rest) = match rest.chars().next() {
            Some('#' | '♯') => (1, &rest[rest.chars().next().map_or(0, char::len_utf8)..]),
            Some('b' | '♭') => (-1, &rest[rest.chars().next().map_or(0, char::len_utf8)..]),
            _ => (0, rest),
        };
        let mode = match rest {
            "" | "M" | "maj" => Mode::Major,
            "m" | "min" => Mode::Minor,
            spaced if spaced.starts_with([' ', '-']) => {
                let word = spaced.trim_start_matches([' ', '-']).to_lowercase();
                match word.as_str() {
                    "maj" => Mode::Major,
                    "min" | "aeolian" => Mode::Minor,
                    "ionian" => Mode::Major,
                    other => Mode::from_id(other)?,
                }
            }
            _ => return None,
        };
        let tonic = (natural + shift).rem_euclid(12).unsigned_abs();
        Some(Self { tonic, mode })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = Self::NAMES[usize::from(self.tonic % 12)];
        write!(f, "{name} {}", self.mode.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_stable_spellings_and_found_again() {
        assert_eq!(
            (Genre::ALL.len(), Mood::ALL.len(), Instrument::ALL.len()),
            (16, 16, 30)
        );
        let genres = Genre::ALL.iter().map(|it| it.id());
        let moods = Mood::ALL.iter().map(|it| it.id());
        let instruments = Instrument::ALL.iter().map(|it| it.id());
        for ids in [
            genres.collect::<Vec<_>>(),
            moods.collect(),
            instruments.collect(),
        ] {
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
            let plain = |id: &&str| {
                id.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            assert!(ids.iter().all(plain));
        }
        for genre in Genre::ALL {
            assert_eq!(Genre::from_id(genre.id()), Some(*genre));
            assert_eq!(
                serde_json::to_string(genre).unwrap(),
                format!("{:?}", genre.id())
            );
        }
        assert_eq!(Instrument::from_id("Piano"), None);
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for tonic in 0..12 {
            for mode in Mode::ALL {
                let key = Key { tonic, mode: *mode };
                assert_eq!(Key::parse(&key.to_string()), Some(key));
            }
        }
        for (text, written) in [
            ("f# Dorian", "F# dorian"),
            ("Bb", "Bb major"),
            ("bb minor", "Bb minor"),
            ("Am", "A minor"),
            ("A♭ major", "Ab major"),
            ("c-minor", "C minor"),
            ("Cb", "B major"),
        ] {
            assert_eq!(
                Key::parse(text).map(|key| key.to_string()).as_deref(),
                Some(written)
            );
        }
        for bad in ["", "#", "H minor", "C##", "C minor major", "♭", "é"] {
            assert_eq!(Key::parse(bad), None, "{bad}");
        }
    }
}
