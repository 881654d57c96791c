//! Secrets: made in development, demanded and judged elsewhere ([`strength`](super::strength)).
//!
//! 1. In development a missing secret is made at random, kept in `DATA_DIR/secrets` for the owner
//!    alone, and said once: its path, never its value.
//! 2. In staging and production a missing or weak secret keeps the program from starting. In
//!    development a weak one is a notice, unless it is too short for the algorithms.
//! 3. One value, one purpose: two equal secrets are refused everywhere (NIST SP 800-57 part 1,
//!    section 5.2), those of the past and the future too.
//! 4. `…_PREVIOUS` is a list with commas and nothing else between its secrets, each judged like the
//!    current one; so the current one has no comma.

use super::error::Origin;
use super::reader::Reader;
use super::sections::{InternalKey, Secrets, Site};
use super::sources::Given;
use super::strength::{MIN_BYTES, weakness};
use super::text_file::TextFile;
use super::variable::Variable;
use super::variables as v;
use musicgen_security::random::SharedRandom;
use musicgen_security::secrets::{Secret, SecretRing};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// More than this is no rotation any more.
const MOST_PREVIOUS: usize = 8;

pub(super) fn read(reader: &mut Reader, site: &Site, random: &SharedRandom) -> Secrets {
    let mut ring = |current, previous| {
        let current = secret(reader, current, site, random);
        SecretRing::with_previous(current, list(reader, previous, site))
    };
    let jwt = ring(&v::JWT_SECRET_KEY, &v::JWT_SECRET_KEY_PREVIOUS);
    let session = ring(&v::SESSION_SECRET_KEY, &v::SESSION_SECRET_KEY_PREVIOUS);
    let csrf = ring(&v::CSRF_SECRET_KEY, &v::CSRF_SECRET_KEY_PREVIOUS);
    let jwt_next = reader
        .given(&v::JWT_SECRET_KEY_NEXT)
        .map(|given| judged(reader, &v::JWT_SECRET_KEY_NEXT, given, site));
    let secrets = Secrets {
        jwt,
        jwt_next,
        session,
        csrf,
        internal_keys: internal_keys(reader, site),
    };
    refuse_equals(reader, &secrets);
    secrets
}

/// Rule 3.
fn refuse_equals(reader: &mut Reader, secrets: &Secrets) {
    let rings = [
        (
            &v::JWT_SECRET_KEY,
            &v::JWT_SECRET_KEY_PREVIOUS,
            &secrets.jwt,
        ),
        (
            &v::SESSION_SECRET_KEY,
            &v::SESSION_SECRET_KEY_PREVIOUS,
            &secrets.session,
        ),
        (
            &v::CSRF_SECRET_KEY,
            &v::CSRF_SECRET_KEY_PREVIOUS,
            &secrets.csrf,
        ),
    ];
    // The current ones first: of two that are equal the other is complained about.
    let current = rings.iter().map(|(name, _, ring)| (*name, ring.current()));
    let previous = rings
        .iter()
        .flat_map(|(_, name, ring)| ring.previous().iter().map(|one| (*name, one)));
    let next = secrets.jwt_next.iter();
    let internal = secrets.internal_keys.iter();
    let all: Vec<(&Variable, &Secret)> = current
        .chain(previous)
        .chain(next.map(|next| (&v::JWT_SECRET_KEY_NEXT, next)))
        .chain(internal.map(|key| (&v::INTERNAL_API_KEYS, &key.secret)))
        .collect();
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
}

fn secret(
    reader: &mut Reader,
    variable: &'static Variable,
    site: &Site,
    random: &SharedRandom,
) -> Secret {
    let Some(given) = reader.given(variable) else {
        if site.environment.is_strict() {
            reader.wrong(variable, None, "is needed in staging and production");
            return Secret::new(Vec::new());
        }
        return kept(reader, variable, &site.data_dir, random);
    };
    judged(reader, variable, given, site)
}

/// A secret that was set.
fn judged(reader: &mut Reader, variable: &'static Variable, given: Given, site: &Site) -> Secret {
    if given.text.contains(',') {
        let what = "has a comma; secrets are listed with commas when they are replaced";
        reader.wrong(variable, Some(&given.origin), what);
    } else if let Some(weakness) = weakness(&given.text) {
        if site.environment.is_strict() || given.text.len() < MIN_BYTES {
            reader.wrong(variable, Some(&given.origin), weakness);
        } else {
            let text = format!("{weakness}; production would refuse it");
            reader.findings.notice(variable.name, text);
        }
    }
    Secret::new(given.text.into_bytes())
}

/// Secrets that were replaced, the latest first.
fn list(reader: &mut Reader, variable: &'static Variable, site: &Site) -> Vec<Secret> {
    let Some(given) = reader.given(variable) else {
        return Vec::new();
    };
    let origin = Some(&given.origin);
    let items: Vec<&str> = given.text.split(',').collect();
    if items.len() > MOST_PREVIOUS {
        let what = format!("has {} secrets; {MOST_PREVIOUS} are the most", items.len());
        reader.wrong(variable, origin, what);
        return Vec::new();
    }
    let mut secrets = Vec::new();
    for (n, item) in items.iter().enumerate() {
        let place = n + 1;
        // Beside a comma a blank is a slip; taken as a part of the secret it would go unnoticed.
        let blank = (n > 0 && item.starts_with(char::is_whitespace))
            || (place < items.len() && item.ends_with(char::is_whitespace));
        if blank {
            let what = format!("secret {place} has a blank beside a comma");
            reader.wrong(variable, origin, what);
        } else if let Some(weakness) = weakness(item) {
            let what = format!("secret {place} {weakness}");
            if site.environment.is_strict() || item.len() < MIN_BYTES {
                reader.wrong(variable, origin, what);
            } else {
                let text = format!("{what}; production would refuse it");
                reader.findings.notice(variable.name, text);
            }
        }
        secrets.push(Secret::new(item.as_bytes()));
    }
    secrets
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
