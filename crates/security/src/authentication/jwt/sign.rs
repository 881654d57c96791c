use super::KeyRing;
use crate::authorization::{Grant, RoleName, Tier};
use crate::random::SharedRandom;
use crate::rate_limiting::{OwnLimits, RateLimits};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::num::NonZeroU32;
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

/// Whom and what a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSubject {
    /// The account.
    pub account: Uuid,
    /// The session.
    pub session: Uuid,
    /// The account's roles.
    pub roles: Vec<RoleName>,
    /// The account's tier.
    pub tier: Tier,
    /// Rate limits of the account's own, and of the API key that the token is made from.
    pub limits: OwnLimits,
    /// The account's rights epoch: it grows with each change of roles, tier, password or state.
    pub epoch: u64,
    /// When the user last proved who they are.
    pub authenticated_at: OffsetDateTime,
    /// Who gets the token: its `client_id`, [`FIRST_PARTY`] for the service's own pages.
    pub client: String,
    /// What the token is narrowed to; `None` leaves it all that the account may do.
    pub scope: Option<Vec<Grant>>,
    /// Whether it is good only from the networks of the API key it is made from.
    pub by_network: bool,
}

/// The `client_id` of the service's own pages and of whoever signs in with a password.
pub const FIRST_PARTY: &str = "musicgen";

/// A new access token.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The compact form.
    pub token: String,
    /// Its `jti`.
    pub token_id: String,
    /// Its `iat`: now, in whole seconds.
    pub issued_at: OffsetDateTime,
    /// Its `exp`.
    pub expires_at: OffsetDateTime,
    /// How long it lives.
    pub expires_in: Duration,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct ClaimsOut<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: Uuid,
    sid: Uuid,
    jti: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    client_id: &'a str,
    roles: Vec<&'a str>,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<[u32; 4]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_limits: Option<[u32; 2]>,
    epoch: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_network: bool,
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

    /// Who makes them, `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whom they are for, `aud`.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// A token for an account within a session. It ends no later than `not_after`, the session's
    /// own end. `None` when the key can't sign.
    pub fn issue(
        &self,
        subject: &TokenSubject,
        now: OffsetDateTime,
        not_after: OffsetDateTime,
    ) -> Option<Issued> {
        let key = self.keys.signing()?;
        // What the token says and what is told beside it are the same: whole seconds.
        let issued_at = whole_seconds(now);
        let expires_at = (issued_at + self.lifetime).min(whole_seconds(not_after));
        let token_id = URL_SAFE_NO_PAD.encode(&self.random.secret()[..16]);
        let claims = ClaimsOut {
            iss: &self.issuer,
            aud: &self.audience,
            sub: subject.account,
            sid: subject.session,
            jti: &token_id,
            iat: issued_at.unix_timestamp(),
            exp: expires_at.unix_timestamp(),
            auth_time: subject.authenticated_at.unix_timestamp(),
            client_id: &subject.client,
            roles: subject.roles.iter().map(RoleName::as_str).collect(),
            tier: subject.tier.id(),
            limits: account_limits(subject.limits),
            key_limits: key_limits(subject.limits),
            epoch: subject.epoch,
            scope: subject.scope.as_deref().map(scope),
            by_network: subject.by_network,
        };
        let mut token = String::with_capacity(640);
        token.push_str(&key.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(&claims).ok()?, &mut token);
        let mut signature = [0; 64];
        let length = key.sign(token.as_bytes(), &mut signature)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.get(..length)?, &mut token);
        Some(Issued {
            token,
            token_id,
            issued_at,
            expires_at,
            expires_in: expires_at - issued_at,
        })
    }
}

fn account_limits(own: OwnLimits) -> Option<[u32; 4]> {
    let of = |limits: RateLimits| {
        [
            limits.burst(),
            limits.per_minute(),
            limits.per_hour().unwrap_or(0),
            limits.per_day().unwrap_or(0),
        ]
    };
    own.account.map(of)
}

fn key_limits(own: OwnLimits) -> Option<[u32; 2]> {
    let number = |limit: Option<NonZeroU32>| limit.map_or(0, NonZeroU32::get);
    let limits = [number(own.key.per_minute), number(own.key.per_hour)];
    (limits != [0, 0]).then_some(limits)
}

fn scope(grants: &[Grant]) -> String {
    let texts: Vec<&str> = grants.iter().map(Grant::as_str).collect();
    texts.join(" ")
}

fn whole_seconds(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_nanosecond(0).unwrap_or(time)
}
