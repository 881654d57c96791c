//! How tokens get to whoever signed in: in the body or in cookies, never both.

use crate::state::AccountService;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use musicgen_security::authentication::SignedIn;
use musicgen_security::authentication::accounts::Account;
use musicgen_security::authentication::known_device::DeviceToken;
use musicgen_security::cookies::CookieKind;
use musicgen_security::problem::Problem;
use musicgen_security::sessions::Delivery;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody who is signed in. With `"delivery": "body"` the tokens stand here; with `"cookie"` they
/// are in cookies, and here is what a script needs beside them.
#[derive(Serialize, ToSchema)]
pub struct SignedInBody {
    user: User,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Send it as `X-CSRF-Token` with each request that changes something (cookies only).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    csrf_token: Option<String>,
    /// Send it as `Authorization: Bearer <token>` (body only).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    access_token: Option<String>,
    /// `Bearer` (body only).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    token_type: Option<&'static str>,
    /// Good for one rotation at `/api/auth/refresh` (body only).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    refresh_token: Option<String>,
    /// Keep it and send it with the next sign-in: this device is known then (sign-in by body only).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    device_token: Option<String>,
}

impl std::fmt::Debug for SignedInBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedInBody")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// An account, short.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    id: uuid::Uuid,
    email: String,
    username: String,
    roles: Vec<String>,
    tier: &'static str,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            email: account.email.to_string(),
            username: account.username,
            roles: account.roles.iter().map(ToString::to_string).collect(),
            tier: account.tier.id(),
        }
    }
}

impl AccountService {
    /// The answer to whoever has tokens now, by the way that their session asks for.
    pub(crate) fn hand_over(&self, signed_in: SignedIn) -> Result<Response, Problem> {
        self.hand_over_to(signed_in, None)
    }

    /// The same, with a token of the device that signed in.
    pub(crate) fn hand_over_to(
        &self,
        signed_in: SignedIn,
        device: Option<&DeviceToken>,
    ) -> Result<Response, Problem> {
        let SignedIn {
            account,
            session,
            tokens,
        } = signed_in;
        let expires_in = tokens.access.expires_in.whole_seconds();
        match session.delivery {
            Delivery::Body => Ok(Json(SignedInBody {
                user: account.into(),
                expires_in,
                csrf_token: None,
                access_token: Some(tokens.access.token),
                token_type: Some("Bearer"),
                refresh_token: Some(tokens.refresh.to_text()),
                device_token: device.map(DeviceToken::to_text),
            })
            .into_response()),
            Delivery::Cookie => {
                let (mut cookies, csrf) = self.session_cookies.hand_over(&session, &tokens)?;
                if let Some(device) = device {
                    cookies.0.push(self.device_cookie(device)?);
                }
                let body = SignedInBody {
                    user: account.into(),
                    expires_in,
                    csrf_token: Some(csrf.expose().to_owned()),
                    access_token: None,
                    token_type: None,
                    refresh_token: None,
                    device_token: None,
                };
                Ok((cookies, Json(body)).into_response())
            }
        }
    }

    /// The cookie by which a browser is known.
    pub(crate) fn device_cookie(&self, device: &DeviceToken) -> Result<HeaderValue, Problem> {
        let lives = device.expires_at() - self.clock.now();
        let policy = self.session_cookies.policy();
        Ok(policy.set(CookieKind::Device, &device.to_text(), lives)?)
    }
}
