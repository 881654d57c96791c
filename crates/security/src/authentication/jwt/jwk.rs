use super::Algorithm;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

/// A public key as JSON (RFC 7517; RFC 7518, section 6.2; RFC 8037, section 2). There is no field
/// that could hold a private part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicJwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(rename = "use")]
    purpose: &'static str,
    alg: &'static str,
    kid: String,
}

/// A document of public keys (RFC 7517, section 5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The one that signs first.
    pub keys: Vec<PublicJwk>,
}

impl PublicJwk {
    /// An Ed25519 key of 32 bytes.
    pub(super) fn ed25519(public: &[u8]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(public);
        let thumbprint = thumbprint(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        Self {
            kty: "OKP",
            crv: "Ed25519",
            x,
            y: None,
            purpose: "sig",
            alg: Algorithm::EdDsa.id(),
            kid: thumbprint,
        }
    }

    /// A P-256 key as an uncompressed point (SEC 1, section 2.3.3); `None` when it isn't one.
    pub(super) fn p256(public: &[u8]) -> Option<Self> {
        let (x, y) = match public {
            [4, both @ ..] if both.len() == 64 => both.split_at(32),
            _ => return None,
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Some(Self {
            kty: "EC",
            crv: "P-256",
            x,
            y: Some(y),
            purpose: "sig",
            alg: Algorithm::Es256.id(),
            kid: thumbprint(&members),
        })
    }

    /// The key's id: its thumbprint.
    pub fn id(&self) -> &str {
        &self.kid
    }
}

/// RFC 7638: of the needed members alone, in the order of their names, without blanks.
fn thumbprint(members: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}
