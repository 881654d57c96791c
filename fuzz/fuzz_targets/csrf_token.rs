//! A CSRF token: no text but the one that was issued is accepted, for no session but its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::cookies::Presented;
use musicgen_security::csrf::{Binding, CsrfTokens};
use musicgen_security::secrets::{Secret, SecretRing};
use musicgen_security::testing::TestRandom;
use std::sync::{Arc, LazyLock};
use time::OffsetDateTime;
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const SESSION: Binding<'static> = Binding::Session(Uuid::nil());

static ISSUED: LazyLock<(CsrfTokens, String)> = LazyLock::new(|| {
    let ring = SecretRing::new(Secret::new([7; 32]));
    let tokens = CsrfTokens::new(&ring, Arc::new(TestRandom::default()));
    let token = tokens.issue(SESSION, NOW).expose().to_owned();
    (tokens, token)
});

/// Whether a text in both places counts.
fn counts(text: &str, binding: Binding<'_>) -> bool {
    let (tokens, _) = &*ISSUED;
    let cookie = Presented::One(text);
    tokens
        .verify(cookie, Some(text.as_bytes()), binding, Some(NOW), NOW)
        .is_ok()
}

fuzz_target!(|data: &[u8]| {
    let (tokens, token) = &*ISSUED;
    if let Ok(text) = std::str::from_utf8(data) {
        assert_eq!(counts(text, SESSION), text == token);
    }
    let sent = tokens.verify(Presented::One(token), Some(data), SESSION, Some(NOW), NOW);
    assert_eq!(sent.is_ok(), data == token.as_bytes());
    assert!(!counts(token, Binding::PreSession(data)));
    // The real token with up to three of its bytes changed.
    let mut changed = token.clone().into_bytes();
    for change in data.chunks_exact(2).take(3) {
        let at = usize::from(change[0]) % changed.len();
        changed[at] = change[1];
    }
    if let Ok(text) = String::from_utf8(changed) {
        assert_eq!(counts(&text, SESSION), text == *token);
    }
});
