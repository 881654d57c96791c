//! Signing in: the first factor, and the same password asked again of somebody who is signed in.
//!
//! 1. An attempt is counted before anything is hashed, under the name that was sent, whether it has
//!    an account or not ([`throttle`](super::throttle)).
//! 2. Each admitted attempt checks exactly one password hash, whatever was found.
//! 3. Unknown, disabled, without a password, not verified where that is needed, wrong: one answer
//!    ([`Failure`] says which, for the log and the owner's mail).
//! 4. A success clears what its account or device had counted, and nothing else. An attempt that
//!    ended in anything else stays counted.
//! 5. Somebody who is signed in and is asked again counts apart ([`Authenticator::StepUp`]): whoever
//!    has a stolen session can't keep its owner from signing in.
//! 6. A sign-in gives a token of the device, under which its next attempts count apart from strangers'
//!    ([`known_device`](super::known_device)). When all sessions of an account end by a change of it,
//!    its devices are strangers too.
//! 7. A hash with weaker parameters is replaced after a match, unless the password was changed
//!    meanwhile.

mod failure;

pub use failure::{Failure, SignInError, WrongCause};

use super::accounts::{Account, AccountStore, EmailAddress};
use super::known_device::{DeviceToken, KnownDevices};
use super::passwords::{HashingPool, Password, PasswordHasher, PoolFull, Verified};
use super::throttle::{Attempt, Authenticator, SignInThrottle, ThrottleStore, Ticket};
use crate::clock::SharedClock;
use crate::store::StoreError;
use std::net::IpAddr;
use time::OffsetDateTime;
use uuid::Uuid;

/// What somebody proves themselves with, and from where.
#[derive(Debug)]
pub struct Proof<'a> {
    /// The password.
    pub password: Password,
    /// After trusted proxies.
    pub address: IpAddr,
    /// The token of an earlier sign-in, good or not.
    pub device: Option<&'a str>,
}

impl Proof<'_> {
    /// From a device that says nothing of itself.
    pub fn new(password: Password, address: impl Into<IpAddr>) -> Self {
        Self {
            password,
            address: address.into(),
            device: None,
        }
    }
}

/// Somebody whose first factor was right. (Later: a second one.) Then a session begins
/// ([`SessionTokens`](super::SessionTokens)).
#[derive(Debug)]
pub struct FirstFactor {
    /// Who.
    pub account: Account,
    /// To hand out.
    pub device: DeviceToken,
    /// Whether the device had signed in to the account before.
    pub is_known: bool,
}

/// What sign-in consists of.
pub struct SignInParts<A, T> {
    /// Whose passwords.
    pub accounts: A,
    /// What makes and checks hashes, and where that is done.
    pub hashing: (PasswordHasher, HashingPool),
    /// Counts attempts.
    pub throttle: SignInThrottle<T>,
    /// Tells devices that signed in before.
    pub devices: KnownDevices,
    /// Whether an address must be shown to be its owner's first.
    pub verified_only: bool,
    /// Tells the time.
    pub clock: SharedClock,
}

/// Sign-in; see the [module](self).
pub struct SignIn<A, T>(SignInParts<A, T>);

impl<A, T> std::fmt::Debug for SignInParts<A, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInParts")
            .field("throttle", &self.throttle)
            .field("verified_only", &self.verified_only)
            .finish_non_exhaustive()
    }
}

impl<A, T> std::fmt::Debug for SignIn<A, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SignIn").field(&self.0).finish()
    }
}

impl<A: AccountStore, T: ThrottleStore> SignIn<A, T> {
    /// Of these parts.
    pub fn new(parts: SignInParts<A, T>) -> Self {
        Self(parts)
    }

    /// The counters.
    pub fn throttle(&self) -> &SignInThrottle<T> {
        &self.0.throttle
    }

