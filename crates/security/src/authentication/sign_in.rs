use super::accounts::{Account, AccountStore, EmailAddress};
use super::passwords::{HashingPool, Password, PasswordHasher, PoolFull, Verified};
use crate::problem::Problem;
use crate::store::StoreError;
use http::StatusCode;

/// Why somebody isn't signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Unknown address, wrong password, disabled account: one answer for all.
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] PoolFull),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
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
            SignInError::Busy(busy) => Self::unavailable(1).with_cause(busy),
            SignInError::Store(store) => store.into(),
        }
    }
}

/// Sign-in as a small state machine: first factor → (later: second factor) → session
/// ([`SessionTokens`](super::SessionTokens)).
///
/// 1. Each call of [`SignIn::first_factor`] checks exactly one password hash, whatever it finds.
/// 2. A hash with weaker parameters is replaced after a match, unless the password was changed
///    meanwhile.
pub struct SignIn<A> {
    accounts: A,
    hasher: PasswordHasher,
    pool: HashingPool,
}

impl<A> std::fmt::Debug for SignIn<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

impl<A: AccountStore> SignIn<A> {
    /// All that a sign-in needs.
    pub fn new(accounts: A, hashing: (PasswordHasher, HashingPool)) -> Self {
        let (hasher, pool) = hashing;
        Self {
            accounts,
            hasher,
            pool,
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
        self.prove(account, password).await
    }

    /// Checks the password of an account that may not be there.
    pub async fn prove(
        &self,
        account: Option<Account>,
        password: Password,
    ) -> Result<Account, SignInError> {
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
}
