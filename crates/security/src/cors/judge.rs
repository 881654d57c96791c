use super::CorsPolicy;
use crate::problem::Problem;
use http::HeaderMap;
use http::header::{HeaderValue, ORIGIN};

/// What an `Origin` header comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is none, or it is ours: a program, or a page of our own.
    SameOrigin,
    /// It isn't allowed, which nothing but the missing marks of the answer says.
    Refused,
    /// It is; this is what `Access-Control-Allow-Origin` says.
    Allowed(HeaderValue),
}

/// `Origin` is there more than once, or names more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than one origin")]
pub struct SeveralOrigins;

impl From<SeveralOrigins> for Problem {
    fn from(fault: SeveralOrigins) -> Self {
        Self::malformed("`Origin` stands once and names one origin.").with_cause(fault)
    }
}

impl CorsPolicy {
    /// Who sent a request, by its `Origin`. A look into a list: nothing is allocated.
    pub fn judge(&self, headers: &HeaderMap) -> Result<Verdict, SeveralOrigins> {
        let mut lines = headers.get_all(ORIGIN).iter();
        let Some(origin) = lines.next() else {
            return Ok(Verdict::SameOrigin);
        };
        if lines.next().is_some() || is_list(origin) {
            return Err(SeveralOrigins);
        }
        if self.is_own(origin.as_bytes()) {
            return Ok(Verdict::SameOrigin);
        }
        match self.grant(origin) {
            Some(allowed) if is_origin(origin) => Ok(Verdict::Allowed(allowed)),
            _ => Ok(Verdict::Refused),
        }
    }
}

/// RFC 6454 lets a browser send several origins, with blanks between them; none does. A proxy that joins
/// lines puts a comma there.
fn is_list(origin: &HeaderValue) -> bool {
    let bytes = origin.as_bytes();
    bytes.iter().any(|byte| matches!(byte, b' ' | b',' | b'\t'))
}

/// Not `null` and not what no browser sends, for where any page may read.
fn is_origin(origin: &HeaderValue) -> bool {
    let bytes = origin.as_bytes();
    bytes.starts_with(b"https://") || bytes.starts_with(b"http://")
}
