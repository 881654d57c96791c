//! B34, B84: rotation.

use super::*;

/// A service that starts with these secrets; the store stays.
struct Service {
    store: MemorySigningKeys,
}

/// An algorithm and the number of a secret.
type Signer = (Algorithm, u8);

fn key_of((algorithm, n): Signer) -> Key {
    Key::new(algorithm, &secret(n)).unwrap()
}

/// A token of a key that says it was made at this second.
fn token_of(signer: Signer, issued_at: i64) -> String {
    let key = key_of(signer);
    let header = json!({"alg": signer.0.id(), "typ": "at+jwt", "kid": key.id});
    let claims = claims_of(issued_at).to_string();
    sign_with(&key, &header.to_string(), &claims)
}

impl Service {
    fn new() -> Self {
        Self {
            store: MemorySigningKeys::default(),
        }
    }

    async fn start(&self, (algorithm, n): Signer, previous: &[u8], second: i64) -> Arc<KeyRing> {
        let previous = previous.iter().map(|n| secret(*n)).collect();
        let secrets = SecretRing::with_previous(secret(n), previous);
        let keys = SigningKeys::new(algorithm, &secrets, None).unwrap();
        self.open(keys, second).await
    }

    async fn open(&self, keys: SigningKeys, second: i64) -> Arc<KeyRing> {
        let ring = KeyRing::open(keys, &self.store, LIFETIME, at(second)).await;
        Arc::new(ring.unwrap())
    }
}

fn answer(ring: &Arc<KeyRing>, token: &str, second: i64) -> Result<(), TokenError> {
    let verifier = TokenVerifier::new(ring.clone(), ISSUER, AUDIENCE, LIFETIME);
    verifier.verify(token, at(second)).map(drop)
}

fn pairs() -> impl Iterator<Item = (Signer, Signer)> {
    let all = || Algorithm::ALL.iter().copied();
    all().flat_map(move |old| all().map(move |new| ((old, 1), (new, 2))))
}

/// B34, for each change of algorithm too.
#[tokio::test]
async fn a_replaced_key_verifies_what_it_signed_and_nothing_else() {
    use TokenError::{Expired, NotYet, Retired, UnknownKey};
    let (began, rotated) = (NOW - 10_000, NOW);
    for (old, new) in pairs() {
        let service = Service::new();
        let before = service.start(old, &[], began).await;
        assert_eq!(before.signing_key_id(), key_of(old).id);
        let ring = service.start(new, &[1], rotated).await;
        assert_eq!(ring.signing_key_id(), key_of(new).id);
        assert_eq!(ring.newly_retired(), [key_of(old).id]);
        let rows = [
            ("made before", old, rotated - 100, rotated, Ok(())),
            ("made just before", old, rotated, rotated, Ok(())),
            (
                "at the end of its life",
                old,
                rotated - 1,
                rotated + 928,
                Ok(()),
            ),
            (
                "after its life",
                old,
                rotated - 1,
                rotated + 929,
                Err(Expired),
            ),
            ("within the leeway", old, rotated + 30, rotated + 30, Ok(())),
            (
                "a second later",
                old,
                rotated + 31,
                rotated + 31,
                Err(Retired),
            ),
            (
                "much later",
                old,
                rotated + 600,
                rotated + 600,
                Err(Retired),
            ),
            ("ahead of time", old, rotated + 31, rotated, Err(NotYet)),
            (
                "while the key lives",
                old,
                rotated + 30,
                rotated + 929,
                Ok(()),
            ),
            (
                "when it is dead",
                old,
                rotated + 30,
                rotated + 930,
                Err(UnknownKey),
            ),
            (
                "a new one of a dead key",
                old,
                rotated + 930,
                rotated + 930,
                Err(UnknownKey),
            ),
            ("by the new key", new, rotated, rotated, Ok(())),
            (
                "by the new key, a day later",
                new,
                NOW + 86_400,
                NOW + 86_400,
                Ok(()),
            ),
        ];
        for (name, signer, issued_at, second, expected) in rows {
            let token = token_of(signer, issued_at);
            assert_eq!(
                answer(&ring, &token, second),
                expected,
                "{name}: {old:?}, {new:?}"
            );
        }
        // A restart changes nothing of that.
        let ring = service.start(new, &[1], rotated + 500).await;
        assert!(ring.newly_retired().is_empty());
        let forged = token_of(old, rotated + 400);
        assert_eq!(answer(&ring, &forged, rotated + 500), Err(Retired));
        // The secret is taken away.
        let ring = service.start(new, &[], rotated + 600).await;
        let token = token_of(old, rotated - 1);
        assert_eq!(answer(&ring, &token, rotated + 600), Err(UnknownKey));
        // It comes back later, and is as retired as before.
        let ring = service.start(new, &[1], rotated + 700).await;
        let token = token_of(old, rotated + 650);
        assert_eq!(answer(&ring, &token, rotated + 700), Err(Retired));
    }
}

#[tokio::test]
async fn the_new_key_signs_and_the_old_one_never_again() {
    for (old, new) in pairs() {
        let service = Service::new();
        service.start(old, &[], NOW - 100).await;
        let ring = service.start(new, &[1], NOW).await;
        let random = Arc::new(SystemRandom);
        let issuer = TokenIssuer::new(ring.clone(), ISSUER, AUDIENCE, LIFETIME, random);
        for _ in 0..20 {
            let end = now() + Duration::days(1);
            let issued = issuer.issue(&subject(), now(), end).unwrap();
            let header = BASE64.decode(issued.token.split('.').next().unwrap());
            let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
            assert_eq!(header["kid"], key_of(new).id);
            assert_eq!(header["alg"], new.0.id());
            assert_eq!(answer(&ring, &issued.token, NOW), Ok(()));
        }
    }
}

