use crate::validation::{Json, Object};
use time::OffsetDateTime;
use uuid::Uuid;

/// What a verified access token says.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The account.
    pub subject: Uuid,
    /// The session.
    pub session: Uuid,
    /// The token's own id.
    pub token_id: String,
    /// When it was made.
    pub issued_at: OffsetDateTime,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// The claims as they stand in a token, each of its JSON type.
pub(super) struct RawClaims<'a> {
    pub(super) issuer: &'a str,
    pub(super) audiences: Vec<&'a str>,
    pub(super) subject: &'a str,
    pub(super) session: &'a str,
    pub(super) token_id: &'a str,
    pub(super) issued_at: f64,
    pub(super) expires_at: f64,
    pub(super) not_before: Option<f64>,
}

impl<'a> RawClaims<'a> {
    /// `None` when a needed claim is absent or any has the wrong type.
    pub(super) fn read(object: &'a Object) -> Option<Self> {
        let not_before = match object.get("nbf") {
            None => None,
            Some(value) => Some(numeric_date(value)?),
        };
        Some(Self {
            issuer: text(object.get("iss")?)?,
            audiences: audiences(object.get("aud")?)?,
            subject: text(object.get("sub")?)?,
            session: text(object.get("sid")?)?,
            token_id: text(object.get("jti")?).filter(|id| !id.is_empty())?,
            issued_at: numeric_date(object.get("iat")?)?,
            expires_at: numeric_date(object.get("exp")?)?,
            not_before,
        })
    }
}

fn text(value: &Json) -> Option<&str> {
    match value {
        Json::String(text) => Some(text),
        _ => None,
    }
}

/// A string, or a list of strings (RFC 7519, section 4.1.3).
fn audiences(value: &Json) -> Option<Vec<&str>> {
    match value {
        Json::String(one) => Some(vec![one]),
        Json::Array(many) => many.iter().map(text).collect(),
        _ => None,
    }
}

/// Seconds since the epoch, perhaps with a fraction (RFC 7519, section 2). Beyond the year 9999 it
/// is no date.
fn numeric_date(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number
            .as_f64()
            .filter(|seconds| (0.0..253_402_300_800.0).contains(seconds)),
        _ => None,
    }
}
