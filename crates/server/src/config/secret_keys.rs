//! Secrets: made in development, demanded and judged elsewhere ([`strength`](super::strength)).
//!
//! 1. In development a missing secret is made at random, kept in `DATA_DIR/secrets` for the owner
//!    alone, and said once: its path, never its value.
//! 2. In staging and production a missing or weak secret keeps the program from starting. In
//!    development a weak one is a notice, unless it is too short for the algorithms.
//! 3. One value, one purpose: two equal secrets are refused everywhere (NIST SP 800-57 part 1,
//!    section 5.2).

use super::error::Origin;
use super::reader::Reader;
use super::sections::{InternalKey, Secrets, Site};
use super::strength::{MIN_BYTES, weakness};
use super::text_file::TextFile;
use super::variable::Variable;
use super::variables as v;
use musicgen_security::random::SharedRandom;
use musicgen_security::secrets::Secret;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

pub(super) fn read(reader: &mut Reader, site: &Site, random: &SharedRandom) -> Secrets {
    let jwt = secret(reader, &v::JWT_SECRET_KEY, site, random);
    let session = secret(reader, &v::SESSION_SECRET_KEY, site, random);
    let internal_keys = internal_keys(reader, site);
    let mut all: Vec<(&Variable, &Secret)> = vec![
        (&v::JWT_SECRET_KEY, &jwt),
        (&v::SESSION_SECRET_KEY, &session),
    ];
    all.extend(
        internal_keys
            .iter()
            .map(|key| (&v::INTERNAL_API_KEYS, &key.secret)),
    );
    for (n, (variable, one)) in all.iter().enumerate() {
        let twin = all[..n]
            .iter()
            .find(|(_, other)| other == one && !other.expose().is_empty());
        if let Some((other, _)) = twin {
            let what = if other.name == variable.name {
                "two of the keys are equal".to_owned()
            } else {
                format!(
                    "equals {}; each secret needs a value of its own",
                    other.name
                )
            };
            reader.wrong(variable, None, what);
        }
    }
    Secrets {
        jwt,
        session,
        internal_keys,
    }
}

fn secret(
    reader: &mut Reader,
    variable: &'static Variable,
    site: &Site,
    random: &SharedRandom,
) -> Secret {
    let strict = site.environment.is_strict();
    let Some(given) = reader.given(variable) else {
        if strict {
            reader.wrong(variable, None, "is needed in staging and production");
            return Secret::new(Vec::new());
        }
        return kept(reader, variable, &site.data_dir, random);
    };
    if let Some(weakness) = weakness(&given.text) {
        if strict || given.text.len() < MIN_BYTES {
            reader.wrong(variable, Some(&given.origin), weakness);
        } else {
            reader.findings.notice(
                variable.name,
                format!("{weakness}; production would refuse it"),
            );
        }
    }
    Secret::new(given.text.into_bytes())
}

/// A development secret: made once, kept in the data folder for the owner alone.
fn kept(
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

fn internal_keys(reader: &mut Reader, site: &Site) -> Vec<InternalKey> {
    let Some(given) = reader.given(&v::INTERNAL_API_KEYS) else {
        if site.environment.is_strict() {
            // B89: an unset key is a closed door, and somebody may be waiting before it.
            let text = "not set; /metrics is open to nobody but accounts with system:manage";
            reader.findings.notice(v::INTERNAL_API_KEYS.name, text);
        }
        return Vec::new();
    };
    let mut keys: Vec<InternalKey> = Vec::new();
    for (n, item) in given.text.split(',').enumerate() {
        let (name, key) = match item.trim().split_once(':') {
            Some((name, key)) => (name.to_owned(), key),
            None => (format!("key-{}", n + 1), item.trim()),
        };
        let named = (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
        let formed = (MIN_BYTES..=256).contains(&key.len())
            && key.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        let origin = Some(&given.origin);
        if !named || !formed {
            let what = format!("key {} is not accepted", n + 1);
            reader.wrong(&v::INTERNAL_API_KEYS, origin, what);
        } else if keys.iter().any(|other| other.name == name) {
            let what = format!("two keys have the name `{name}`");
            reader.wrong(&v::INTERNAL_API_KEYS, origin, what);
        } else if let Some(weakness) = weakness(key).filter(|_| site.environment.is_strict()) {
            let what = format!("key {} {weakness}", n + 1);
            reader.wrong(&v::INTERNAL_API_KEYS, origin, what);
        } else {
            keys.push(InternalKey {
                name,
                secret: Secret::new(key.as_bytes()),
            });
        }
    }
    keys
}
