use super::accounts::{Account, AccountChange, AccountStore, Changed, EndSessions};
use super::jwt::{FIRST_PARTY, Issued, TokenIssuer, TokenSubject};
use super::refresh::{RefreshError, RefreshToken, RefreshTokens};
use crate::authorization::PolicySource;
use crate::authorization::{Grant, Grants};
use crate::clock::SharedClock;
use crate::problem::Problem;
use crate::rate_limiting::OwnLimits;
use crate::revocation::{RevocationStore, Revocations};
use crate::sessions::{Delivery, EndReason, KEPT, Seen, Session, SessionLimits, SessionStore};
use crate::store::StoreError;
use http::StatusCode;
use std::sync::Arc;
use time::OffsetDateTime;
use uuid::Uuid;

/// Opens sessions, makes their tokens, ends them.
///
/// 1. A session starts only from an account that proved itself, with an id and a refresh token that
///    nobody had before; a caller can't bring one (SES-3).
/// 2. Roles, tier and state are read at each refresh, never carried over (REF-11).
/// 3. Who confirms who they are gets a new session in the place of the old one: a new id at each
///    gain of rights. It ends when the old one would have.
/// 4. Whatever ends is known to this node before the answer leaves.
/// 5. When the store can't answer, no token is made and none is called invalid.
pub struct SessionTokens<A, S, R> {
    parts: SessionParts<A, S, R>,
}

/// What [`SessionTokens`] is made of.
pub struct SessionParts<A, S, R> {
    /// Whose sessions.
    pub accounts: A,
    /// The sessions.
    pub sessions: S,
    /// What is over.
    pub revocations: Arc<Revocations<R>>,
    /// Makes refresh tokens.
    pub refresh: RefreshTokens,
    /// Makes access tokens.
    pub issuer: TokenIssuer,
    /// How long sessions live.
    pub limits: SessionLimits,
    /// Says who is an administrator.
    pub policy: PolicySource,
    /// Tells the time.
    pub clock: SharedClock,
}

/// How a session is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRequest {
    /// Longer, and without an idle end.
    pub remember: bool,
    /// How tokens are handed over.
    pub delivery: Delivery,
    /// From where and with what.
    pub seen: Seen,
}

impl SessionRequest {
    /// An ordinary session, not a remembered one.
    pub fn new(delivery: Delivery, seen: Seen) -> Self {
        Self {
            remember: false,
            delivery,
            seen,
        }
    }
}

/// The pair that a sign-in or a refresh gives.
#[derive(Debug)]
pub struct Tokens {
    /// For the API.
    pub access: Issued,
    /// For the next pair.
    pub refresh: RefreshToken,
}

/// Somebody with a session and its tokens.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// The session.
    pub session: Session,
    /// With what.
    pub tokens: Tokens,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The refresh token is not valid.
    #[error("the refresh token was refused")]
    Refresh,
    /// A spent refresh token was presented: the session has ended, its owner should be told.
    #[error("a spent refresh token was presented")]
    Reused(Box<Session>),
    /// The session is over.
    #[error("the session is over")]
    Over,
    /// More is asked for than the account may do.
    #[error("the scope is too wide")]
    Scope,
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no key to sign with.
    #[error("no signing key")]
    NoKey,
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            // The same for both: a thief learns nothing from having been noticed.
            SessionError::Refresh | SessionError::Reused(_) => Self::new(
                StatusCode::UNAUTHORIZED,
                "invalid_refresh_token",
                "The refresh token is not valid",
                "It is malformed, expired, spent or revoked. Sign in again.",
            )
            .with_cause(error),
            SessionError::Over => Self::invalid_token().with_cause(error),
            SessionError::Scope => Self::malformed("The scope is more than you may do."),
            SessionError::Store(store) => store.into(),
            SessionError::NoKey => Self::internal().with_cause(error),
        }
    }
}

impl<A, S, R> std::fmt::Debug for SessionTokens<A, S, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionTokens").finish_non_exhaustive()
    }
}

