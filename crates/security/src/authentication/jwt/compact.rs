use super::TokenError;
use crate::validation::{Json, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The longest signature of any algorithm here, in base64url.
const MAX_SIGNATURE_TEXT: usize = 86;

/// The deepest nesting in a token; the header and the claims themselves are at level 1 (TOK-12).
const MAX_DEPTH: usize = 8;

/// The parts of a compact JWS (RFC 7515, section 7.1), none of them decoded.
pub(super) struct Compact<'a> {
    /// What is signed: header, dot, claims.
    pub(super) message: &'a str,
    pub(super) header: &'a str,
    pub(super) claims: &'a str,
    signature: &'a str,
}

impl<'a> Compact<'a> {
    pub(super) fn split(token: &'a str) -> Result<Self, TokenError> {
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Malformed)?;
        if claims.contains('.') || signature.len() > MAX_SIGNATURE_TEXT {
            return Err(TokenError::Malformed);
        }
        Ok(Self {
            message,
            header,
            claims,
            signature,
        })
    }

    pub(super) fn signature(&self) -> Result<Vec<u8>, TokenError> {
        decode(self.signature)
    }
}

/// Strict: no padding, no other alphabet, no stray bits at the end (TOK-10).
pub(super) fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)
}

/// A JSON object without repeated names and not nested too deep.
pub(super) fn object(part: &str) -> Result<Object, TokenError> {
    match Json::parse(&decode(part)?) {
        Ok(json) if json.has_repeated_names() || is_deeper(&json, MAX_DEPTH) => {
            Err(TokenError::Malformed)
        }
        Ok(Json::Object(object)) => Ok(object),
        _ => Err(TokenError::Malformed),
    }
}

fn is_deeper(json: &Json, levels: usize) -> bool {
    let mut inner: Box<dyn Iterator<Item = &Json>> = match json {
        Json::Array(items) => Box::new(items.iter()),
        Json::Object(object) => Box::new(object.names().filter_map(|name| object.get(name))),
        _ => return false,
    };
    levels == 0 || inner.any(|json| is_deeper(json, levels - 1))
}
