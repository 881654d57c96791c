use axum::extract::FromRequestParts;
use http::HeaderName;
use http::request::Parts;
use musicgen_security::problem::Problem;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_LENGTH: usize = 255;

/// The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible ASCII
/// characters, at most once.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(&HEADER).iter();
        let (first, second) = (values.next(), values.next());
        let Some(first) = first else {
            return Ok(Self(None));
        };
        let bytes = first.as_bytes();
        let sane = (1..=MAX_LENGTH).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_graphic)
            && second.is_none();
        match first.to_str() {
            Ok(text) if sane => Ok(Self(Some(text.to_owned()))),
            _ => Err(Problem::malformed(
                "`Idempotency-Key` takes 1 to 255 visible ASCII characters, once.",
            )),
        }
    }
}
