use super::Session;
use crate::authentication::Tokens;
use crate::authentication::jwt::Issued;
use crate::clock::SharedClock;
use crate::cookies::{CookieError, CookieKind, CookiePolicy, SetCookies};
use crate::csrf::{Binding, CsrfToken, CsrfTokens};

/// Hands sessions to browsers, and takes them away.
///
/// 1. A browser holds three cookies: the access token for as long as it lives, the refresh token and
///    the CSRF token for as long as the session does without use.
/// 2. The CSRF token is made anew with each access token: the former one is good for
///    [`OVERLAP`](crate::csrf::OVERLAP) more.
#[derive(Clone)]
pub struct SessionCookies {
    policy: CookiePolicy,
    csrf: CsrfTokens,
    clock: SharedClock,
}

impl std::fmt::Debug for SessionCookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCookies")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl SessionCookies {
    /// Cookies by `policy`, the one that the stages read by, with CSRF tokens of `csrf`.
    pub fn new(policy: CookiePolicy, csrf: CsrfTokens, clock: SharedClock) -> Self {
        Self {
            policy,
            csrf,
            clock,
        }
    }

    /// Their names and attributes.
    pub fn policy(&self) -> &CookiePolicy {
        &self.policy
    }

    /// What makes their CSRF tokens.
    pub fn csrf(&self) -> &CsrfTokens {
        &self.csrf
    }

    /// The cookies of somebody who has just signed in or refreshed, and the CSRF token for the script
    /// that did it.
    pub fn hand_over(
        &self,
        session: &Session,
        tokens: &Tokens,
    ) -> Result<(SetCookies, CsrfToken), CookieError> {
        let (mut cookies, csrf) = self.renew(session, &tokens.access)?;
        let lives = session.ends_at() - self.clock.now();
        let refresh = tokens.refresh.to_text();
        let refresh = self.policy.set(CookieKind::Refresh, &refresh, lives)?;
        cookies.0.push(refresh);
        Ok((cookies, csrf))
    }

    /// The cookies of a session that got another access token and kept its refresh token.
    pub fn renew(
        &self,
        session: &Session,
        access: &Issued,
    ) -> Result<(SetCookies, CsrfToken), CookieError> {
        let now = self.clock.now();
        let csrf = self.csrf.issue(Binding::Session(session.id), now);
        let lives = session.ends_at() - now;
        let access = (CookieKind::Access, access.token.as_str(), access.expires_in);
        let cookies = [access, (CookieKind::Csrf, csrf.expose(), lives)];
        let cookies = cookies.map(|(kind, value, lives)| self.policy.set(kind, value, lives));
        let cookies = cookies.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok((SetCookies(cookies), csrf))
    }

    /// Takes away what a session consists of.
    pub fn take_away(&self) -> SetCookies {
        SetCookies(self.policy.clear_session())
    }
}
