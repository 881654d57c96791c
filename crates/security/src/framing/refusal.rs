use crate::problem::Problem;
use http::header::{CONNECTION, HeaderValue};

/// Why bytes are no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 400: what is wrong, in words for the log.
    Malformed(&'static str),
    /// 414.
    TargetTooLong,
    /// 431.
    HeadTooLarge,
    /// 408: the head took too long.
    HeadTooSlow,
    /// The body of a request that was passed on already; whoever reads it finds that it broke off.
    Body(&'static str),
}

impl Refusal {
    /// What the caller is told; the connection ends with it.
    pub fn problem(self) -> Problem {
        let problem = match self {
            Self::HeadTooSlow => return Problem::too_slow(),
            Self::Malformed(why) | Self::Body(why) => {
                Problem::malformed("The request is not well-formed HTTP.").with_cause(why)
            }
            Self::TargetTooLong => Problem::target_too_long(super::MAX_TARGET),
            Self::HeadTooLarge => {
                Problem::head_too_large(super::MAX_FIELD_BYTES, super::MAX_FIELDS)
            }
        };
        problem.with_header(CONNECTION, HeaderValue::from_static("close"))
    }

    /// A word for counting.
    pub fn id(self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::TargetTooLong => "target_too_long",
            Self::HeadTooLarge => "head_too_large",
            Self::HeadTooSlow => "head_too_slow",
            Self::Body(_) => "body",
        }
    }
}

/// What reading a body ends with when its sender is too slow. A listener wraps bodies so; the
/// [`validation`](crate::validation) stage answers it with 408.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body came too slowly")]
pub struct BodyTooSlow;
