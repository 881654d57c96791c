use super::OAuth;
use crate::api_keys::{ApiKeyStore, ApiKeyText};
use crate::authentication::accounts::AccountStore;
use crate::authentication::bearer::CredentialError;
use crate::authentication::jwt::FIRST_PARTY;
use crate::authentication::{SessionError, refresh};
use crate::revocation::RevocationStore;
use crate::sessions::SessionStore;
use crate::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

/// A token that counts now (RFC 7662, section 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveToken {
    /// What it is.
    pub token_use: TokenUse,
    /// What its holder may do with it now, by name, blanks between.
    pub scope: String,
    /// Whose it is: an API key's id, or the service's own client.
    pub client: String,
    /// The account.
    pub subject: Uuid,
    /// The session, or the key.
    pub session: Uuid,
    /// Its own id.
    pub token_id: Option<String>,
    /// When it was made.
    pub issued_at: OffsetDateTime,
    /// When it ends if nothing ends it before.
    pub expires_at: OffsetDateTime,
}

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// For the API.
    Access,
    /// For the next pair.
    Refresh,
    /// A program's own.
    ApiKey,
}

impl TokenUse {
    /// The word in the answer.
    pub fn id(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
            Self::ApiKey => "api_key",
        }
    }

    /// Whether it is sent as a bearer token.
    pub fn is_bearer(self) -> bool {
        self != Self::Refresh
    }
}

impl<K, A, S, R> OAuth<K, A, S, R>
where
    K: ApiKeyStore,
    A: AccountStore,
    S: SessionStore,
    R: RevocationStore,
{
    /// Who makes access tokens, and for whom.
    pub fn issuer_and_audience(&self) -> (&str, &str) {
        self.sessions.issuer_and_audience()
    }

    /// What a token is; `None` for whatever doesn't count. Looking uses nothing up.
    pub async fn introspect(&self, token: &str) -> Result<Option<LiveToken>, StoreError> {
        if ApiKeyText::looks_like(token) {
            return self.introspect_key(token).await;
        }
        if let Some(token) = self.sessions.read_refresh(token) {
            return self.introspect_refresh(&token).await;
        }
        let live = self.tokens.look_at(token).await;
        let Some((claims, grants)) = absent_if_refused(live)? else {
            return Ok(None);
        };
        Ok(Some(LiveToken {
            token_use: TokenUse::Access,
            scope: grants.scope(),
            client: claims.client.clone(),
            subject: claims.subject,
            session: claims.session,
            token_id: Some(claims.token_id.clone()),
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
        }))
    }

    async fn introspect_key(&self, text: &str) -> Result<Option<LiveToken>, StoreError> {
        let Some(found) = self.keys.look_up(text).await? else {
            return Ok(None);
        };
        let key = &found.key;
        Ok(Some(LiveToken {
            token_use: TokenUse::ApiKey,
            scope: self.keys.rights(&found).scope(),
            client: key.id.to_string(),
            subject: key.account_id,
            session: key.id,
            token_id: None,
            issued_at: key.created_at,
            expires_at: key.ends_at(),
        }))
    }

    async fn introspect_refresh(
        &self,
        token: &refresh::RefreshToken,
    ) -> Result<Option<LiveToken>, StoreError> {
        let (account, session) = match self.sessions.live(token.session()).await {
            Ok(live) => live,
            Err(SessionError::Store(store)) => return Err(store),
            Err(_) => return Ok(None),
        };
        if !token.is_current_of(&session) {
            return Ok(None);
        }
        Ok(Some(LiveToken {
            token_use: TokenUse::Refresh,
            scope: self.sessions.grants(&account).scope(),
            client: FIRST_PARTY.to_owned(),
            subject: account.id,
            session: session.id,
            token_id: None,
            issued_at: session.rotated_at.unwrap_or(session.created_at),
            expires_at: session.ends_at(),
        }))
    }
}

/// An answer of the store is an answer; what is refused isn't there.
pub(super) fn absent_if_refused<T>(
    answer: Result<T, CredentialError>,
) -> Result<Option<T>, StoreError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(CredentialError::Store(store)) => Err(store),
        Err(_) => Ok(None),
    }
}
