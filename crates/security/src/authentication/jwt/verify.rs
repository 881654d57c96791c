use super::claims::RawClaims;
use super::compact::{Compact, object};
use super::ring::Ringed;
use super::{Algorithm, Claims, KeyRing};
use crate::validation::{Json, Object};
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
    /// No such key, or one whose tokens have all ended.
    #[error("unknown key id")]
    UnknownKey,
    /// Not signed by us, or changed since.
    #[error("the signature does not hold")]
    Signature,
    /// Said to be made when its key didn't sign: before its first use, or after its retirement.
    #[error("its key did not sign when it says it was made")]
    Retired,
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

/// A token that held when it was looked at, and what has to hold each time.
pub(super) struct Verified<C> {
    pub(super) claims: C,
    /// The later of `iat` and `nbf`, less the leeway.
    pub(super) starts_at: OffsetDateTime,
    /// `exp` and the leeway.
    pub(super) ends_at: OffsetDateTime,
    /// The place of its key in the ring.
    pub(super) key: usize,
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
        Ok(self.look_at(token, now)?.claims)
    }

    pub(super) fn look_at(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<Verified<Claims>, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let parts = Compact::split(token)?;
        let place = self.key_of(parts.header, now)?;
        let key = &self.keys.at(place).ok_or(TokenError::UnknownKey)?.key;
        if !key.verifies(parts.message.as_bytes(), &parts.signature()?) {
            return Err(TokenError::Signature);
        }
        let claims = object(parts.claims)?;
        let raw = RawClaims::read(&claims)?;
        if *raw.issuer != *self.issuer {
            return Err(TokenError::Issuer);
        }
        if !raw.audiences.contains(&&*self.audience) {
            return Err(TokenError::Audience);
        }
        let issued_at = raw.claims.issued_at;
        if raw.claims.expires_at - issued_at > self.lifetime {
            return Err(TokenError::Lifetime);
        }
        let verified = Verified {
            starts_at: raw
                .not_before
                .map_or(issued_at, |at| at.max(issued_at))
                .saturating_sub(LEEWAY),
            ends_at: raw.claims.expires_at.saturating_add(LEEWAY),
            claims: raw.claims,
            key: place,
        };
        self.check_times(&verified, &verified.claims, now)?;
        Ok(verified)
    }

    /// What a verified token must meet each time it is presented.
    pub(super) fn check_times<C>(
        &self,
        verified: &Verified<C>,
        claims: &Claims,
        now: OffsetDateTime,
    ) -> Result<(), TokenError> {
        if now >= verified.ends_at {
            return Err(TokenError::Expired);
        }
        if verified.starts_at > now {
            return Err(TokenError::NotYet);
        }
        match self.keys.at(verified.key) {
            Some(key) if key.is_dead(now) => Err(TokenError::UnknownKey),
            Some(key) if key.signed_at(claims.issued_at, now) => Ok(()),
            _ => Err(TokenError::Retired),
        }
    }

    /// The place of a header's key: rules 1 and 2 of the [module](super).
    fn key_of(&self, header: &str, now: OffsetDateTime) -> Result<usize, TokenError> {
        // The header of our own tokens needs no reading.
        let (place, key) = match self.keys.find_by_header(header) {
            Some(found) => found,
            None => self.find(&object(header)?)?,
        };
        if key.is_dead(now) {
            return Err(TokenError::UnknownKey);
        }
        Ok(place)
    }

    fn find(&self, header: &Object) -> Result<(usize, &Ringed), TokenError> {
        let (algorithm, id) = algorithm_and_key_id(header)?;
        let found = self.keys.find(id).ok_or(TokenError::UnknownKey)?;
        if found.1.key.algorithm == algorithm {
            Ok(found)
        } else {
            Err(TokenError::Header)
        }
    }
}

fn algorithm_and_key_id(header: &Object) -> Result<(Algorithm, &str), TokenError> {
    let text = |name| match header.get(name) {
        Some(Json::String(text)) => Ok(text.as_str()),
        _ => Err(TokenError::Header),
    };
    let known = |name| matches!(name, "alg" | "typ" | "kid");
    if !header.names().all(known) {
        return Err(TokenError::Header);
    }
    let algorithm = Algorithm::from_id(text("alg")?).ok_or(TokenError::Header)?;
    let kind = text("typ")?.to_ascii_lowercase();
    if kind.strip_prefix("application/").unwrap_or(&kind) != "at+jwt" {
        return Err(TokenError::Header);
    }
    Ok((algorithm, text("kid")?))
}
