use super::accounts::{Account, AccountStore, EmailAddress};
use super::passwords::{
    HashingPool, Password, PasswordFault, PasswordHasher, PasswordPolicy, PoolFull,
};
use crate::authorization::{RoleName, Tier};
use crate::clock::SharedClock;
use crate::random::SharedRandom;
use crate::store::StoreError;

/// What a new account is made from.
#[derive(Debug, Clone)]
pub struct RegistrationRequest {
    /// To sign in with.
    pub email: EmailAddress,
    /// Display name, checked by the caller.
    pub username: String,
    /// In the clear, for as long as this value lives.
    pub password: Password,
    /// Usually [`RoleName::USER`] alone.
    pub roles: Vec<RoleName>,
    /// Usually [`Tier::Free`].
    pub tier: Tier,
}

impl RegistrationRequest {
    /// An ordinary account: the role [`RoleName::USER`], [`Tier::Free`].
    pub fn new(email: EmailAddress, username: impl Into<String>, password: Password) -> Self {
        Self {
            email,
            username: username.into(),
            password,
            roles: vec![RoleName::USER],
            tier: Tier::Free,
        }
    }
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationFault {
    /// The password isn't good enough.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The address has an account. A stranger must not be told.
    #[error("the address has an account")]
    EmailTaken,
    /// Too many passwords are being hashed.
    #[error(transparent)]
    Busy(#[from] PoolFull),
    /// The hash can't be made.
    #[error("the password can't be hashed: {0}")]
    Hashing(String),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes accounts.
pub struct Registrar<A> {
    accounts: A,
    policy: PasswordPolicy,
    hasher: PasswordHasher,
    pool: HashingPool,
    random: SharedRandom,
    clock: SharedClock,
}

impl<A> std::fmt::Debug for Registrar<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registrar")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl<A: AccountStore> Registrar<A> {
    /// Accounts in `accounts`, with passwords that satisfy `policy`.
    pub fn new(
        accounts: A,
        policy: PasswordPolicy,
        hashing: (PasswordHasher, HashingPool),
        random: SharedRandom,
        clock: SharedClock,
    ) -> Self {
        let (hasher, pool) = hashing;
        Self {
            accounts,
            policy,
            hasher,
            pool,
            random,
            clock,
        }
    }

    /// Whether a password would do, before anything is hashed.
    pub fn check_password(
        &self,
        password: &Password,
        username: &str,
        email: Option<&EmailAddress>,
    ) -> Result<(), PasswordFault> {
        self.policy.check(password, username, email)
    }

    /// A hash of a password that satisfies the policy.
    pub async fn hash(&self, password: Password) -> Result<String, RegistrationFault> {
        let hasher = self.hasher.clone();
        let hash = self.pool.run(move || hasher.hash(&password)).await?;
        hash.map_err(|error| RegistrationFault::Hashing(error.to_string()))
    }

    /// An account that isn't kept yet, with its password hashed. Whether the address is taken isn't
    /// looked at: the time tells nothing.
    pub async fn prepare(
        &self,
        request: RegistrationRequest,
    ) -> Result<Account, RegistrationFault> {
        self.check_password(&request.password, &request.username, Some(&request.email))?;
        let hash = self.hash(request.password).await?;
        let now = self.clock.now();
        let mut roles = request.roles;
        roles.sort();
        roles.dedup();
        Ok(Account {
            id: self.random.uuid(),
            email: request.email,
            username: request.username,
            password_hash: Some(hash),
            roles,
            tier: request.tier,
            limits: None,
            epoch: 0,
            min_epoch: 0,
            kept_session: None,
            email_verified_at: None,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Makes an account; the store decides which of two overlapping calls has the address.
    pub async fn register(
        &self,
        request: RegistrationRequest,
    ) -> Result<Account, RegistrationFault> {
        let account = self.prepare(request).await?;
        match self.accounts.create(&account).await {
            Ok(()) => Ok(account),
            Err(StoreError::Conflict) => Err(RegistrationFault::EmailTaken),
            Err(other) => Err(other.into()),
        }
    }
}
