use crate::vocabulary::Format;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The mode of every file: nobody but the service reads what its users made.
pub const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
const PART: &str = "part";

/// The folder of tracks. Everything here blocks, except [`open_async`](Files::open_async).
#[derive(Debug, Clone)]
pub struct Files {
    folder: Arc<Path>,
}

impl Files {
    /// Opens the folder, making it with mode 0700 if it isn't there.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        DirBuilder::new()
            .recursive(true)
            .mode(FOLDER_MODE)
            .create(&folder)?;
        Ok(Self {
            folder: folder.into(),
        })
    }

    /// Where a track's file is.
    pub fn path(&self, id: Uuid, format: Format) -> PathBuf {
        self.folder
            .join(format!("{}.{}", id.hyphenated(), format.extension()))
    }

    /// Opens a track for reading, with its size in bytes.
    pub fn read(&self, id: Uuid, format: Format) -> io::Result<(File, u64)> {
        let file = File::open(self.path(id, format))?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    }

    /// [`read`](Self::read) for an asynchronous body.
    pub async fn open_async(&self, id: Uuid, format: Format) -> io::Result<(tokio::fs::File, u64)> {
        let file = tokio::fs::File::open(self.path(id, format)).await?;
        let bytes = file.metadata().await?.len();
        Ok((file, bytes))
    }

    /// Size of a track's file in bytes.
    pub fn size(&self, id: Uuid, format: Format) -> io::Result<u64> {
        fs::metadata(self.path(id, format)).map(|metadata| metadata.len())
    }

    /// Removes a track's file; one that isn't there is as good as removed.
    pub fn remove(&self, id: Uuid, format: Format) -> io::Result<()> {
        remove_if_there(&self.path(id, format))
    }

    /// Starts a file that becomes the track's by [`Part::publish`] and vanishes otherwise.
    ///
    /// `run` counts the starts of the job. What earlier runs left, because a crash or a lost lease
    /// ended them, is removed: they can't become the track any more.
    pub fn start(&self, id: Uuid, run: u32, format: Format) -> io::Result<Part> {
        let part = |run: u32| {
            self.folder
                .join(format!("{}.{run}.{PART}", id.hyphenated()))
        };
        for earlier in 0..=run {
            remove_if_there(&part(earlier))?;
        }
        let path = part(run);
        let file = OpenOptions::new()
            .write(true)
            .read(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(&path)?;
        Ok(Part {
            file,
            path: Some(path),
            target: self.path(id, format),
            folder: Arc::clone(&self.folder),
        })
    }

    /// What has a name of ours and is older than `age`.
    pub(crate) fn leftovers(
        &self,
        age: Duration,
        now: OffsetDateTime,
    ) -> io::Result<Vec<Leftover>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            // A file that vanishes meanwhile is somebody else's doing and no fault.
            let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else {
                continue;
            };
            if now - OffsetDateTime::from(modified) < age {
                continue;
            }
            let path = entry.path();
            let ending = path.extension().and_then(|text| text.to_str());
            let id = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.split('.').next())
                .and_then(|text| Uuid::try_parse(text).ok());
            // Files that this program didn't name are not its to remove.
            if let (Some(id), Some(ending)) = (id, ending) {
                let finished = Format::from_id(ending).is_some();
                if finished || ending == PART {
                    found.push(Leftover { id, finished, path });
                }
            }
        }
        Ok(found)
    }
}

/// An old file with a name of ours.
#[derive(Debug)]
pub(crate) struct Leftover {
    pub(crate) id: Uuid,
    /// Whether it carries a track's name; otherwise it was never finished.
    pub(crate) finished: bool,
    pub(crate) path: PathBuf,
}

/// A track's file while it is written. Dropping it removes it.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: Option<PathBuf>,
    target: PathBuf,
    folder: Arc<Path>,
}

impl Part {
    /// Where to write.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Makes it the track's file, safely on disk: contents, then name.
    pub fn publish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(path) = self.path.take()
            && let Err(error) = fs::rename(&path, &self.target)
        {
            self.path = Some(path);
            return Err(error);
        }
        // Without this a power cut may forget the new name.
        File::open(&self.folder)?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = self.path.take()
            && let Err(error) = remove_if_there(&path)
        {
            tracing::warn!(%error, "an unfinished track could not be removed; the next start will try again");
        }
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::fs::PermissionsExt;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_published_file_is_private_and_complete_and_a_dropped_one_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path().join("tracks")).unwrap();
        let id = Uuid::from_u128(0xabc);
        let mut part = files.start(id, 1, Format::Wav).unwrap();
        part.file().write_all(b"sound").unwrap();
        assert!(files.size(id, Format::Wav).is_err());
        part.publish().unwrap();
        let (mut file, bytes) = files.read(id, Format::Wav).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), bytes), ("sound", 5));
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            FILE_MODE
        );
        assert_eq!(
            fs::metadata(&files.folder).unwrap().permissions().mode() & 0o777,
            FOLDER_MODE
        );

        drop(files.start(id, 2, Format::Flac).unwrap());
        assert_eq!(
            names(&files.folder),
            ["00000000-0000-0000-0000-000000000abc.wav"]
        );
        files.remove(id, Format::Wav).unwrap();
        files.remove(id, Format::Wav).unwrap();
        assert!(names(&files.folder).is_empty());
    }

    #[test]
    fn a_new_run_removes_what_earlier_ones_left() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let id = Uuid::from_u128(1);
        let lost = files.start(id, 1, Format::Wav).unwrap();
        let current = files.start(id, 2, Format::Wav).unwrap();
        assert_eq!(names(folder.path()), [format!("{id}.2.part")]);
        assert!(lost.publish().is_err());
        current.publish().unwrap();
        assert_eq!(names(folder.path()), [format!("{id}.wav")]);
    }
}
