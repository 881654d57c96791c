use super::{OAuthError, Parameters};
use crate::authentication::bearer::authorization;
use crate::authentication::gate::is_basic;
use crate::authentication::internal_keys::API_KEY_HEADER;
use crate::authentication::jwt::FIRST_PARTY;
use crate::validation::decode_form;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use zeroize::Zeroizing;

/// Who sends a request, as far as it says so; nothing has been checked yet.
#[derive(Debug)]
pub enum Client {
    /// It doesn't say.
    Unnamed,
    /// The service's own public client, which has no secret.
    FirstParty,
    /// A program with an API key.
    Program(ClientCredentials),
}

/// What a program sends to prove who it is.
pub struct ClientCredentials {
    id: String,
    secret: Zeroizing<String>,
}

impl std::fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCredentials").finish_non_exhaustive()
    }
}

const TWICE: OAuthError =
    OAuthError::InvalidRequest("The client proves itself in more than one way: use one.");

impl ClientCredentials {
    /// The `client_id`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The `client_secret`.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Of `Authorization: Basic` (RFC 6749, section 2.3.1: both parts are form-encoded first).
    fn of_basic(encoded: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        let text = std::str::from_utf8(&bytes).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some(Self {
            id: decode_form(id).ok()?,
            secret: Zeroizing::new(decode_form(secret).ok()?),
        })
    }
}

impl Client {
    /// Reads header and form; two proofs in one request are none.
    pub fn of(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, OAuthError> {
        let header = authorization(headers).map_err(|_| OAuthError::InvalidClient)?;
        let basic = header.filter(|(scheme, _)| is_basic(scheme));
        let other = header.is_some() && basic.is_none() || headers.contains_key(&API_KEY_HEADER);
        let (id, secret) = (parameters.get("client_id"), parameters.get("client_secret"));
        let Some((_, encoded)) = basic else {
            return match (id, secret) {
                (_, Some(_)) if other => Err(TWICE),
                (Some(id), Some(secret)) => Ok(Self::Program(ClientCredentials {
                    id: id.to_owned(),
                    secret: Zeroizing::new(secret.to_owned()),
                })),
                (None, Some(_)) => Err(OAuthError::InvalidRequest(
                    "The parameter client_id is missing.",
                )),
                (Some(FIRST_PARTY), None) => Ok(Self::FirstParty),
                (Some(_), None) => Err(OAuthError::InvalidClient),
                (None, None) => Ok(Self::Unnamed),
            };
        };
        let credentials = ClientCredentials::of_basic(encoded).ok_or(OAuthError::InvalidClient)?;
        if secret.is_some() || id.is_some_and(|id| id != credentials.id) {
            return Err(TWICE);
        }
        if credentials.id == FIRST_PARTY && credentials.secret.is_empty() {
            return Ok(Self::FirstParty);
        }
        Ok(Self::Program(credentials))
    }
}
