use super::accounts::{Account, AccountStore, EmailAddress};
use super::jwt::{FIRST_PARTY, Issued, TokenIssuer, TokenSubject};
use super::passwords::{HashingPool, Password, PasswordHasher, PoolFull, Verified};
use super::refresh::{EndReason, Family, RefreshError, RefreshStore, RefreshToken, RefreshTokens};
use crate::clock::SharedClock;
use crate::problem::Problem;
use crate::store::StoreError;
use http::StatusCode;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long sign-ins last.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// A sign-in's absolute end, and how long an unused refresh token lives.
    pub session: Duration,
    /// The same when the user asked to be remembered.
    pub remembered: Duration,
}

/// The pair that a sign-in or a refresh gives.
#[derive(Debug)]
pub struct Tokens {
    /// For the API.
    pub access: Issued,
    /// For the next pair.
    pub refresh: RefreshToken,
    /// The session both belong to.
    pub session_id: Uuid,
}

/// A finished sign-in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// With what.
    pub tokens: Tokens,
}

/// Why somebody isn't signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Unknown address, wrong password, disabled account: one answer for all.
    #[error("the address or the password is wrong")]
    Wrong,
    /// The refresh token is not valid.
    #[error("the refresh token was refused")]
    Refresh,
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] PoolFull),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no key to sign with.
    #[error("no signing key")]
    NoKey,
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::new(
                StatusCode::UNAUTHORIZED,
                "wrong_credentials",
                "Sign-in failed",
                "The mail address or the password is wrong.",
            ),
            SignInError::Refresh => Self::new(
                StatusCode::UNAUTHORIZED,
                "invalid_refresh_token",
                "The refresh token is not valid",
                "It is malformed, expired, spent or revoked. Sign in again.",
            ),
            SignInError::Busy(busy) => Self::unavailable(1).with_cause(busy),
            SignInError::Store(store) => store.into(),
            SignInError::NoKey => Self::internal().with_cause(error),
        }
    }
}

/// Sign-in as a small state machine: first factor → (later: second factor) → session.
///
/// 1. Each call of [`SignIn::first_factor`] checks exactly one password hash, whatever it finds.
/// 2. A hash with weaker parameters is replaced after a match, unless the password was changed
///    meanwhile.
/// 3. A session starts only from an account that the last factor gave out.
pub struct SignIn<A, R> {
    accounts: A,
    refresh: RefreshTokens<R>,
    issuer: TokenIssuer,
    hasher: PasswordHasher,
    pool: HashingPool,
    lifetimes: Lifetimes,
    clock: SharedClock,
}

impl<A, R> std::fmt::Debug for SignIn<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("lifetimes", &self.lifetimes)
            .finish_non_exhaustive()
    }
}

impl<A: AccountStore, R: RefreshStore> SignIn<A, R> {
    /// All that a sign-in needs.
    pub fn new(
        accounts: A,
        refresh: RefreshTokens<R>,
        issuer: TokenIssuer,
        hashing: (PasswordHasher, HashingPool),
        lifetimes: Lifetimes,
        clock: SharedClock,
    ) -> Self {
        let (hasher, pool) = hashing;
        Self {
            accounts,
            refresh,
            issuer,
            hasher,
            pool,
            lifetimes,
            clock,
        }
    }

    /// Checks address and password.
    pub async fn first_factor(
        &self,
        email: &str,
        password: Password,
    ) -> Result<Account, SignInError> {
        let account = match EmailAddress::parse(email) {
            Ok(email) => self.accounts.find_by_email(&email).await?,
            Err(_) => None,
        };
        let stored = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let hasher = self.hasher.clone();
        let (verified, stronger) = self
            .pool
            .run(move || match &stored {
                None => (hasher.verify_nobody(&password), None),
                Some(stored) => match hasher.verify(&password, stored) {
                    Verified::MatchWeak => {
                        let stronger = hasher.hash(&password).ok();
                        (Verified::Match, stronger.map(|new| (stored.clone(), new)))
                    }
                    verified => (verified, None),
                },
            })
            .await?;
        let account = account
            .filter(Account::is_enabled)
            .ok_or(SignInError::Wrong)?;
        if verified != Verified::Match {
            return Err(SignInError::Wrong);
        }
        if let Some((old, new)) = stronger {
            self.accounts.rehash(account.id, &old, &new).await?;
        }
        Ok(account)
    }

    /// Starts a session for an account that proved itself.
    pub async fn open_session(
        &self,
        account: Account,
        remember: bool,
    ) -> Result<SignedIn, SignInError> {
        let now = self.clock.now();
        let lifetime = if remember {
            self.lifetimes.remembered
        } else {
            self.lifetimes.session
        };
        let started = self
            .refresh
            .start(account.id, lifetime, lifetime, now)
            .await?;
        let access = self.issue(&account, (started.session_id, now), now, now + lifetime)?;
        let tokens = Tokens {
            access,
            refresh: started.token,
            session_id: started.session_id,
        };
        Ok(SignedIn { account, tokens })
    }

    /// Takes a refresh token and gives the next pair.
    pub async fn refresh(&self, token: &str) -> Result<SignedIn, SignInError> {
        let now = self.clock.now();
        let (family, refresh) = match self.refresh.rotate(token, now).await {
            Ok(rotated) => rotated,
            Err(RefreshError::Store(store)) => return Err(store.into()),
            Err(RefreshError::Invalid | RefreshError::Reused(_)) => {
                return Err(SignInError::Refresh);
            }
        };
        // Roles, tier and whether it is enabled are read now, never carried over (REF-11).
        let account = self.accounts.find(family.account_id).await?;
        let account = account
            .filter(Account::is_enabled)
            .ok_or(SignInError::Refresh)?;
        let access = self.issue(
            &account,
            (family.id, family.created_at),
            now,
            end_of(&family),
        )?;
        Ok(SignedIn {
            account,
            tokens: Tokens {
                access,
                refresh,
                session_id: family.id,
            },
        })
    }

    /// Ends one session.
    pub async fn sign_out(&self, session_id: Uuid) -> Result<(), SignInError> {
        self.refresh
            .end(session_id, EndReason::SignedOut, self.clock.now())
            .await?;
        Ok(())
    }

    /// Ends all sessions of an account; says how many.
    pub async fn sign_out_everywhere(&self, account_id: Uuid) -> Result<u64, SignInError> {
        let reason = EndReason::SignedOutEverywhere;
        let now = self.clock.now();
        Ok(self
            .refresh
            .store()
            .end_all(account_id, None, reason, now)
            .await?)
    }

    fn issue(
        &self,
        account: &Account,
        (session, authenticated_at): (Uuid, OffsetDateTime),
        now: OffsetDateTime,
        end: OffsetDateTime,
    ) -> Result<Issued, SignInError> {
        let subject = TokenSubject {
            account: account.id,
            session,
            roles: account.roles.clone(),
            tier: account.tier,
            epoch: 0,
            authenticated_at,
            client: FIRST_PARTY.to_owned(),
            scope: None,
        };
        self.issuer
            .issue(&subject, now, end)
            .ok_or(SignInError::NoKey)
    }
}

fn end_of(family: &Family) -> OffsetDateTime {
    family.idle_expires_at.min(family.expires_at)
}
