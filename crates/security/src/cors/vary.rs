//! `Vary` (RFC 9110, section 12.5.5).

use http::HeaderMap;
use http::header::{HeaderValue, VARY};

/// Adds `names`, whose first is `Origin`, to what an answer varies on already.
pub(super) fn add(headers: &mut HeaderMap, names: &HeaderValue) {
    let mut lines = headers.get_all(VARY).iter();
    let merged = match (lines.next(), lines.next()) {
        (None, _) => names.clone(),
        (Some(one), None) if names_all(one.as_bytes(), names.as_bytes()) => return,
        _ => {
            let all: Vec<_> = headers.get_all(VARY).iter().cloned().collect();
            merged(&all, names)
        }
    };
    headers.insert(VARY, merged);
}

fn names_all(value: &[u8], names: &[u8]) -> bool {
    tokens(names).all(|name| {
        let mut present = tokens(value);
        present.any(|one| one == b"*" || one.eq_ignore_ascii_case(name))
    })
}

/// One line of all that is there and all that is new.
fn merged(lines: &[HeaderValue], names: &HeaderValue) -> HeaderValue {
    let mut all: Vec<&[u8]> = Vec::new();
    let lines = lines.iter().flat_map(|line| tokens(line.as_bytes()));
    for token in lines.chain(tokens(names.as_bytes())) {
        if token == b"*" {
            return HeaderValue::from_static("*");
        }
        if !all.iter().any(|one| one.eq_ignore_ascii_case(token)) {
            all.push(token);
        }
    }
    // Parts of header values, joined by what may stand in one.
    HeaderValue::from_bytes(&all.join(&b", "[..])).unwrap_or_else(|_| names.clone())
}

fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let tokens = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tokens.filter(|token| !token.is_empty())
}
