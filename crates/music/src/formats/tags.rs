//! What a file says about itself.

/// The statement every file carries, whatever its format.
pub const MADE_BY: &str = "machine-made (AI-generated) by Music Gen AI";

/// The metadata of one file. There is no date in it: the same piece is the same file.
#[derive(Debug, Clone, PartialEq)]
pub struct Tags {
    /// Title of the piece.
    pub title: String,
    /// Genre id.
    pub genre: String,
    /// Mood id.
    pub mood: String,
    /// For instance `C minor`.
    pub key: String,
    /// Beats per minute.
    pub tempo: f64,
    /// SHA-256 of the prompt's UTF-8, in lower-case hex. The prompt itself stays out of the file:
    /// who passes a track on does not thereby publish what was typed.
    pub prompt_hash: String,
    /// The seed that makes the piece again.
    pub seed: u64,
    /// Engine id.
    pub engine: String,
    /// Engine version.
    pub engine_version: String,
}

impl Tags {
    /// Field names and values as Vorbis comments, in a fixed order. `made_by` is always among them.
    pub fn comments(&self) -> Vec<(&'static str, String)> {
        vec![
            ("TITLE", clean(&self.title)),
            ("ARTIST", "Music Gen AI".to_owned()),
            ("GENRE", clean(&self.genre)),
            ("MOOD", clean(&self.mood)),
            ("INITIALKEY", clean(&self.key)),
            ("BPM", tempo(self.tempo)),
            ("COMMENT", MADE_BY.to_owned()),
            ("MADE_BY", MADE_BY.to_owned()),
            ("PROMPT_SHA256", clean(&self.prompt_hash)),
            ("SEED", self.seed.to_string()),
            ("ENGINE", clean(&self.engine)),
            ("ENGINE_VERSION", clean(&self.engine_version)),
        ]
    }

    /// Chunk ids and values of a RIFF `LIST`/`INFO` list. RIFF has no fields for prompt hash and
    /// seed, so the comment carries them.
    pub fn riff_info(&self) -> Vec<([u8; 4], String)> {
        let comment = format!(
            "{MADE_BY}; prompt_sha256={}; seed={}; engine={}; engine_version={}; key={}; bpm={}; mood={}",
            clean(&self.prompt_hash),
            self.seed,
            clean(&self.engine),
            clean(&self.engine_version),
            clean(&self.key),
            tempo(self.tempo),
            clean(&self.mood),
        );
        vec![
            (*b"INAM", clean(&self.title)),
            (*b"IART", "Music Gen AI".to_owned()),
            (*b"IGNR", clean(&self.genre)),
            (*b"ICMT", comment),
            (
                *b"ISFT",
                format!(
                    "Music Gen AI {} {}",
                    clean(&self.engine),
                    clean(&self.engine_version)
                ),
            ),
        ]
    }
}

/// Without control characters: a NUL ends a RIFF text early and is refused in Vorbis comments.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn tempo(bpm: f64) -> String {
    let rounded = (bpm * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 {
        format!("{rounded:.0}")
    } else {
        format!("{rounded:.1}")
    }
}
