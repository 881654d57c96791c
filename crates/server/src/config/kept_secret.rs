//! Development secrets: made once, kept in `DATA_DIR/secrets` for the owner alone.

use super::error::Origin;
use super::reader::Reader;
use super::strength::MIN_BYTES;
use super::text_file::TextFile;
use super::variable::Variable;
use musicgen_security::random::SharedRandom;
use musicgen_security::secrets::Secret;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// A development secret: made once, kept in the data folder for the owner alone.
pub(super) fn kept(
    reader: &mut Reader,
    variable: &'static Variable,
    data_dir: &Path,
    random: &SharedRandom,
) -> Secret {
    let path = data_dir
        .join("secrets")
        .join(variable.name.to_ascii_lowercase());
    let found = match existing(&path) {
        Ok(None) if !reader.may_write => {
            let text = format!("will be made at random and kept in {}", path.display());
            reader.findings.notice(variable.name, text);
            return Secret::new(random.secret());
        }
        Ok(None) => make(&path, random).and_then(|made| Ok((existing(&path)?, made))),
        Ok(found) => Ok((found, false)),
        Err(what) => Err(what),
    };
    let what = match found {
        Ok((Some(file), made)) => {
            if made {
                let text = format!("made at random and kept in {}", path.display());
                reader.findings.notice(variable.name, text);
            }
            let secret = Secret::new(file.value());
            reader
                .findings
                .holds(variable, &Origin::NamedFile(path), &file);
            return secret;
        }
        Ok((None, _)) => "has vanished".to_owned(),
        Err(what) => what,
    };
    let what = format!("the secret kept in {} {what}", path.display());
    reader.wrong(variable, None, what);
    Secret::new(Vec::new())
}

/// The file with the secret, if there is one.
fn existing(path: &Path) -> Result<Option<TextFile>, String> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) => match TextFile::read(path)? {
            file if file.value().len() >= MIN_BYTES => Ok(Some(file)),
            _ => Err("is damaged; remove the file to have a new one made".to_owned()),
        },
        Err(error) => Err(format!("cannot be read ({error})")),
    }
}

/// Makes the file with the secret; false when another process was first. Written under another name
/// and then linked, so that of two processes that begin together both read the same, whole value.
fn make(path: &Path, random: &SharedRandom) -> Result<bool, String> {
    let in_words = |error: std::io::Error| format!("cannot be written ({error})");
    let folder = path.parent().unwrap_or(path);
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(in_words)?;
    let hex = random
        .secret()
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let draft = folder.join(format!(".{}", random.uuid()));
    let linked = write_private(&draft, hex.as_bytes())
        .and_then(|()| match std::fs::hard_link(&draft, path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        })
        .map_err(in_words);
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => linked.and(Err(in_words(error))),
        _ => linked,
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
