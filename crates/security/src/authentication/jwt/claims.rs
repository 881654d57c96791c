use super::TokenError;
use crate::api_keys::KeyLimits;
use crate::authorization::{Grant, RoleName, Tier};
use crate::rate_limiting::{OwnLimits, RateLimits};
use crate::validation::{Json, Object};
use std::num::NonZeroU32;
use time::OffsetDateTime;
use uuid::Uuid;

/// What a verified access token says.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The account, `sub`.
    pub subject: Uuid,
    /// The session, `sid`.
    pub session: Uuid,
    /// The token's own id, `jti`.
    pub token_id: String,
    /// When it was made, `iat`.
    pub issued_at: OffsetDateTime,
    /// When it ends, `exp`.
    pub expires_at: OffsetDateTime,
    /// When the user last proved who they are, `auth_time`.
    pub authenticated_at: OffsetDateTime,
    /// Whom the token was given to, `client_id`.
    pub client: String,
    /// The account's roles when the token was made, `roles`.
    pub roles: Vec<RoleName>,
    /// The account's tier when the token was made, `tier`.
    pub tier: Tier,
    /// Rate limits in the place of the tier's, `limits`, and those of the API key that the token was
    /// made from, `key_limits`.
    pub limits: OwnLimits,
    /// The account's rights epoch when the token was made, `epoch`.
    pub epoch: u64,
    /// What the token is narrowed to, `scope`; `None` when it isn't.
    pub scope: Option<Vec<Grant>>,
    /// Whether it is good only from the networks of the API key it was made from, `by_network`.
    pub by_network: bool,
}

/// The claims of a token that its issuer and its times depend on, and the rest as it will be given
/// out.
pub(super) struct RawClaims<'a> {
    pub(super) issuer: &'a str,
    pub(super) audiences: Vec<&'a str>,
    pub(super) not_before: Option<OffsetDateTime>,
    pub(super) claims: Claims,
}

impl<'a> RawClaims<'a> {
    /// Refuses when a needed claim is absent or any has the wrong type.
    pub(super) fn read(object: &'a Object) -> Result<Self, TokenError> {
        Self::read_all(object).ok_or(TokenError::Claims)
    }

    fn read_all(object: &'a Object) -> Option<Self> {
        let not_before = match object.get("nbf") {
            None => None,
            Some(value) => Some(numeric_date(value)?),
        };
        let scope = match object.get("scope") {
            None => None,
            Some(value) => Some(grants(text(value)?)?),
        };
        let by_network = match object.get("by_network") {
            None => false,
            Some(Json::Bool(by_network)) => *by_network,
            Some(_) => return None,
        };
        let limits = OwnLimits {
            account: match object.get("limits") {
                None => None,
                Some(value) => Some(rate_limits(value)?),
            },
            key: match object.get("key_limits") {
                None => KeyLimits::default(),
                Some(value) => key_limits(value)?,
            },
        };
        Some(Self {
            issuer: text(object.get("iss")?)?,
            audiences: texts(object.get("aud")?)?,
            not_before,
            claims: Claims {
                subject: id(object.get("sub")?)?,
                session: id(object.get("sid")?)?,
                token_id: text(object.get("jti")?)
                    .filter(|id| !id.is_empty())?
                    .to_owned(),
                issued_at: numeric_date(object.get("iat")?)?,
                expires_at: numeric_date(object.get("exp")?)?,
                authenticated_at: numeric_date(object.get("auth_time")?)?,
                client: text(object.get("client_id")?)
                    .filter(|id| is_client_id(id))?
                    .to_owned(),
                roles: roles(object.get("roles")?)?,
                tier: Tier::from_id(text(object.get("tier")?)?)?,
                limits,
                epoch: whole(object.get("epoch")?)?,
                scope,
                by_network,
            },
        })
    }
}

fn text(value: &Json) -> Option<&str> {
    match value {
        Json::String(text) => Some(text),
        _ => None,
    }
}

fn id(value: &Json) -> Option<Uuid> {
    Uuid::try_parse(text(value)?).ok()
}

fn whole(value: &Json) -> Option<u64> {
    match value {
        Json::Number(number) => number.as_u64(),
        _ => None,
    }
}

/// A list of this many whole numbers.
fn numbers<const N: usize>(value: &Json) -> Option<[u32; N]> {
    let Json::Array(many) = value else {
        return None;
    };
    let numbers = many.iter().map(|one| u32::try_from(whole(one)?).ok());
    numbers.collect::<Option<Vec<_>>>()?.try_into().ok()
}

/// Burst, and requests in a minute, an hour and a day; 0 where the last two have no limit.
fn rate_limits(value: &Json) -> Option<RateLimits> {
    let [burst, per_minute, per_hour, per_day] = numbers(value)?;
    let given = |number: u32| (number > 0).then_some(number);
    RateLimits::new(burst, per_minute, given(per_hour), given(per_day)).ok()
}

/// Requests in a minute and in an hour; 0 where there is no limit.
fn key_limits(value: &Json) -> Option<KeyLimits> {
    let [per_minute, per_hour] = numbers(value)?;
    Some(KeyLimits {
        per_minute: NonZeroU32::new(per_minute),
        per_hour: NonZeroU32::new(per_hour),
    })
}

/// A string, or a list of strings (RFC 7519, section 4.1.3).
fn texts(value: &Json) -> Option<Vec<&str>> {
    match value {
        Json::String(one) => Some(vec![one]),
        Json::Array(many) => many.iter().map(text).collect(),
        _ => None,
    }
}

/// A list of names; whether the policy knows them is not asked here.
fn roles(value: &Json) -> Option<Vec<RoleName>> {
    match value {
        Json::Array(many) => many
            .iter()
            .map(|one| RoleName::parse(text(one)?).ok())
            .collect(),
        _ => None,
    }
}

/// Grants with one blank between each two (RFC 6749, section 3.3). No text at all narrows the token
/// to nothing.
fn grants(scope: &str) -> Option<Vec<Grant>> {
    if scope.is_empty() {
        return Some(Vec::new());
    }
    scope.split(' ').map(|one| Grant::parse(one).ok()).collect()
}

/// RFC 6749, appendix A.1: visible characters and blanks.
fn is_client_id(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

/// Seconds since the epoch, perhaps with a fraction (RFC 7519, section 2). Beyond the year 9999 it
/// is no date.
fn numeric_date(value: &Json) -> Option<OffsetDateTime> {
    let Json::Number(number) = value else {
        return None;
    };
    let seconds = number
        .as_f64()
        .filter(|seconds| (0.0..253_402_300_800.0).contains(seconds))?;
    OffsetDateTime::from_unix_timestamp_nanos((seconds * 1e9) as i128).ok()
}
