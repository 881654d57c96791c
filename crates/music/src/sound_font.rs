//! SoundFont files: checked, loaded once, shared by all renderings.
//!
//! 1. Only an operator names the file; its errors say what is wrong with it and what to do.
//! 2. SoundFont 2 with plain samples. `sf3` (compressed samples) is refused by name, because the
//!    reader would take the Vorbis data for samples.
//! 3. At most 512 MiB: the whole file stays in memory.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is loaded, in bytes.
pub const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// A loaded SoundFont.
#[derive(Clone)]
pub struct SoundFont {
    pub(crate) inner: Arc<rustysynth::SoundFont>,
    name: String,
}

impl std::fmt::Debug for SoundFont {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoundFont")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Why a SoundFont cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SoundFontError {
    /// There is no such file, or it may not be read.
    #[error("cannot read the SoundFont {path}: {source}", path = .path.display())]
    Unreadable {
        /// What was to be loaded.
        path: PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// A directory, a pipe, a device.
    #[error("the SoundFont {} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// Larger than [`MAX_BYTES`].
    #[error("the SoundFont {} has {bytes} bytes; at most {MAX_BYTES} are loaded", .path.display())]
    TooLarge {
        /// What was to be loaded.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// Compressed samples.
    #[error(
        "the SoundFont {} has compressed samples (sf3); convert it to sf2, or install Debian's fluid-soundfont-gm",
        .0.display()
    )]
    Compressed(PathBuf),
    /// Not a SoundFont, or a damaged one.
    #[error("the SoundFont {} is not a valid sf2 file: {reason}", .path.display())]
    Invalid {
        /// What was to be loaded.
        path: PathBuf,
        /// What the reader found.
        reason: String,
    },
    /// Without presets there is nothing to play.
    #[error("the SoundFont {} has no presets", .0.display())]
    Empty(PathBuf),
}

impl SoundFont {
    /// Loads a file.
    ///
    /// # Errors
    ///
    /// [`SoundFontError`], each saying which file and why.
    pub fn load(path: &Path) -> Result<Self, SoundFontError> {
        let unreadable = |source| SoundFontError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let meta = std::fs::metadata(path).map_err(unreadable)?;
        if !meta.is_file() {
            return Err(SoundFontError::NotAFile(path.to_owned()));
        }
        if meta.len() > MAX_BYTES {
            return Err(SoundFontError::TooLarge {
                path: path.to_owned(),
                bytes: meta.len(),
            });
        }
        let mut file = File::open(path).map_err(unreadable)?;
        if is_compressed(&mut file).map_err(unreadable)? {
            return Err(SoundFontError::Compressed(path.to_owned()));
        }
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut reader = BufReader::new(file.take(MAX_BYTES));
        let inner =
            rustysynth::SoundFont::new(&mut reader).map_err(|error| SoundFontError::Invalid {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
        if inner.get_presets().is_empty() {
            return Err(SoundFontError::Empty(path.to_owned()));
        }
        let name = inner.get_info().get_bank_name().to_owned();
        Ok(Self {
            inner: Arc::new(inner),
            name,
        })
    }

    /// The name the file gives itself.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Whether the version chunk (`ifil`, near the start) says 3 or more.
fn is_compressed(file: &mut File) -> std::io::Result<bool> {
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head)?;
    let version = head
        .windows(4)
        .position(|four| four == b"ifil")
        .and_then(|at| head.get(at + 8..at + 10))
        .map_or(2, |major| u16::from_le_bytes([major[0], major[1]]));
    Ok(version >= 3)
}
