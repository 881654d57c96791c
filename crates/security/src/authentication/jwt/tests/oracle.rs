use super::keys::{ed25519_der, p256_der, pem_of};
use super::*;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};

/// An independent implementation reads what we make, and we read what it makes.
#[test]
fn jsonwebtoken_agrees() {
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let (p256, ed25519) = (p256_der(), ed25519_der());
    let pem = |der| Secret::new(pem_of(der, "PRIVATE KEY"));
    for (algorithm, theirs, secret, signs) in [
        (
            Algorithm::Hs256,
            jsonwebtoken::Algorithm::HS256,
            secret(42),
            EncodingKey::from_secret(&[42; 32]),
        ),
        (
            Algorithm::Es256,
            jsonwebtoken::Algorithm::ES256,
            pem(&p256),
            EncodingKey::from_ec_der(&p256),
        ),
        (
            Algorithm::EdDsa,
            jsonwebtoken::Algorithm::EdDSA,
            pem(&ed25519),
            EncodingKey::from_ed_der(&ed25519),
        ),
    ] {
        let kit = Kit::new(algorithm, &secret);
        let verifies = match kit.ring.published(now()) {
            None => DecodingKey::from_secret(&[42; 32]),
            Some(set) => {
                let jwk = serde_json::to_value(&set.keys[0]).unwrap();
                let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(jwk).unwrap();
                assert_eq!(
                    jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256)
                        .unwrap(),
                    kit.kid()
                );
                DecodingKey::from_jwk(&jwk).unwrap()
            }
        };
        let mut validation = Validation::new(theirs);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.validate_exp = false;
        let read = jsonwebtoken::decode::<Value>(kit.issued(), &verifies, &validation).unwrap();
        assert_eq!(read.claims["sub"], json!(Uuid::from_u128(1)));

        let mut header = Header::new(theirs);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(kit.kid().to_owned());
        let made = jsonwebtoken::encode(&header, &good_claims(), &signs).unwrap();
        let answer = kit.verifier().verify(&made, now());
        assert!(answer.is_ok(), "{algorithm}: {answer:?}");
    }
}
