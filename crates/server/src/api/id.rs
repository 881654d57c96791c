use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use musicgen_security::problem::Problem;
use uuid::Uuid;

/// The `{id}` of a path. A text that is no id names nothing: 404, the same as an absent one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathId(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::not_found().with_cause(rejection))?;
        // One spelling: hyphenated lower case, as the API writes it.
        match Uuid::try_parse(&text) {
            Ok(id) if id.hyphenated().to_string() == text => Ok(Self(id)),
            _ => Err(Problem::not_found()),
        }
    }
}
