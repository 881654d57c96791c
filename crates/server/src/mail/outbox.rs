//! `DATA_DIR/outbox`: where messages go when no relay is set.
//!
//! 1. A file a message, for the owner alone: there are links in it that reset passwords.
//! 2. Its name begins with the time, so names sort by it, and ends with the message's id.
//! 3. It appears whole, by renaming. The newest [`KEPT`] are kept, so that strangers who register
//!    can't fill the disk.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use uuid::Uuid;

/// Messages of a few kilobytes each.
const KEPT: usize = 1_000;

#[derive(Debug)]
pub(super) struct Outbox {
    folder: PathBuf,
    kept: usize,
}

impl Outbox {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join("outbox"),
            kept: KEPT,
        }
    }

    /// Writes a message; the same message again takes the place of the first.
    pub(super) fn write(&self, at: OffsetDateTime, id: Uuid, bytes: &[u8]) -> io::Result<()> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let name = format!("{}-{id}.eml", stamp(at));
        let draft = self.folder.join(format!(".{name}"));
        let written = write_private(&draft, bytes)
            .and_then(|()| std::fs::rename(&draft, self.folder.join(name)));
        if written.is_err() {
            // Whatever is left of it; the error that counts is the first.
            let _ = std::fs::remove_file(&draft);
        }
        written.and_then(|()| self.forget())
    }

    /// Removes the oldest; another process that does the same may be first.
    fn forget(&self) -> io::Result<()> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            if is_ours(&name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let excess = names.len().saturating_sub(self.kept);
        for name in names.drain(..excess) {
            match std::fs::remove_file(self.folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// What an operator puts into the folder stays.
fn is_ours(name: &OsStr) -> bool {
    let is_message = Path::new(name).extension() == Some(OsStr::new("eml"));
    is_message
        && name
            .as_encoded_bytes()
            .first()
            .is_some_and(u8::is_ascii_digit)
}

/// `20261125T093244.123Z`.
fn stamp(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use time::macros::datetime;

    fn names(outbox: &Outbox) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(&outbox.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_private_sort_by_time_and_do_not_collide() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path());
        let at = datetime!(2026-11-25 09:32:44.123 UTC);
        for n in [1_u128, 2, 3] {
            outbox.write(at, Uuid::from_u128(n), b"same time").unwrap();
        }
        let earlier = datetime!(2026-11-25 09:32:44.122 UTC);
        outbox.write(earlier, Uuid::from_u128(9), b"first").unwrap();
        outbox.write(earlier, Uuid::from_u128(9), b"again").unwrap();
        let names = names(&outbox);
        assert_eq!(names.len(), 4, "{names:?}");
        let first = outbox.folder.join(&names[0]);
        assert!(names[0].starts_with("20261125T093244.122Z-"), "{names:?}");
        assert_eq!(std::fs::read(&first).unwrap(), b"again");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&first), mode(&outbox.folder)), (0o600, 0o700));
    }

    #[test]
    fn the_newest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::new(folder.path());
        outbox.kept = 3;
        let start = datetime!(2026-11-25 09:32 UTC);
        for n in 0..5 {
            let at = start + time::Duration::seconds(n);
            outbox.write(at, Uuid::from_u128(n as u128), b"x").unwrap();
            std::fs::write(outbox.folder.join("README"), "the operator's").unwrap();
        }
        let names = names(&outbox);
        assert_eq!(names.len(), 4);
        assert!(names[0].starts_with("20261125T093202") && names[3] == "README");
    }
}
