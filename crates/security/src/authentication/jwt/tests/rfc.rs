//! The vectors of the RFCs, and each with one byte changed.

use super::*;
use crate::authentication::jwt::vectors::VectorKey;

struct Vector {
    name: &'static str,
    algorithm: Algorithm,
    /// base64url: the secret, x and y, or x.
    key: &'static [&'static str],
    jws: &'static str,
    payload: &'static str,
}

const VECTORS: [Vector; 4] = [
    Vector {
        name: "RFC 7515, A.1",
        algorithm: Algorithm::Hs256,
        key: &[
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        ],
        jws: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQo\
              gImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        payload: "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    },
    Vector {
        name: "RFC 7515, A.3",
        algorithm: Algorithm::Es256,
        key: &[
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        ],
        jws: "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl\
              LmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA\
              pmWQxfKTUJqPP3-Kg6NU1Q",
        payload: "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    },
    Vector {
        name: "RFC 8037, A.4 and A.5",
        algorithm: Algorithm::EdDsa,
        key: &["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"],
        jws: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PG\
              cvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        payload: "Example of Ed25519 signing",
    },
    Vector {
        name: "RFC 7520, 4.4",
        algorithm: Algorithm::Hs256,
        key: &["hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"],
        jws: "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.SXTigJlz\
              IGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGU\
              gcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW\
              91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0",
        payload: "It\u{2019}s a dangerous business, Frodo, going out your door. You step onto the road, \
                  and if you don't keep your feet, there\u{2019}s no knowing where you might be swept off to.",
    },
];

fn key_of(vector: &Vector) -> VectorKey {
    let mut bytes = match vector.algorithm {
        Algorithm::Es256 => vec![4],
        _ => Vec::new(),
    };
    for part in vector.key {
        bytes.extend(BASE64.decode(part).unwrap());
    }
    VectorKey::new(vector.algorithm, &bytes).unwrap()
}

#[test]
fn published_tokens_hold_and_changed_ones_do_not() {
    for vector in &VECTORS {
        let key = key_of(vector);
        let payload = key.read(vector.jws);
        assert_eq!(
            payload,
            Ok(vector.payload.as_bytes().to_vec()),
            "{}",
            vector.name
        );
        for at in 0..vector.jws.len() {
            let mut changed = vector.jws.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(key.read(&changed).is_err(), "{} at {at}", vector.name);
        }
        for other in VECTORS.iter().filter(|other| other.name != vector.name) {
            assert!(key_of(other).read(vector.jws).is_err(), "{}", vector.name);
        }
    }
}

/// RFC 8037, A.3; for the key of RFC 7515, A.3, worked out apart from this code.
#[test]
fn thumbprints() {
    let bytes = |part: &str| BASE64.decode(part).unwrap();
    let ed25519 = PublicJwk::ed25519(&bytes(VECTORS[2].key[0]));
    assert_eq!(ed25519.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let point = [vec![4], bytes(VECTORS[1].key[0]), bytes(VECTORS[1].key[1])].concat();
    let p256 = PublicJwk::p256(&point).unwrap();
    assert_eq!(p256.id(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}
