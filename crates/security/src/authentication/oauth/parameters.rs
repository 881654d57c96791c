use super::OAuthError;
use crate::csrf::is_form;
use crate::validation::{Json, Object, parse_query};
use http::HeaderMap;

/// The parameters of a request: a form in which each stands once (RFC 6749, section 3.2).
pub struct Parameters(Object);

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parameters").finish_non_exhaustive()
    }
}

impl Parameters {
    /// Reads a body that is declared as a form.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, OAuthError> {
        if !is_form(headers) {
            return Err(OAuthError::InvalidRequest(
                "Send the parameters as application/x-www-form-urlencoded.",
            ));
        }
        let malformed = "The form is not UTF-8 text in percent-encoding.";
        let malformed = || OAuthError::InvalidRequest(malformed);
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let Ok(Json::Object(object)) = parse_query(text) else {
            return Err(malformed());
        };
        if object.names().any(|name| object.is_repeated(name)) {
            return Err(OAuthError::InvalidRequest("A parameter stands twice."));
        }
        Ok(Self(object))
    }

    /// A parameter; an empty one is absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Json::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The token that the request is about.
    pub fn token(&self) -> Result<&str, OAuthError> {
        let missing = OAuthError::InvalidRequest("The parameter token is missing.");
        self.get("token").ok_or(missing)
    }
}

#[cfg(feature = "axum")]
mod extract {
    use super::{OAuthError, Parameters};
    use crate::csrf::collect_form;
    use crate::validation::BodyLimit;
    use axum_core::extract::{FromRequest, Request};

    impl<S: Send + Sync> FromRequest<S> for Parameters {
        type Rejection = OAuthError;

        async fn from_request(request: Request, _state: &S) -> Result<Self, OAuthError> {
            let (parts, body) = request.into_parts();
            let limit = parts.extensions.get::<BodyLimit>().cloned();
            let limit = limit.unwrap_or_default();
            // Held until the parameters are read.
            let mut share = limit.share();
            let body = collect_form(Box::pin(body), limit.bytes(), &mut share).await;
            Self::read(&parts.headers, &body.map_err(OAuthError::Problem)?)
        }
    }
}
