//! Secrets: made in development, demanded and judged elsewhere.
//!
//! A secret is refused when it has fewer than 32 bytes, fewer than 12 different ones, a pattern of
//! at most a third of its length again and again, or a word from a known example in it; or when it
//! equals another secret.

use super::reader::Reader;
use super::sections::{InternalKey, Secrets, Site};
use super::variable::Variable;
use super::variables as v;
use musicgen_security::random::SharedRandom;
use musicgen_security::secrets::Secret;
use std::io::{ErrorKind, Write};
use std::path::Path;

const MIN_BYTES: usize = 32;
const MIN_DIFFERENT: usize = 12;

/// What examples, tutorials and placeholders are made of.
const KNOWN: [&str; 14] = [
    "changeme",
    "change-me",
    "change_me",
    "change-this",
    "replace-me",
    "replace_me",
    "your-secret",
    "your_secret",
    "yoursecret",
    "supersecret",
    "super-secret",
    "secret-key",
    "example",
    "insert-your",
];

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
            let what = format!(
                "equals {}; each secret needs a value of its own",
                other.name
            );
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

/// What is wrong with a secret, if anything; never quotes it.
fn weakness(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < MIN_BYTES {
        return Some(format!(
            "has {} bytes; at least {MIN_BYTES} are needed",
            bytes.len()
        ));
    }
    let mut different = bytes.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() < MIN_DIFFERENT {
        let count = different.len();
        return Some(format!(
            "has only {count} different characters; make it at random"
        ));
    }
    let repeats = |period: usize| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b);
    if (1..=bytes.len() / 3).any(repeats) {
        return Some("repeats a pattern; make it at random".to_owned());
    }
    let lower = text.to_ascii_lowercase();
    if KNOWN.iter().any(|word| lower.contains(word)) {
        return Some("looks like an example from a documentation; make it at random".to_owned());
    }
    None
}

/// A development secret: made once, kept in the data folder for the owner alone.
fn kept(
    reader: &mut Reader,
    variable: &'static Variable,
    data_dir: &Path,
    random: &SharedRandom,
) -> Secret {
    let folder = data_dir.join("secrets");
    let path = folder.join(variable.name.to_ascii_lowercase());
    match keep(&folder, &path, random) {
        Ok((secret, made)) => {
            if made {
                let text = format!("made at random and kept in {}", path.display());
                reader.findings.notice(variable.name, text);
            }
            secret
        }
        Err(error) => {
            let what = format!("no secret can be kept in {} ({error})", path.display());
            reader.wrong(variable, None, what);
            Secret::new(Vec::new())
        }
    }
}

/// Reads the secret, or makes it. Written under another name and then linked, so that of two
/// processes that begin together both read the same, whole value.
fn keep(folder: &Path, path: &Path, random: &SharedRandom) -> std::io::Result<(Secret, bool)> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(secret) = read_kept(path)? {
        return Ok((secret, false));
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let hex = random
        .secret()
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let draft = folder.join(format!(".{}", random.uuid()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(hex.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok((Secret::new(hex.into_bytes()), true)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match read_kept(path)? {
            Some(secret) => Ok((secret, false)),
            None => Err(error),
        },
        Err(error) => Err(error),
    }
}

fn read_kept(path: &Path) -> std::io::Result<Option<Secret>> {
    match std::fs::read(path) {
        Ok(bytes) if bytes.len() >= MIN_BYTES => Ok(Some(Secret::new(bytes))),
        Ok(_) => Err(std::io::Error::other(
            "the file is damaged; remove it to have a new one made",
        )),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn internal_keys(reader: &mut Reader, site: &Site) -> Vec<InternalKey> {
    let Some(given) = reader.given(&v::INTERNAL_API_KEYS) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_good() {
        let rows = [
            ("31 bytes", "abcdefghijklmnopqrstuvwxyz01234", false),
            ("32 bytes", "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6F", true),
            (
                "base64 of 32 bytes",
                "2jYt0o0l1k8mZcI3W9nq4v7b5e6rXaUyPdFgHjKlQwE=",
                true,
            ),
            (
                "one character",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false,
            ),
            (
                "a pattern",
                "abcdefghijklmabcdefghijklmabcdefghijklm",
                false,
            ),
            ("an example", "changeme-changeme-0123456789-abcdef", false),
            ("your-secret", "this-is-your-secret-key-0123456789ab", false),
            (
                "few characters",
                "abcabcddbacbdabcdbacbdacbdacbdabcdba",
                false,
            ),
        ];
        for (name, text, good) in rows {
            assert_eq!(
                weakness(text).is_none(),
                good,
                "{name}: {:?}",
                weakness(text)
            );
        }
    }
}
