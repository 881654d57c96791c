use super::{Json, Object};

/// Why a query string is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A `%` without two hexadecimal digits, or bytes that are not UTF-8.
    #[error("the query has a broken percent-encoding")]
    Encoding,
    /// More than 64 parameters.
    #[error("the query has more than 64 parameters")]
    TooMany,
}

const MAX_PARAMETERS: usize = 64;

/// Reads a query string (application/x-www-form-urlencoded, WHATWG URL section 5.1) into an object
/// of strings, strictly: what a lenient parser repairs is refused.
pub fn parse_query(query: &str) -> Result<Json, QueryError> {
    let mut object = Object::default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    for (n, pair) in pairs.enumerate() {
        if n == MAX_PARAMETERS {
            return Err(QueryError::TooMany);
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        object.insert(decode_form(name)?, Json::String(decode_form(value)?));
    }
    Ok(Json::Object(object))
}

/// Reads one name or value of a form, strictly.
pub(crate) fn decode_form(text: &str) -> Result<String, QueryError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let (Some(high), Some(low)) = (high, low) else {
                    return Err(QueryError::Encoding);
                };
                (high * 16 + low) as u8
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| QueryError::Encoding)
}
