//! Secrets: made in development, demanded and judged elsewhere ([`strength`](super::strength)).
//!
//! 1. In development a missing secret is made at random, kept in `DATA_DIR/secrets` for the owner
//!    alone, and said once: its path, never its value.
//! 2. In staging and production a missing or weak secret keeps the program from starting. In
//!    development a weak one is a notice, unless it is too short for the algorithms.
//! 3. One value, one purpose: two equal secrets are refused everywhere (NIST SP 800-57 part 1,
//!    section 5.2), those of the past and the future too.
//! 4. `…_PREVIOUS` is a list with commas and nothing else between its secrets, each judged like the
//!    current one; so the current one has no comma. PEM texts may follow each other in it.
//! 5. A secret of `JWT_SECRET_KEY` that is a PEM text is judged as a key: a private one, of the kind
//!    that `JWT_ALGORITHM` signs with.

use super::kept_secret::kept;
use super::reader::Reader;
use super::sections::{InternalKey, Secrets, Site};
use super::sources::Given;
use super::strength::{MIN_BYTES, weakness};
use super::variable::Variable;
use super::variables as v;
use musicgen_security::authentication::jwt::{Algorithm, KeyError, SigningKeys};
use musicgen_security::random::SharedRandom;
use musicgen_security::secrets::{Secret, SecretRing};

/// More than this is no rotation any more.
const MOST_PREVIOUS: usize = 8;

/// What a secret is for, where that matters for judging it.
#[derive(Clone, Copy)]
enum Use {
    /// Signs with this algorithm.
    Signing(Algorithm),
    /// Signed once, with any.
    Signed,
    /// Something else.
    Other,
}

pub(super) fn read(
    reader: &mut Reader,
    site: &Site,
    algorithm: Algorithm,
    random: &SharedRandom,
) -> Secrets {
    let mut ring = |current, previous, (now, before)| {
        let current = secret(reader, current, now, site, random);
        SecretRing::with_previous(current, list(reader, previous, before, site))
    };
    let other = (Use::Other, Use::Other);
    let jwt = ring(
        &v::JWT_SECRET_KEY,
        &v::JWT_SECRET_KEY_PREVIOUS,
        (Use::Signing(algorithm), Use::Signed),
    );
    let session = ring(
        &v::SESSION_SECRET_KEY,
        &v::SESSION_SECRET_KEY_PREVIOUS,
        other,
    );
    let csrf = ring(&v::CSRF_SECRET_KEY, &v::CSRF_SECRET_KEY_PREVIOUS, other);
    let next = &v::JWT_SECRET_KEY_NEXT;
    let jwt_next = reader
        .given(next)
        .map(|given| judged(reader, next, Use::Signing(algorithm), given, site));
    let secrets = Secrets {
        jwt,
        jwt_next,
        session,
        csrf,
        internal_keys: internal_keys(reader, site),
    };
    // One key can be spelt as PEM in several ways.
    if refuse_equals(reader, &secrets) {
        let keys = SigningKeys::new(algorithm, &secrets.jwt, secrets.jwt_next.as_ref());
        if let Err(repeated @ KeyError::Repeated) = keys {
            reader.wrong(&v::JWT_SECRET_KEY_PREVIOUS, None, repeated.to_string());
        }
    }
    secrets
}

/// Rule 3; says whether it is kept.
fn refuse_equals(reader: &mut Reader, secrets: &Secrets) -> bool {
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
    let mut distinct = true;
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
            distinct = false;
        }
    }
    distinct
}

fn secret(
    reader: &mut Reader,
    variable: &'static Variable,
    purpose: Use,
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
    judged(reader, variable, purpose, given, site)
}

/// A secret that was set.
fn judged(
    reader: &mut Reader,
    variable: &'static Variable,
    purpose: Use,
    given: Given,
    site: &Site,
) -> Secret {
    if given.text.contains(',') {
        let what = "has a comma; secrets are listed with commas when they are replaced";
        reader.wrong(variable, Some(&given.origin), what);
    } else {
        match fault(&given.text, purpose, site) {
            Some(Fault::Refused(what)) => reader.wrong(variable, Some(&given.origin), what),
            Some(Fault::Said(what)) => reader.findings.notice(variable.name, what),
            None => {}
        }
    }
    Secret::new(given.text.into_bytes())
}

enum Fault {
    Refused(String),
    Said(String),
}

/// What is wrong with a secret, and whether that keeps the program from starting.
fn fault(text: &str, purpose: Use, site: &Site) -> Option<Fault> {
    if is_pem(text) {
        let secret = Secret::new(text);
        let answer = match purpose {
            Use::Signing(algorithm) => SigningKeys::judge(algorithm, &secret),
            Use::Signed => SigningKeys::judge_previous(&secret),
            Use::Other => return Some(Fault::Refused("is a PEM text".to_owned())),
        };
        return answer.err().map(|error| Fault::Refused(error.to_string()));
    }
    let weakness = weakness(text)?;
    Some(if site.environment.is_strict() || text.len() < MIN_BYTES {
        Fault::Refused(weakness)
    } else {
        Fault::Said(format!("{weakness}; production would refuse it"))
    })
}

const PEM: &str = "-----BEGIN";

fn is_pem(text: &str) -> bool {
    text.trim_start().starts_with(PEM)
}

/// Secrets that were replaced, the latest first.
fn list(
    reader: &mut Reader,
    variable: &'static Variable,
    purpose: Use,
    site: &Site,
) -> Vec<Secret> {
    let Some(given) = reader.given(variable) else {
        return Vec::new();
    };
    let origin = Some(&given.origin);
    let items = items(&given.text);
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
        } else {
            match fault(item, purpose, site) {
                Some(Fault::Refused(what)) => {
                    reader.wrong(variable, origin, format!("secret {place} {what}"));
                }
                Some(Fault::Said(what)) => {
                    let text = format!("secret {place} {what}");
                    reader.findings.notice(variable.name, text);
                }
                None => {}
            }
        }
        secrets.push(Secret::new(item.as_bytes()));
    }
    secrets
}

/// Commas part secrets; each PEM text is one, with or without a comma before the next.
fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    for mut piece in text.split(',') {
        if !is_pem(piece) {
            items.push(piece);
            continue;
        }
        piece = piece.trim();
        while let Some(next) = piece.get(1..).and_then(|rest| rest.find(PEM)) {
            let (one, rest) = piece.split_at(next + 1);
            items.push(one.trim());
            piece = rest;
        }
        items.push(piece);
    }
    items
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
