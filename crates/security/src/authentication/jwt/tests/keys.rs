use super::*;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64::engine::general_purpose::STANDARD;

pub(super) fn pem_of(der: &[u8], label: &str) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let body = lines.join("\n");
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

pub(super) fn p256_der() -> Vec<u8> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    pair.to_pkcs8v1().unwrap().as_ref().to_vec()
}

pub(super) fn ed25519_der() -> Vec<u8> {
    let pair = Ed25519KeyPair::generate().unwrap();
    pair.to_pkcs8v1().unwrap().as_ref().to_vec()
}

fn judged(algorithm: Algorithm, text: &str) -> Result<(), KeyError> {
    SigningKeys::judge(algorithm, &Secret::new(text))
}

/// TOK-14.
#[test]
fn short_secrets_make_no_key() {
    for algorithm in Algorithm::ALL {
        for (bytes, expected) in [(0, Err(KeyError::TooShort)), (31, Err(KeyError::TooShort))]
            .into_iter()
            .chain([(32, Ok(())), (33, Ok(())), (64, Ok(())), (200, Ok(()))])
        {
            let secret = Secret::new(vec![7; bytes]);
            assert_eq!(SigningKeys::judge(*algorithm, &secret), expected, "{bytes}");
        }
    }
}

#[test]
fn private_keys_in_pem() {
    use Algorithm::{EdDsa, Es256, Hs256};
    use KeyError::{OtherAlgorithm, Pem, PemForHmac, Published};
    let p256 = pem_of(&p256_der(), "PRIVATE KEY");
    let ed25519 = pem_of(&ed25519_der(), "PRIVATE KEY");
    let v2 = Ed25519KeyPair::generate().unwrap();
    let v2 = pem_of(v2.to_pkcs8().unwrap().as_ref(), "PRIVATE KEY");
    let p384 = EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING);
    let p384 = pem_of(p384.unwrap().to_pkcs8v1().unwrap().as_ref(), "PRIVATE KEY");
    let hex = |text: &str| -> Vec<u8> {
        let digit = |n| u8::from_str_radix(&text[n..n + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(digit).collect()
    };
    let d = BASE64.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    let rfc8037 = [hex("302e020100300506032b657004220420"), d.unwrap()].concat();
    let d = BASE64.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    let prefix = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
    let rfc7515 = [hex(prefix), d.unwrap()].concat();
    let rows = [
        ("P-256", Es256, p256.clone(), Ok(())),
        ("Ed25519", EdDsa, ed25519.clone(), Ok(())),
        ("Ed25519 with its public half", EdDsa, v2, Ok(())),
        ("on one line", EdDsa, ed25519.replace('\n', ""), Ok(())),
        ("with CRLF", Es256, p256.replace('\n', "\r\n"), Ok(())),
        ("P-256 for EdDSA", EdDsa, p256.clone(), Err(OtherAlgorithm)),
        (
            "Ed25519 for ES256",
            Es256,
            ed25519.clone(),
            Err(OtherAlgorithm),
        ),
        ("P-384", Es256, p384, Err(Pem)),
        ("for HS256", Hs256, p256.clone(), Err(PemForHmac)),
        (
            "public, for HS256",
            Hs256,
            p256.replace("PRIVATE", "PUBLIC"),
            Err(PemForHmac),
        ),
        ("public", Es256, p256.replace("PRIVATE", "PUBLIC"), Err(Pem)),
        (
            "SEC 1",
            Es256,
            p256.replace("PRIVATE", "EC PRIVATE"),
            Err(Pem),
        ),
        (
            "encrypted",
            EdDsa,
            ed25519.replace("PRIVATE", "ENCRYPTED PRIVATE"),
            Err(Pem),
        ),
        (
            "a certificate",
            EdDsa,
            ed25519.replace("PRIVATE KEY", "CERTIFICATE"),
            Err(Pem),
        ),
        (
            "cut off",
            EdDsa,
            ed25519[..ed25519.len() - 30].to_owned(),
            Err(Pem),
        ),
        ("two keys", EdDsa, format!("{ed25519}{ed25519}"), Err(Pem)),
        ("no body", EdDsa, pem_of(&[], "PRIVATE KEY"), Err(Pem)),
        (
            "RFC 8037's",
            EdDsa,
            pem_of(&rfc8037, "PRIVATE KEY"),
            Err(Published),
        ),
        (
            "RFC 7515's",
            Es256,
            pem_of(&rfc7515, "PRIVATE KEY"),
            Err(Published),
        ),
    ];
    for (name, algorithm, text, expected) in rows {
        assert_eq!(judged(algorithm, &text), expected, "{name}");
        if algorithm != Hs256 {
            let previous = SigningKeys::judge_previous(&Secret::new(text));
            let expected = expected.or_else(|error| match error {
                OtherAlgorithm => Ok(()),
                error => Err(error),
            });
            assert_eq!(previous, expected, "{name}, as a previous one");
        }
    }
}

/// The derivation is for good: with another one a restart would sign everybody out.
#[test]
fn derived_keys_are_the_same_in_every_version() {
    let ids: Vec<String> = Algorithm::ALL
        .iter()
        .map(|algorithm| Key::new(*algorithm, &secret(42)).unwrap().id)
        .collect();
    assert_eq!(
        ids,
        [
            "OgW-TSE2QSS9",
            "xI1m3B_VLH0V2KHj0DgQFz0OJmN1WoFcEq5ktQ59tLk",
            "MPXC5L0mFNz7mAj0ch6dZxj2vhJ55W9aUQ9c_rraUaY",
        ]
    );
}

#[test]
fn no_two_secrets_of_a_ring_are_one() {
    let new = |current: u8, previous: &[u8], next: Option<u8>| {
        let previous = previous.iter().map(|n| secret(*n)).collect();
        let secrets = SecretRing::with_previous(secret(current), previous);
        let next = next.map(secret);
        SigningKeys::new(Algorithm::EdDsa, &secrets, next.as_ref()).map(drop)
    };
    assert_eq!(new(1, &[2, 3], Some(4)), Ok(()));
    for (name, answer) in [
        ("previous", new(1, &[1], None)),
        ("two previous", new(1, &[2, 2], None)),
        ("next", new(1, &[], Some(1))),
        ("next and previous", new(1, &[2], Some(2))),
    ] {
        assert_eq!(answer, Err(KeyError::Repeated), "{name}");
    }
}

#[test]
fn nothing_prints_a_key() {
    for kit in &*KITS {
        let secrets = SecretRing::new(Secret::new("q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6F"));
        let keys = SigningKeys::new(kit.algorithm, &secrets, None).unwrap();
        let text = format!("{keys:?} {:?} {:?}", kit.ring, kit.verifier());
        assert!(!text.contains("q8Zr") && !text.contains("42, 42"), "{text}");
    }
}
