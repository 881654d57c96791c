//! `DATA_DIR`: there or made, writable for the service and, where it counts, for nobody else.

use super::Environment;
use super::reader::Reader;
use super::variables as v;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

/// Makes the folder if it isn't there, for the owner alone, and tries to write in it. Where nothing
/// may be made, the nearest folder above it that is there is tried instead.
pub(super) fn check(reader: &mut Reader, folder: &Path, environment: Environment) {
    if reader.may_write {
        let made = std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder);
        if let Err(error) = made {
            let what = format!("{} can't be made ({error})", folder.display());
            return reader.wrong(&v::DATA_DIR, None, what);
        }
    }
    let there = if folder.exists() {
        folder
    } else {
        let text = format!("{} will be made", folder.display());
        reader.findings.notice(v::DATA_DIR.name, text);
        nearest(folder)
    };
    match std::fs::metadata(there) {
        Err(error) => {
            reader.wrong(&v::DATA_DIR, None, format!("{}: {error}", there.display()));
        }
        Ok(metadata) => {
            let mode = metadata.permissions().mode() & 0o7777;
            let open = there == folder && mode & 0o022 != 0;
            if environment.is_strict() && open {
                let what = format!(
                    "{} has mode {mode:04o}, so that others can write in it; chmod 0700 it",
                    folder.display()
                );
                reader.wrong(&v::DATA_DIR, None, what);
            }
        }
    }
    if let Err(error) = probe(there) {
        let what = format!("{} can't be written in ({error})", there.display());
        reader.wrong(&v::DATA_DIR, None, what);
    }
}

/// The nearest ancestor that exists; a relative path's is the working folder.
fn nearest(folder: &Path) -> &Path {
    folder
        .ancestors()
        .skip(1)
        .map(|above| {
            if above.as_os_str().is_empty() {
                Path::new(".")
            } else {
                above
            }
        })
        .find(|above| above.exists())
        .unwrap_or(folder)
}

/// Writes a file and removes it. Of two processes that look at once, either may find the other's.
fn probe(folder: &Path) -> Result<(), Error> {
    let path = folder.join(format!(".write-test-{}", std::process::id()));
    let tolerate = |kind, outcome: Result<(), Error>| match outcome {
        Err(error) if error.kind() == kind => Ok(()),
        other => other,
    };
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .map(drop);
    tolerate(ErrorKind::AlreadyExists, made)?;
    tolerate(ErrorKind::NotFound, std::fs::remove_file(&path))
}
