use super::KeyRing;
use crate::random::SharedRandom;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Makes access tokens.
#[derive(Clone)]
pub struct TokenIssuer {
    keys: Arc<KeyRing>,
    issuer: Arc<str>,
    audience: Arc<str>,
    lifetime: Duration,
    random: SharedRandom,
}

impl std::fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenIssuer")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// A new access token.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The compact form.
    pub token: String,
    /// How long it lives.
    pub expires_in: Duration,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct HeaderOut<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

#[derive(Serialize)]
struct ClaimsOut<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: Uuid,
    sid: Uuid,
    jti: String,
    iat: i64,
    exp: i64,
}

impl TokenIssuer {
    /// Tokens of `issuer` for `audience` that live `lifetime`.
    pub fn new(
        keys: Arc<KeyRing>,
        issuer: &str,
        audience: &str,
        lifetime: Duration,
        random: SharedRandom,
    ) -> Self {
        Self {
            keys,
            issuer: issuer.into(),
            audience: audience.into(),
            lifetime,
            random,
        }
    }

    /// A token for an account within a session. It ends no later than `not_after`, the session's
    /// own end. `None` when the ring has no key to sign with.
    pub fn issue(
        &self,
        subject: Uuid,
        session: Uuid,
        now: OffsetDateTime,
        not_after: OffsetDateTime,
    ) -> Option<Issued> {
        let key = self.keys.signing()?;
        let expires_at = (now + self.lifetime).min(not_after);
        let header = HeaderOut {
            alg: "HS256",
            typ: "at+jwt",
            kid: &key.id,
        };
        let claims = ClaimsOut {
            iss: &self.issuer,
            aud: &self.audience,
            sub: subject,
            sid: session,
            jti: URL_SAFE_NO_PAD.encode(&self.random.secret()[..16]),
            iat: now.unix_timestamp(),
            exp: expires_at.unix_timestamp(),
        };
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).ok()?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(&claims).ok()?, &mut token);
        let signature = hmac::sign(&key.key, token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        Some(Issued {
            token,
            expires_in: expires_at - now,
        })
    }
}