impl<A, S, R> std::fmt::Debug for SessionParts<A, S, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionParts")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl<A: AccountStore, S: SessionStore, R: RevocationStore> SessionTokens<A, S, R> {
    /// Of these parts.
    pub fn new(parts: SessionParts<A, S, R>) -> Self {
        Self { parts }
    }

    /// The sessions' store.
    pub fn sessions(&self) -> &S {
        &self.parts.sessions
    }

    /// What is over.
    pub fn revocations(&self) -> &Arc<Revocations<R>> {
        &self.parts.revocations
    }

    /// Starts a session for an account that proved itself.
    pub async fn open(
        &self,
        account: Account,
        request: &SessionRequest,
    ) -> Result<SignedIn, SessionError> {
        let span = self
            .parts
            .limits
            .span(self.is_administrative(&account), request.remember);
        let now = self.parts.clock.now();
        let template = Session {
            remembered: request.remember,
            idle: span.idle,
            ..blank(&account, request, now, now + span.absolute)
        };
        let most = self.parts.limits.per_account;
        self.start(account, template, most).await
    }

    /// Puts a new session in the place of `old`, for somebody who proved again who they are.
    pub async fn replace(
        &self,
        old: &Session,
        account: Account,
        seen: Seen,
    ) -> Result<SignedIn, SessionError> {
        let now = self.parts.clock.now();
        let request = SessionRequest {
            remember: old.remembered,
            delivery: old.delivery,
            seen,
        };
        let template = Session {
            remembered: old.remembered,
            idle: old.idle,
            ..blank(&account, &request, now, old.expires_at)
        };
        // With the old one, which is about to end, it may be one more: no other has to go.
        let most = self.parts.limits.per_account.saturating_add(1);
        let signed_in = self.start(account, template, most).await?;
        // Last: should it fail, two sessions of one person are left, and not none.
        self.end(old.id, None, EndReason::Replaced).await?;
        Ok(signed_in)
    }

    async fn start(
        &self,
        account: Account,
        template: Session,
        most: u32,
    ) -> Result<SignedIn, SessionError> {
        let now = template.created_at;
        let (id, refresh, current) = self.parts.refresh.first();
        let session = Session {
            id,
            current,
            idle_expires_at: template.idle_end(now),
            ..template
        };
        let ended = self.parts.sessions.start(&session, most).await?;
        if !ended.is_empty() {
            tracing::info!(account = %account.id, ended = ended.len(),
                "the longest idle sessions ended: the account has as many as it may have");
            self.parts.revocations.sync().await?;
        }
        let access = self.issue(&account, &session)?;
        let tokens = Tokens { access, refresh };
        Ok(SignedIn {
            account,
            session,
            tokens,
        })
    }

    /// Takes a refresh token that came by `delivery` and gives the next pair.
    pub async fn refresh(&self, text: &str, delivery: Delivery) -> Result<SignedIn, SessionError> {
        self.refresh_narrowed(text, delivery, None).await
    }

    /// The same with an access token that is narrowed to `scope`; what comes after it isn't. A scope
    /// that is too wide spends nothing.
    pub async fn refresh_narrowed(
        &self,
        text: &str,
        delivery: Delivery,
        scope: Option<&[Grant]>,
    ) -> Result<SignedIn, SessionError> {
        let parts = &self.parts;
        let now = parts.clock.now();
        let presented = parts.refresh.read(text).ok_or(SessionError::Refresh)?;
        let session = parts.sessions.find(presented.session()).await?;
        let session = session.ok_or(SessionError::Refresh)?;
        if session.delivery != delivery {
            tracing::warn!(session = %session.id, account = %session.account_id,
                "a refresh token came by another way than it was given");
            return Err(SessionError::Refresh);
        }
        let account = parts.accounts.find(session.account_id).await?;
        let Some(account) = account.filter(|account| account.lets(&session)) else {
            return Err(SessionError::Refresh);
        };
        let grants = self.grants(&account);
        if !scope.is_none_or(|scope| scope.iter().all(|one| grants.include(one))) {
            return Err(SessionError::Scope);
        }
        let limits = parts
            .limits
            .at_rotation(grants.is_administrative(), session.created_at);
        match parts
            .refresh
            .rotate(&parts.sessions, &presented, &limits, now)
            .await
        {
            Ok(rotated) => {
                let access = self.issue_narrowed(&account, &rotated.session, scope)?;
                Ok(SignedIn {
                    account,
                    session: rotated.session,
                    tokens: Tokens {
                        access,
                        refresh: rotated.successor,
                    },
                })
            }
            Err(RefreshError::Store(store)) => Err(store.into()),
            Err(RefreshError::Invalid) => Err(SessionError::Refresh),
            Err(RefreshError::Reused(session)) => {
                tracing::warn!(session = %session.id, account = %session.account_id,
                    "a spent refresh token was presented: its session has ended");
                parts.revocations.sync().await?;
                Err(SessionError::Reused(session))
            }
        }
    }

    /// A session that lives, and whose it is.
    pub async fn live(&self, id: Uuid) -> Result<(Account, Session), SessionError> {
        let now = self.parts.clock.now();
        let session = self.parts.sessions.find(id).await?;
        let session = session.filter(|session| session.is_live(now));
        let session = session.ok_or(SessionError::Over)?;
        let account = self.parts.accounts.find(session.account_id).await?;
        let account = account.filter(|account| account.lets(&session));
        Ok((account.ok_or(SessionError::Over)?, session))
    }

    /// Another access token for a session that lives, after its account has changed.
    pub async fn renew(&self, id: Uuid) -> Result<(Session, Issued), SessionError> {
        let (account, session) = self.live(id).await?;
        let access = self.issue(&account, &session)?;
        Ok((session, access))
    }

    /// Whether an account has had a session before, as far as records tell: one that is older than they
    /// are [kept](crate::sessions::KEPT) has.
    pub async fn had_any(&self, account: &Account) -> Result<bool, SessionError> {
        let age = self.parts.clock.now() - account.created_at;
        Ok(age >= KEPT || self.parts.sessions.any(account.id).await?)
    }

    /// The sessions of an account that live, the last used first.
    pub async fn list(&self, account_id: Uuid) -> Result<Vec<Session>, SessionError> {
        let now = self.parts.clock.now();
        let account = self.parts.accounts.find(account_id).await?;
        let account = account.ok_or(SessionError::Over)?;
        let mut sessions = self.parts.sessions.list(account_id, now).await?;
        sessions.retain(|session| account.lets(session));
        Ok(sessions)
    }

    /// Ends one session, `owner`'s alone if that is given; `false` when there is none to end.
    pub async fn end(
        &self,
        id: Uuid,
        owner: Option<Uuid>,
        reason: EndReason,
    ) -> Result<bool, SessionError> {
        let now = self.parts.clock.now();
        let ended = self.parts.sessions.end(id, owner, reason, now).await?;
        if ended {
            self.parts.revocations.sync().await?;
        }
        Ok(ended)
    }

    /// Ends the sessions of an account, all but `keep`, and every token made in them: one write that
    /// counts, and then the sessions' records, whose number it gives.
    pub async fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
    ) -> Result<u64, SessionError> {
        let change = AccountChange {
            sessions: Some(keep.map_or(EndSessions::All, EndSessions::Except)),
            ..AccountChange::default()
        };
        let now = self.parts.clock.now();
        match self.parts.accounts.change(account_id, &change, now).await? {
            Changed::Done(_) => {}
            Changed::Absent | Changed::LastAdministrator => return Err(SessionError::Over),
        }
        self.ended(account_id, keep, reason).await
    }

    /// Writes into the records of sessions that a change of their account has ended, all but
    /// `keep`, why; says how many.
    pub async fn ended(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
    ) -> Result<u64, SessionError> {
        let now = self.parts.clock.now();
        let sessions = &self.parts.sessions;
        let ended = sessions.end_all(account_id, keep, reason, now).await?;
        self.parts.revocations.sync().await?;
        Ok(ended)
    }

    fn is_administrative(&self, account: &Account) -> bool {
        self.grants(account).is_administrative()
    }

    /// What an account may do now.
    pub(super) fn grants(&self, account: &Account) -> Grants {
        let policy = self.parts.policy.current();
        policy.grants_of(&account.roles, account.holder_address())
    }

    /// A refresh token, if the text is one of ours.
    pub(super) fn read_refresh(&self, text: &str) -> Option<RefreshToken> {
        self.parts.refresh.read(text)
    }

    /// Who makes access tokens, and for whom.
    pub(super) fn issuer_and_audience(&self) -> (&str, &str) {
        (self.parts.issuer.issuer(), self.parts.issuer.audience())
    }

    fn issue(&self, account: &Account, session: &Session) -> Result<Issued, SessionError> {
        self.issue_narrowed(account, session, None)
    }

    fn issue_narrowed(
        &self,
        account: &Account,
        session: &Session,
        scope: Option<&[Grant]>,
    ) -> Result<Issued, SessionError> {
        let subject = TokenSubject {
            account: account.id,
            session: session.id,
            roles: account.roles.clone(),
            tier: account.tier,
            limits: OwnLimits::of_account(account.limits),
            epoch: account.epoch,
            authenticated_at: session.authenticated_at,
            client: FIRST_PARTY.to_owned(),
            scope: scope.map(<[Grant]>::to_vec),
            by_network: false,
        };
        self.issue_for(&subject, session.ends_at())
    }

    /// An access token that ends no later than `not_after`.
    pub(super) fn issue_for(
        &self,
        subject: &TokenSubject,
        not_after: OffsetDateTime,
    ) -> Result<Issued, SessionError> {
        let issued = self
            .parts
            .issuer
            .issue(subject, self.parts.clock.now(), not_after);
        issued.ok_or(SessionError::NoKey)
    }
}

fn blank(
    account: &Account,
    request: &SessionRequest,
    now: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Session {
    Session {
        id: Uuid::nil(),
        account_id: account.id,
        epoch: account.epoch,
        created_at: now,
        authenticated_at: now,
        expires_at,
        idle: None,
        idle_expires_at: expires_at,
        delivery: request.delivery,
        remembered: request.remember,
        seen: request.seen.clone(),
        current: [0; 32],
        previous: None,
        rotated_at: None,
        ended: None,
    }
}
