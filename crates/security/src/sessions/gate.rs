use crate::authentication::refresh::RefreshTokens;
use crate::authentication::{API_KEY_HEADER, CredentialError, RefreshHolder, TokenAuthenticator};
use crate::cookies::{CookieKind, CookiePolicy, Presented, RequestCookies};
use crate::csrf::CookieSession;
use crate::gate::Gate;
use crate::problem::Problem;
use crate::revocation::RevocationStore;
use http::header::{AUTHORIZATION, HeaderValue};
use http::request::Parts;
use std::sync::Arc;
use time::OffsetDateTime;

/// Identifies a browser by its cookies: inserts the
/// [`Principal`](crate::authentication::Principal) of a good access cookie and the [`CookieSession`]
/// that makes a CSRF token necessary.
///
/// A request with a credential in a header is judged by that alone; its cookies are gone for all that
/// comes after, and a wrong header credential never falls back to them. A cookie that is wrong, twice there or over
/// leaves the request anonymous, marked with [`StaleCookie`]: where somebody is needed the refusal
/// takes the cookie away.
pub struct SessionGate<R> {
    authenticator: Arc<TokenAuthenticator<R>>,
    refresh: RefreshTokens,
    cookies: CookiePolicy,
    reads_refresh: bool,
}

/// Says that the access cookie was good for nothing, and holds the header that takes it away.
#[derive(Debug, Clone)]
pub struct StaleCookie(pub(crate) HeaderValue);

impl<R> Clone for SessionGate<R> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            refresh: self.refresh.clone(),
            cookies: self.cookies.clone(),
            reads_refresh: self.reads_refresh,
        }
    }
}

impl<R> std::fmt::Debug for SessionGate<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionGate")
            .field("reads_refresh", &self.reads_refresh)
            .finish_non_exhaustive()
    }
}

impl<R: RevocationStore> SessionGate<R> {
    /// A gate that reads the access cookie and no refresh cookie.
    pub fn new(
        authenticator: Arc<TokenAuthenticator<R>>,
        refresh: RefreshTokens,
        cookies: CookiePolicy,
    ) -> Self {
        Self {
            authenticator,
            refresh,
            cookies,
            reads_refresh: false,
        }
    }

    /// The gate of the routes that take the refresh cookie: refresh and sign-out.
    #[must_use]
    pub fn reading_refresh(mut self) -> Self {
        self.reads_refresh = true;
        self
    }

    /// Whether the access cookie identified somebody.
    async fn by_access(
        &self,
        cookies: &RequestCookies,
        parts: &mut Parts,
    ) -> Result<bool, CredentialError> {
        let token = match cookies.get(CookieKind::Access) {
            Presented::Absent => return Ok(false),
            Presented::One(token) => token,
            Presented::Ambiguous | Presented::Broken => return Err(CredentialError::Cookie),
        };
        let (principal, session) = self.authenticator.by_cookie(token, parts).await?;
        parts.extensions.insert(session);
        parts.extensions.insert(principal);
        Ok(true)
    }
}

impl<R: RevocationStore> Gate for SessionGate<R> {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        let by_header = [&AUTHORIZATION, &API_KEY_HEADER];
        if by_header
            .iter()
            .any(|name| parts.headers.contains_key(*name))
        {
            // For handlers too: who brought a header brought no proof that these are meant.
            *parts.extensions.get_or_insert_default::<RequestCookies>() = RequestCookies::default();
            return Ok(());
        }
        let Some(cookies) = parts.extensions.get::<RequestCookies>().cloned() else {
            return Ok(());
        };
        match self.by_access(&cookies, parts).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(CredentialError::Store(store)) => return Err(store.into()),
            Err(error) => {
                tracing::debug!(%error, "an access cookie was refused");
                let clear = self.cookies.clear(CookieKind::Access);
                parts.extensions.insert(StaleCookie(clear));
            }
        }
        if !self.reads_refresh {
            return Ok(());
        }
        let Presented::One(text) = cookies.get(CookieKind::Refresh) else {
            return Ok(());
        };
        if let Some(token) = self.refresh.read(text) {
            // When its access token was made nobody knows here: any CSRF token of the session will do.
            let session = CookieSession::new(token.session(), OffsetDateTime::UNIX_EPOCH);
            parts.extensions.insert(session);
            parts.extensions.insert(RefreshHolder(token.session()));
        }
        Ok(())
    }
}