    /// Checks address and password.
    pub async fn first_factor(
        &self,
        email: &str,
        proof: Proof<'_>,
    ) -> Result<FirstFactor, SignInError> {
        let parts = &self.0;
        let account = match EmailAddress::parse(email) {
            Ok(email) => parts.accounts.find_by_email(&email).await?,
            Err(_) => None,
        };
        let now = parts.clock.now();
        let known = self.known(account.as_ref(), proof.device, now);
        let attempt = Attempt {
            authenticator: Authenticator::Password,
            account: email,
            address: proof.address,
            known_device: known,
        };
        let ticket = parts.throttle.begin(&attempt, now).await?;
        let account = self.check(account, proof.password, ticket).await?;
        let device = self.device(&account, known);
        Ok(FirstFactor {
            account,
            device,
            is_known: known.is_some(),
        })
    }

    /// Checks the password of somebody who is signed in.
    pub async fn confirm(
        &self,
        account: Account,
        proof: Proof<'_>,
    ) -> Result<Account, SignInError> {
        let parts = &self.0;
        let now = parts.clock.now();
        let attempt = Attempt {
            authenticator: Authenticator::StepUp,
            account: account.email.as_str(),
            address: proof.address,
            known_device: self.known(Some(&account), proof.device, now),
        };
        let ticket = parts.throttle.begin(&attempt, now).await?;
        self.check(Some(account), proof.password, ticket).await
    }

    /// A token for the device that is signed in to an account; `known` is its id, if it has one.
    pub fn device(&self, account: &Account, known: Option<Uuid>) -> DeviceToken {
        let (devices, now) = (&self.0.devices, self.0.clock.now());
        devices.issue(account.id, account.min_epoch, known, now)
    }

    /// Forgets what is counted against an account: its owner has proven more than a password.
    pub async fn forgive(&self, email: &EmailAddress) -> Result<(), StoreError> {
        for authenticator in [Authenticator::Password, Authenticator::StepUp] {
            let throttle = &self.0.throttle;
            throttle.clear(authenticator, email.as_str()).await?;
        }
        Ok(())
    }

    /// The same work whether or not there is an account.
    fn known(
        &self,
        account: Option<&Account>,
        token: Option<&str>,
        now: OffsetDateTime,
    ) -> Option<Uuid> {
        let (id, epoch) =
            account.map_or((Uuid::nil(), 0), |account| (account.id, account.min_epoch));
        let device = self.0.devices.verify(token?, id, epoch, now);
        device.filter(|_| account.is_some())
    }

    /// Checks the password of an account that may not be there, for an attempt that is counted.
    async fn check(
        &self,
        account: Option<Account>,
        password: Password,
        ticket: Ticket,
    ) -> Result<Account, SignInError> {
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let (verified, stronger) = self.verify(hash, password).await?;
        if let Some(cause) = self.wrong(account.as_ref(), verified) {
            let tripped = self.0.throttle.trips(&ticket);
            return Err(Failure::new(cause, account, tripped).into());
        }
        let Some(mut account) = account else {
            return Err(Failure::new(WrongCause::Unknown, None, false).into());
        };
        self.0.throttle.succeed(ticket).await?;
        if let (Some(old), Some(new)) = (&account.password_hash, stronger)
            && self.0.accounts.rehash(account.id, old, &new).await?
        {
            account.password_hash = Some(new);
        }
        Ok(account)
    }

    /// One check; with a hash that takes the place of a weaker one that matched.
    async fn verify(
        &self,
        stored: Option<String>,
        password: Password,
    ) -> Result<(bool, Option<String>), PoolFull> {
        let (hasher, pool) = self.0.hashing.clone();
        let work = move || match stored.map(|stored| hasher.verify(&password, &stored)) {
            None => (hasher.verify_nobody(&password) == Verified::Match, None),
            Some(Verified::MatchWeak) => (true, hasher.hash(&password).ok()),
            Some(verified) => (verified == Verified::Match, None),
        };
        pool.run(work).await
    }

    fn wrong(&self, account: Option<&Account>, is_right: bool) -> Option<WrongCause> {
        let Some(account) = account else {
            return Some(WrongCause::Unknown);
        };
        let must_wait = self.0.verified_only && account.email_verified_at.is_none();
        if account.password_hash.is_none() {
            Some(WrongCause::NoPassword)
        } else if !is_right {
            Some(WrongCause::Password)
        } else if !account.is_enabled() {
            Some(WrongCause::Disabled)
        } else {
            must_wait.then_some(WrongCause::Unverified)
        }
    }
}
