use super::*;

fn cached(kit: &Kit, capacity: usize) -> CachedVerifier {
    CachedVerifier::new(kit.verifier(), capacity)
}

#[test]
fn a_second_look_gives_the_same_claims() {
    for kit in &*KITS {
        let verifier = cached(kit, 100);
        let token = kit.issued();
        let first = verifier.verify(&token, now()).unwrap();
        let second = verifier.verify(&token, now()).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(*first, kit.verifier().verify(&token, now()).unwrap());
        assert_eq!(verifier.len(), 1);
    }
}

#[test]
fn times_are_judged_at_each_look() {
    use TokenError::{Expired, NotYet};
    let kit = &KITS[0];
    let late = with(good_claims(), "nbf", json!(NOW + 100));
    let late = kit.sign_text(&kit.header().to_string(), &late.to_string());
    let plain = kit.sign_text(&kit.header().to_string(), &good_claims().to_string());
    let rows = [
        (&plain, NOW, Ok(())),
        (&plain, NOW + 929, Ok(())),
        (&plain, NOW + 930, Err(Expired)),
        (&plain, NOW - 30, Ok(())),
        (&plain, NOW - 31, Err(NotYet)),
        (&plain, NOW, Ok(())),
        (&late, NOW + 100, Ok(())),
        (&late, NOW + 70, Ok(())),
        (&late, NOW + 69, Err(NotYet)),
    ];
    let verifier = cached(kit, 100);
    for (token, second, expected) in rows {
        let answer = verifier.verify(token, at(second)).map(drop);
        assert_eq!(answer, expected, "{}", second - NOW);
    }
}

/// B34 with a cache between.
#[tokio::test]
async fn the_retirement_of_the_key_is_judged_at_each_look() {
    let store = MemorySigningKeys::default();
    let start = async |n: u8, previous: Vec<Secret>, second| {
        let secrets = SecretRing::with_previous(secret(n), previous);
        let keys = SigningKeys::new(Algorithm::EdDsa, &secrets, None).unwrap();
        let ring = KeyRing::open(keys, &store, LIFETIME, at(second)).await;
        Arc::new(ring.unwrap())
    };
    start(1, vec![], NOW - 100).await;
    let ring = start(2, vec![secret(1)], NOW).await;
    let key = Key::new(Algorithm::EdDsa, &secret(1)).unwrap();
    let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": key.id}).to_string();
    let token = sign_with(&key, &header, &claims_of(NOW + 30).to_string());
    let verifier = TokenVerifier::new(ring, ISSUER, AUDIENCE, LIFETIME);
    let verifier = CachedVerifier::new(verifier, 100);
    assert!(verifier.verify(&token, at(NOW + 30)).is_ok());
    assert!(verifier.verify(&token, at(NOW + 929)).is_ok());
    let answer = verifier.verify(&token, at(NOW + 930)).map(drop);
    assert_eq!(answer, Err(TokenError::UnknownKey));
    assert_eq!(verifier.len(), 1);
    verifier.sweep(at(NOW + 930));
    assert!(verifier.is_empty());
}

#[test]
fn wrong_tokens_are_never_kept() {
    for kit in &*KITS {
        let verifier = cached(kit, 100);
        let good = kit.issued();
        let (message, signature) = good.rsplit_once('.').unwrap();
        let claims = with(good_claims(), "aud", json!("other"));
        let expired = claims_of(NOW - 10_000);
        let sign = |claims: &Value| kit.sign_text(&kit.header().to_string(), &claims.to_string());
        let wrong = [
            String::new(),
            format!("{message}.{}", &signature[1..]),
            format!("x{message}.{signature}"),
            format!("{good}="),
            sign(&claims),
            sign(&expired),
            sign(&with(good_claims(), "iat", json!(NOW + 31))),
        ];
        for _ in 0..3 {
            for token in &wrong {
                assert!(verifier.verify(token, now()).is_err());
            }
        }
        assert!(verifier.is_empty());
        // Neither are they when the right one is.
        verifier.verify(&good, now()).unwrap();
        for token in &wrong {
            assert!(verifier.verify(token, now()).is_err());
        }
        assert_eq!(verifier.len(), 1);
    }
}

/// The signature alone picks the place; the whole text decides.
#[test]
fn another_payload_under_a_kept_signature_is_refused() {
    let kit = &KITS[0];
    let verifier = cached(kit, 8);
    let token = kit.issued();
    verifier.verify(&token, now()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let other = BASE64.encode(with(good_claims(), "roles", json!(["admin"])).to_string());
    let forged = format!("{header}.{other}.{signature}");
    for _ in 0..3 {
        assert_eq!(
            verifier.verify(&forged, now()).map(drop),
            Err(TokenError::Signature)
        );
    }
}

#[test]
fn it_never_grows_beyond_its_bound() {
    let kit = &KITS[0];
    for capacity in [0, 1, 2, 7, 8, 9, 16, 100] {
        let verifier = cached(kit, capacity);
        let tokens: Vec<String> = (0..capacity * 5 + 5).map(|_| kit.issued()).collect();
        for token in &tokens {
            assert!(verifier.verify(token, now()).is_ok());
            assert!(verifier.len() <= capacity);
        }
        assert!(
            verifier.len() >= capacity / 2,
            "{capacity}: {}",
            verifier.len()
        );
        for token in &tokens {
            assert!(verifier.verify(token, now()).is_ok());
        }
    }
    let full = cached(kit, 8);
    for _ in 0..100 {
        full.verify(&kit.issued(), now()).unwrap();
    }
    assert_eq!(full.len(), 8);
}

#[test]
fn what_is_used_stays_longest() {
    let kit = &KITS[0];
    let verifier = cached(kit, 8);
    let kept = kit.issued();
    let first = verifier.verify(&kept, now()).unwrap();
    for _ in 0..100 {
        verifier.verify(&kit.issued(), now()).unwrap();
        let again = verifier.verify(&kept, now()).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
    }
}

#[test]
fn the_text_of_an_ended_token_goes() {
    let kit = &KITS[0];
    let verifier = cached(kit, 8);
    for _ in 0..8 {
        verifier.verify(&kit.issued(), now()).unwrap();
    }
    verifier.sweep(at(NOW + 929));
    assert_eq!(verifier.len(), 8);
    let later = kit.sign_text(&kit.header().to_string(), &claims_of(NOW + 930).to_string());
    verifier.verify(&later, at(NOW + 930)).unwrap();
    assert_eq!(verifier.len(), 1, "a write clears its set");
    verifier.sweep(at(NOW + 10_000));
    assert!(verifier.is_empty());
}

#[test]
fn nothing_prints_a_token() {
    let verifier = cached(&KITS[0], 8);
    let token = KITS[0].issued();
    verifier.verify(&token, now()).unwrap();
    let signature = token.rsplit('.').next().unwrap();
    assert!(!format!("{verifier:?}").contains(signature));
}

#[test]
fn overlapping_looks_keep_one() {
    let kit = &KITS[0];
    for round in 0..30 {
        let verifier = cached(kit, 16);
        let tokens: Vec<String> = (0..4).map(|_| kit.issued()).collect();
        std::thread::scope(|scope| {
            for n in 0..32 {
                let (verifier, token) = (&verifier, &tokens[n % 4]);
                scope.spawn(move || {
                    for _ in 0..10 {
                        let claims = verifier.verify(token, now()).unwrap();
                        assert_eq!(*claims, kit.verifier().verify(token, now()).unwrap());
                    }
                });
            }
        });
        assert_eq!(verifier.len(), 4, "round {round}");
    }
}