#[tokio::test]
async fn a_key_verifies_nothing_from_before_its_first_use() {
    use TokenError::{Retired, UnknownKey};
    let service = Service::new();
    let (old, new) = ((Algorithm::EdDsa, 1), (Algorithm::EdDsa, 2));
    let secrets = SecretRing::new(secret(1));
    let keys = SigningKeys::new(Algorithm::EdDsa, &secrets, Some(&secret(2))).unwrap();
    let ring = service.open(keys, NOW).await;
    assert_eq!(answer(&ring, &token_of(old, NOW), NOW), Ok(()));
    let early = token_of(new, NOW);
    assert_eq!(
        answer(&ring, &early, NOW),
        Err(UnknownKey),
        "while it is the next one"
    );

    let ring = service.start(new, &[1], NOW + 100).await;
    for (issued_at, expected) in [
        (NOW, Err(Retired)),
        (NOW + 69, Err(Retired)),
        (NOW + 70, Ok(())),
        (NOW + 100, Ok(())),
    ] {
        let token = token_of(new, issued_at);
        assert_eq!(answer(&ring, &token, NOW + 100), expected, "{issued_at}");
    }
}

/// A clock that was wrong at the first start must not lock everybody out when it is set right.
#[tokio::test]
async fn a_first_use_that_lies_ahead_says_nothing() {
    let service = Service::new();
    let signer = (Algorithm::EdDsa, 1);
    let ring = service.start(signer, &[], NOW + 1_000_000).await;
    assert_eq!(answer(&ring, &token_of(signer, NOW), NOW), Ok(()));
    let ring = service.start(signer, &[], NOW).await;
    assert_eq!(answer(&ring, &token_of(signer, NOW), NOW), Ok(()));
}

fn ids(ring: &KeyRing, second: i64) -> Option<Vec<String>> {
    let set = ring.published(at(second))?;
    Some(set.keys.iter().map(|key| key.id().to_owned()).collect())
}

/// The document has what others need, no more, and nothing private.
#[tokio::test]
async fn public_keys_are_published_while_they_are_needed() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let id = |n| key_of((algorithm, n)).id;
        let service = Service::new();
        service.start((algorithm, 1), &[], NOW - 1_000).await;
        let secrets = SecretRing::with_previous(secret(2), vec![secret(1)]);
        let keys = SigningKeys::new(algorithm, &secrets, Some(&secret(3))).unwrap();
        let ring = service.open(keys, NOW).await;
        assert_eq!(ids(&ring, NOW), Some(vec![id(2), id(3), id(1)]));
        assert_eq!(ids(&ring, NOW + 929), Some(vec![id(2), id(3), id(1)]));
        assert_eq!(ids(&ring, NOW + 930), Some(vec![id(2), id(3)]));

        let set = serde_json::to_value(ring.published(now()).unwrap()).unwrap();
        let expected = match algorithm {
            Algorithm::Es256 => vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
            _ => vec!["alg", "crv", "kid", "kty", "use", "x"],
        };
        for key in set["keys"].as_array().unwrap() {
            let names: Vec<&String> = key.as_object().unwrap().keys().collect();
            assert_eq!(names, expected);
            assert_eq!(
                (&key["use"], &key["alg"]),
                (&json!("sig"), &json!(algorithm.id()))
            );
        }
    }
}

#[tokio::test]
async fn a_shared_secret_is_never_published() {
    let service = Service::new();
    let hmac = service.start((Algorithm::Hs256, 1), &[], NOW - 100).await;
    assert_eq!(hmac.published(now()), None);
    let mixed = service.start((Algorithm::EdDsa, 2), &[1], NOW).await;
    let only = key_of((Algorithm::EdDsa, 2)).id;
    assert_eq!(
        ids(&mixed, NOW),
        Some(vec![only.clone()]),
        "what never signed isn't there"
    );
    let back = service.start((Algorithm::Hs256, 3), &[2], NOW + 10).await;
    assert_eq!(back.published(at(NOW + 10)), None);
}

/// A store that forgets an end must not give a key eternal life.
#[tokio::test]
async fn a_history_without_an_end_opens_no_ring() {
    struct Forgetful;
    impl SigningKeyStore for Forgetful {
        async fn rotate(
            &self,
            current: &str,
            previous: &[&str],
            now: OffsetDateTime,
        ) -> Result<KeyHistory, crate::store::StoreError> {
            let record = |id: &str| KeyRecord {
                id: id.to_owned(),
                first_used_at: Some(now),
                retired_at: None,
            };
            Ok(KeyHistory {
                current: record(current),
                previous: previous.iter().map(|id| record(id)).collect(),
                newly_retired: Vec::new(),
            })
        }
    }
    let secrets = SecretRing::with_previous(secret(2), vec![secret(1)]);
    let keys = SigningKeys::new(Algorithm::Hs256, &secrets, None).unwrap();
    let ring = KeyRing::open(keys, &Forgetful, LIFETIME, now()).await;
    assert!(matches!(ring, Err(crate::store::StoreError::Corrupt(_))));
}
