//! An access token: no text but the one that was issued is accepted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::authentication::jwt::{
    FIRST_PARTY, KeyRing, TokenIssuer, TokenSubject, TokenVerifier,
};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::secrets::Secret;
use musicgen_security::testing::TestRandom;
use std::sync::{Arc, LazyLock};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const LIFETIME: Duration = Duration::minutes(15);

static ISSUED: LazyLock<(TokenVerifier, String)> = LazyLock::new(|| {
    let keys = Arc::new(KeyRing::hs256(&Secret::new([7; 32])).expect("long enough"));
    let random = Arc::new(TestRandom::default());
    let issuer = TokenIssuer::new(keys.clone(), "iss", "aud", LIFETIME, random);
    let subject = TokenSubject {
        account: Uuid::nil(),
        session: Uuid::nil(),
        roles: vec![RoleName::USER],
        tier: Tier::Free,
        epoch: 0,
        authenticated_at: NOW,
        client: FIRST_PARTY.to_owned(),
        scope: None,
        by_network: false,
    };
    let issued = issuer.issue(&subject, NOW, NOW + LIFETIME).expect("a key");
    (
        TokenVerifier::new(keys, "iss", "aud", LIFETIME),
        issued.token,
    )
});

fuzz_target!(|data: &[u8]| {
    let (verifier, token) = &*ISSUED;
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(verifier.verify(text, NOW).is_err() || text == token);
    }
    // The real token with up to three of its bytes changed.
    let mut changed = token.clone().into_bytes();
    for change in data.chunks_exact(3).take(3) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % changed.len();
        changed[at] = change[2];
    }
    if let Ok(text) = String::from_utf8(changed) {
        assert_eq!(
            verifier.verify(&text, NOW).is_ok(),
            text == *token,
            "{text}"
        );
    }
});
