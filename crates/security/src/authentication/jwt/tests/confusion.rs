//! TOK-1, B80: everything that is public about a key, taken for a secret.

use super::*;
use crate::authentication::jwt::vectors::VectorKey;
use aws_lc_rs::hmac;
use base64::engine::general_purpose::STANDARD;

/// What anybody can know of the kit's key, by name.
fn public_texts(kit: &Kit) -> Vec<(&'static str, Vec<u8>)> {
    let set = kit.ring.published(now()).unwrap();
    let jwk = serde_json::to_value(&set.keys[0]).unwrap();
    let coordinate = |name: &str| BASE64.decode(jwk[name].as_str().unwrap()).unwrap();
    let (raw, der) = match kit.algorithm {
        Algorithm::Hs256 => unreachable!("it has no public key"),
        Algorithm::Es256 => {
            let point = [vec![4], coordinate("x"), coordinate("y")].concat();
            let prefix = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
            let prefix = STANDARD.decode(prefix).unwrap();
            (point.clone(), [&prefix, &point[1..]].concat())
        }
        Algorithm::EdDsa => {
            let prefix = STANDARD.decode("MCowBQYDK2VwAyEA").unwrap();
            (coordinate("x"), [prefix, coordinate("x")].concat())
        }
    };
    assert!(VectorKey::new(kit.algorithm, &raw).is_some());
    let body = STANDARD.encode(&der);
    let (first, rest) = body.split_at(body.len().min(64));
    let lines = if rest.is_empty() {
        first.to_owned()
    } else {
        format!("{first}\n{rest}")
    };
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----");
    vec![
        ("raw bytes", raw),
        ("DER", der),
        ("DER as base64", body.into_bytes()),
        ("PEM", pem.clone().into_bytes()),
        ("PEM with a newline", format!("{pem}\n").into_bytes()),
        ("PEM with CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("JWK", jwk.to_string().into_bytes()),
        ("JWK set", serde_json::to_vec(&set).unwrap()),
        ("x", jwk["x"].as_str().unwrap().as_bytes().to_vec()),
        ("x decoded", coordinate("x")),
        ("key id", kit.kid().as_bytes().to_vec()),
        ("nothing", Vec::new()),
        ("zeros", vec![0; 32]),
    ]
}

#[test]
fn a_public_key_is_no_secret() {
    for kit in KITS.iter().filter(|kit| kit.algorithm.has_public_key()) {
        for (name, text) in public_texts(kit) {
            for (alg, expected) in [
                ("HS256", TokenError::Header),
                (kit.algorithm.id(), TokenError::Signature),
            ] {
                let header = with(kit.header(), "alg", json!(alg)).to_string();
                let message = format!(
                    "{}.{}",
                    BASE64.encode(header),
                    BASE64.encode(good_claims().to_string())
                );
                let tag = hmac::sign(
                    &hmac::Key::new(hmac::HMAC_SHA256, &text),
                    message.as_bytes(),
                );
                let token = format!("{message}.{}", BASE64.encode(tag));
                let answer = kit.verifier().verify(&token, now());
                assert_eq!(answer, Err(expected), "{name} with {alg}");
            }
        }
    }
}

#[test]
fn the_keys_of_one_secret_do_not_stand_for_each_other() {
    for signer in &*KITS {
        for verifier in KITS.iter().filter(|kit| kit.algorithm != signer.algorithm) {
            let headers = [
                ("its own", signer.header(), TokenError::UnknownKey),
                ("the other's", verifier.header(), TokenError::Signature),
                (
                    "its own algorithm and the other's key id",
                    with(signer.header(), "kid", json!(verifier.kid())),
                    TokenError::Header,
                ),
            ];
            for (name, header, expected) in headers {
                let token = signer.sign_text(&header.to_string(), &good_claims().to_string());
                let answer = verifier.verifier().verify(&token, now());
                assert_eq!(answer, Err(expected), "{name}");
            }
        }
    }
}

/// An algorithm of the ring doesn't become one of each of its keys.
#[tokio::test]
async fn each_key_of_a_mixed_ring_keeps_its_algorithm() {
    let secrets = SecretRing::with_previous(secret(1), vec![secret(2)]);
    let keys = SigningKeys::new(Algorithm::Es256, &secrets, None).unwrap();
    let store = MemorySigningKeys::default();
    let ring = KeyRing::open(keys, &store, LIFETIME, now()).await.unwrap();
    let verifier = TokenVerifier::new(Arc::new(ring), ISSUER, AUDIENCE, LIFETIME);
    let keys = Algorithm::ALL
        .iter()
        .map(|algorithm| Key::new(*algorithm, &secret(2)).unwrap())
        .chain([Key::new(Algorithm::Es256, &secret(1)).unwrap()]);
    for key in keys {
        for algorithm in Algorithm::ALL {
            let header = json!({"alg": algorithm.id(), "typ": "at+jwt", "kid": key.id});
            let token = sign_with(&key, &header.to_string(), &good_claims().to_string());
            let answer = verifier.verify(&token, now()).map(drop);
            let expected = if *algorithm == key.algorithm {
                Ok(())
            } else {
                Err(TokenError::Header)
            };
            assert_eq!(
                answer, expected,
                "{algorithm} with a key of {}",
                key.algorithm
            );
        }
    }
}
