use super::claims::RawClaims;
use super::keys::Key;
use super::{Claims, KeyRing};
use crate::validation::{Json, Object};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// How far clocks may differ.
pub const LEEWAY: Duration = Duration::seconds(30);

/// The longest token that is looked at.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Why a token was refused; for the log, never for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("longer than 8 KiB")]
    TooLong,
    /// Not three parts of canonical base64url with JSON objects in the first two.
    #[error("not a compact JWS")]
    Malformed,
    /// The header asks for something else than our tokens have.
    #[error("the header is not that of an access token")]
    Header,
    /// No such key.
    #[error("unknown key id")]
    UnknownKey,
    /// Not signed by us, or changed since.
    #[error("the signature does not hold")]
    Signature,
    /// A claim is absent or of the wrong type.
    #[error("a claim is missing or malformed")]
    Claims,
    /// Another issuer's.
    #[error("another issuer")]
    Issuer,
    /// For somebody else.
    #[error("another audience")]
    Audience,
    /// Over.
    #[error("expired")]
    Expired,
    /// Not valid yet, or from the future.
    #[error("not valid yet")]
    NotYet,
    /// It claims to live longer than we let tokens live.
    #[error("longer-lived than any token of ours")]
    Lifetime,
}

/// Checks access tokens.
#[derive(Debug, Clone)]
pub struct TokenVerifier {
    keys: Arc<KeyRing>,
    issuer: Arc<str>,
    audience: Arc<str>,
    lifetime: Duration,
}

impl TokenVerifier {
    /// Accepts tokens of `issuer` for `audience` that live at most `lifetime`.
    pub fn new(keys: Arc<KeyRing>, issuer: &str, audience: &str, lifetime: Duration) -> Self {
        Self {
            keys,
            issuer: issuer.into(),
            audience: audience.into(),
            lifetime,
        }
    }

    /// Checks a token's text at `now`: size, form, header, signature, claims, in this order.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Claims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Malformed)?;
        if claims.contains('.') {
            return Err(TokenError::Malformed);
        }
        let key = self.key_of(&object(header)?)?;
        let signature = decode(signature)?;
        hmac::verify(&key.key, message.as_bytes(), &signature)
            .map_err(|_| TokenError::Signature)?;
        self.check(&object(claims)?, now)
    }

    /// Rules 1 and 2 of the [module](super).
    fn key_of(&self, header: &Object) -> Result<&Key, TokenError> {
        let text = |name| match header.get(name) {
            Some(Json::String(text)) => Some(text.as_str()),
            _ => None,
        };
        if header
            .names()
            .any(|name| !matches!(name, "alg" | "typ" | "kid"))
        {
            return Err(TokenError::Header);
        }
        if text("alg") != Some("HS256") {
            return Err(TokenError::Header);
        }
        let kind = text("typ").map(str::to_ascii_lowercase).unwrap_or_default();
        if kind.strip_prefix("application/").unwrap_or(&kind) != "at+jwt" {
            return Err(TokenError::Header);
        }
        let id = text("kid").ok_or(TokenError::Header)?;
        self.keys.find(id).ok_or(TokenError::UnknownKey)
    }

    fn check(&self, claims: &Object, now: OffsetDateTime) -> Result<Claims, TokenError> {
        let raw = RawClaims::read(claims)?;
        if raw.issuer != &*self.issuer {
            return Err(TokenError::Issuer);
        }
        if !raw.audiences.contains(&&*self.audience) {
            return Err(TokenError::Audience);
        }
        let claims = raw.claims;
        let starts_at = raw.not_before.unwrap_or(claims.issued_at);
        if now >= claims.expires_at + LEEWAY {
            return Err(TokenError::Expired);
        }
        if claims.issued_at.max(starts_at) > now + LEEWAY {
            return Err(TokenError::NotYet);
        }
        if claims.expires_at - claims.issued_at > self.lifetime {
            return Err(TokenError::Lifetime);
        }
        Ok(claims)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    // Strict: no padding, no other alphabet, no stray bits at the end (TOK-10).
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)
}

fn object(part: &str) -> Result<Object, TokenError> {
    match Json::parse(&decode(part)?) {
        Ok(json) if json.has_repeated_names() => Err(TokenError::Malformed),
        Ok(Json::Object(object)) => Ok(object),
        _ => Err(TokenError::Malformed),
    }
}
