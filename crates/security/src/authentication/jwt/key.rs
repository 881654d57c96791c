use super::verifying::VerifyingKey;
use super::{Algorithm, PublicJwk, pem};
use crate::secrets::Secret;
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// The shortest secret: the output size of SHA-256 (RFC 7518, section 3.2).
const MIN_BYTES: usize = 32;

/// Thumbprints of private keys that everybody has: RFC 8037, appendix A.1, and RFC 7515, appendix
/// A.3.
const PUBLISHED: [&str; 2] = [
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
];

/// Why a secret can't be a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not enough of it.
    #[error("a signing secret needs at least 32 bytes")]
    TooShort,
    /// A PEM text where HS256 signs: a public key there would let everybody sign.
    #[error("is a PEM text; HS256 takes a secret made at random")]
    PemForHmac,
    /// A PEM text that is no such key.
    #[error("is no unencrypted PKCS#8 private key for ES256 (P-256) or EdDSA (Ed25519)")]
    Pem,
    /// A private key of the other kind.
    #[error("is a private key for another algorithm")]
    OtherAlgorithm,
    /// An example's key.
    #[error("is a private key that an RFC publishes")]
    Published,
    /// Two of the ring's keys are one.
    #[error("two of the signing keys are the same")]
    Repeated,
}

/// A key that signs and verifies, of one algorithm for good.
pub(super) struct Key {
    pub(super) id: String,
    /// The first part of each of its tokens.
    pub(super) header: String,
    pub(super) algorithm: Algorithm,
    /// For others to verify with.
    pub(super) public: Option<PublicJwk>,
    private: Private,
    verifying: VerifyingKey,
}

enum Private {
    Hmac(Box<hmac::Key>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// The key of a secret: for ES256 and EdDSA a PKCS#8 private key in PEM, or what is derived from
    /// any other secret.
    pub(super) fn new(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        if secret.expose().len() < MIN_BYTES {
            return Err(KeyError::TooShort);
        }
        let private = Private::new(algorithm, secret)?;
        let (public, verifying) = match &private {
            Private::Hmac(_) => (None, VerifyingKey::hs256(secret.expose())),
            Private::Ecdsa(pair) => {
                let public = pair.public_key().as_ref();
                let jwk = PublicJwk::p256(public).ok_or(KeyError::Pem)?;
                (Some(jwk), VerifyingKey::p256(public).ok_or(KeyError::Pem)?)
            }
            Private::Ed25519(pair) => {
                let public = pair.public_key().as_ref();
                let key = VerifyingKey::ed25519(public).ok_or(KeyError::Pem)?;
                (Some(PublicJwk::ed25519(public)), key)
            }
        };
        let id = match (&public, &private) {
            (Some(public), _) => public.id().to_owned(),
            (None, Private::Hmac(key)) => hmac_id(key),
            (None, _) => return Err(KeyError::Pem),
        };
        if PUBLISHED.contains(&id.as_str()) {
            return Err(KeyError::Published);
        }
        let alg = algorithm.id();
        let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"{id}"}}"#);
        Ok(Self {
            id,
            header: URL_SAFE_NO_PAD.encode(header),
            algorithm,
            public,
            private,
            verifying,
        })
    }

    /// The keys that a replaced secret may have been: a PEM text says which, another secret can have
    /// been used with each algorithm.
    pub(super) fn candidates(secret: &Secret) -> Result<Vec<Self>, KeyError> {
        if !pem::is_pem(secret) {
            return Algorithm::ALL
                .iter()
                .map(|algorithm| Self::new(*algorithm, secret))
                .collect();
        }
        match Self::new(Algorithm::Es256, secret) {
            Err(KeyError::OtherAlgorithm) => Ok(vec![Self::new(Algorithm::EdDsa, secret)?]),
            answer => Ok(vec![answer?]),
        }
    }

    /// The signature of a message, of the algorithm's own size; `None` when it can't be made.
    pub(super) fn sign(&self, message: &[u8], out: &mut [u8; 64]) -> Option<usize> {
        let mut write = |signature: &[u8]| {
            out.get_mut(..signature.len())?.copy_from_slice(signature);
            Some(signature.len())
        };
        match &self.private {
            Private::Hmac(key) => write(hmac::sign(key, message).as_ref()),
            Private::Ecdsa(pair) => write(pair.sign(&SystemRandom::new(), message).ok()?.as_ref()),
            Private::Ed25519(pair) => write(pair.try_sign(message).ok()?.as_ref()),
        }
    }

    /// Whether the signature is this key's, by this key's algorithm.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verifies(message, signature)
    }
}

impl Private {
    fn new(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let is_pem = pem::is_pem(secret);
        match algorithm {
            Algorithm::Hs256 if is_pem => Err(KeyError::PemForHmac),
            Algorithm::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
                Ok(Self::Hmac(Box::new(key)))
            }
            _ if is_pem => Self::from_pem(algorithm, secret),
            Algorithm::Es256 => derived_ecdsa(secret).map(Self::Ecdsa).ok_or(KeyError::Pem),
            Algorithm::EdDsa => {
                let seed = derive(secret, "EdDSA", 0);
                let pair = Ed25519KeyPair::from_seed_unchecked(&*seed);
                pair.map(Self::Ed25519).map_err(|_| KeyError::Pem)
            }
        }
    }

    fn from_pem(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let der = pem::private_key(secret).ok_or(KeyError::Pem)?;
        let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der);
        let edwards = Ed25519KeyPair::from_pkcs8(&der);
        match (algorithm, p256, edwards) {
            (Algorithm::Es256, Ok(pair), _) => Ok(Self::Ecdsa(pair)),
            (Algorithm::EdDsa, _, Ok(pair)) => Ok(Self::Ed25519(pair)),
            (_, Err(_), Err(_)) => Err(KeyError::Pem),
            _ => Err(KeyError::OtherAlgorithm),
        }
    }
}

/// Tells keys apart and gives nothing away: a hash of a tag only the key can make.
fn hmac_id(key: &hmac::Key) -> String {
    let tag = hmac::sign(key, b"musicgen key id");
    let hash = digest::digest(&digest::SHA256, tag.as_ref());
    hash.as_ref()
        .get(..9)
        .map_or_else(String::new, |first| URL_SAFE_NO_PAD.encode(first))
}

/// 256 bits for one purpose. HMAC-SHA-256 under a key derived for that purpose is the expanding half
/// of HKDF (RFC 5869, section 2.3), and a secret of the ring is random already.
fn derive(secret: &Secret, purpose: &str, counter: u8) -> Zeroizing<[u8; 32]> {
    let key = secret.derive(&format!("musicgen access token {purpose}"));
    let tag = hmac::sign(&key, &[counter]);
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

/// A scalar by rejection (FIPS 186-5, appendix A.2.2): a first draw is out of range once in 2^32
/// times, eight of them never.
fn derived_ecdsa(secret: &Secret) -> Option<EcdsaKeyPair> {
    (0..8).find_map(|counter| {
        let scalar = derive(secret, "ES256", counter);
        let private = PrivateKey::from_private_key(&ECDH_P256, &*scalar).ok()?;
        let public = private.compute_public_key().ok()?;
        EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &*scalar,
            public.as_ref(),
        )
        .ok()
    })
}
