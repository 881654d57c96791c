//! Small text files that the configuration is read from.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// No configuration file and no secret is larger; more would be a wrong path.
const MAX_BYTES: u64 = 64 * 1024;

/// A file that was read.
pub(crate) struct TextFile {
    /// The whole text.
    pub(crate) text: String,
    mode: u32,
}

impl TextFile {
    /// Reads a regular file of at most 64 KiB. The error says why not, without any of its content.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        Self::read_up_to(path, MAX_BYTES)
    }

    /// The same with another limit.
    pub(crate) fn read_up_to(path: &Path, max_bytes: u64) -> Result<Self, String> {
        let in_words = |error: std::io::Error| format!("cannot be read ({error})");
        // Opening a pipe would wait for its writer, so the kind is asked before.
        if !std::fs::metadata(path).map_err(in_words)?.is_file() {
            return Err("is not a regular file".to_owned());
        }
        let file = File::open(path).map_err(in_words)?;
        let mode = file.metadata().map_err(in_words)?.mode();
        let mut bytes = Vec::new();
        file.take(max_bytes + 1)
            .read_to_end(&mut bytes)
            .map_err(in_words)?;
        if bytes.len() as u64 > max_bytes {
            return Err(format!("is larger than {max_bytes} bytes"));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| "is not UTF-8 text (write random bytes as base64 or hex)".to_owned())?;
        Ok(Self { text, mode })
    }

    /// The value it holds: its text without one newline at the end (B120).
    pub(super) fn value(&self) -> &str {
        let text = self.text.strip_suffix('\n').unwrap_or(&self.text);
        text.strip_suffix('\r')
            .filter(|_| text.len() < self.text.len())
            .unwrap_or(text)
    }

    /// What is wrong with its mode, when others than its owner may write it.
    pub(crate) fn writable_by_others(&self) -> Option<String> {
        (self.mode & 0o022 != 0).then(|| {
            format!(
                "has mode {:04o}, so that others than its owner can write it; chmod 0644 or less",
                self.mode & 0o7777
            )
        })
    }

    /// What is wrong with its mode, when others than its owner may use it.
    pub(super) fn exposure(&self) -> Option<String> {
        let open = self.mode & 0o077;
        (open != 0).then(|| {
            format!(
                "has mode {:04o}, so that others than its owner can reach it; chmod 0600 or 0400 it",
                self.mode & 0o7777
            )
        })
    }
}
