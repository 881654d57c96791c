use super::{CredentialStore, Enrolment, PasswordChange, Redemption};
use crate::authentication::accounts::{Account, AccountStore, EmailAddress};
use crate::authentication::one_time::{
    IssueError, OneTime, OneTimeError, OneTimeStore, OneTimeTokens, Purpose,
};
use crate::authentication::passwords::{Password, PasswordFault};
use crate::authentication::{Registrar, RegistrationFault, RegistrationRequest};
use crate::clock::SharedClock;
use crate::secrets::Secret;
use crate::store::StoreError;
use std::sync::Arc;
use time::Duration;
use uuid::Uuid;

/// What a mail needs for a link.
#[derive(Debug)]
pub struct Link {
    /// What it proves.
    pub token: Secret,
    /// How long it is good.
    pub good_for: Duration,
}

/// A password that its account may take, hashed.
#[derive(Clone)]
pub struct NewPassword(String);

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The new password isn't good enough.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The link isn't good.
    #[error(transparent)]
    Link(#[from] OneTimeError),
    /// The password was changed by somebody else meanwhile, or the account is gone.
    #[error("the password that was proven is no longer the account's")]
    Superseded,
    /// The password can't be hashed, or the account can't be made.
    #[error(transparent)]
    Registration(RegistrationFault),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RegistrationFault> for CredentialError {
    fn from(fault: RegistrationFault) -> Self {
        match fault {
            RegistrationFault::Password(fault) => Self::Password(fault),
            RegistrationFault::Store(store) => Self::Store(store),
            other => Self::Registration(other),
        }
    }
}

/// Makes links and does what they allow; changes passwords.
pub struct Credentials<A, O, C> {
    registrar: Arc<Registrar<A>>,
    accounts: A,
    tokens: OneTimeTokens<O>,
    store: C,
    clock: SharedClock,
}

impl<A, O, C> std::fmt::Debug for Credentials<A, O, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl<A: AccountStore, O: OneTimeStore, C: CredentialStore> Credentials<A, O, C> {
    /// Over these stores, which must be of one database.
    pub fn new(
        registrar: Arc<Registrar<A>>,
        accounts: A,
        tokens: OneTimeTokens<O>,
        store: C,
        clock: SharedClock,
    ) -> Self {
        Self {
            registrar,
            accounts,
            tokens,
            store,
            clock,
        }
    }

    /// The one-time tokens.
    pub fn tokens(&self) -> &OneTimeTokens<O> {
        &self.tokens
    }

    /// Makes an account that anybody may make. Overlapping calls with one address: one has it.
    pub async fn register(&self, request: RegistrationRequest) -> Result<Account, CredentialError> {
        Ok(self.registrar.register(request).await?)
    }

    /// Makes an account for whoever has an invitation. It is looked at before anything is hashed.
    pub async fn enrol(
        &self,
        request: RegistrationRequest,
        invitation: &str,
    ) -> Result<Account, CredentialError> {
        let now = self.clock.now();
        let found = self.tokens.find(Purpose::Invite, invitation, now).await?;
        let is_for = found.address.as_ref();
        if is_for.is_some_and(|address| *address != request.email) {
            return Err(OneTimeError::Invalid.into());
        }
        let account = self.registrar.prepare(request).await?;
        match self.store.enrol(&account, &found.hash, now).await? {
            Enrolment::Done => Ok(account),
            Enrolment::Taken => Err(RegistrationFault::EmailTaken.into()),
            Enrolment::Invalid => Err(OneTimeError::Invalid.into()),
        }
    }

    /// A link for an account, to its address; older ones of the purpose are void.
    pub async fn link(&self, purpose: Purpose, account: &Account) -> Result<Link, IssueError> {
        let now = self.clock.now();
        let (id, to) = (Some(account.id), Some(account.email.clone()));
        let token = self.tokens.issue(purpose, id, to, now).await?;
        Ok(Link {
            token: Secret::new(token.to_text()),
            good_for: purpose.lifetime(),
        })
    }

    /// The work of [`link`](Self::link), where there is no account.
    pub async fn rehearse(&self, purpose: Purpose, to: EmailAddress) -> Result<(), StoreError> {
        self.tokens.rehearse(purpose, to, self.clock.now()).await
    }

    /// Shows that an address is its owner's.
    pub async fn verify(&self, link: &str) -> Result<Account, CredentialError> {
        let now = self.clock.now();
        let found = self.tokens.find(Purpose::VerifyEmail, link, now).await?;
        let done = self.store.redeem(&found.hash, &Redemption::Address, now);
        Ok(done.await?.ok_or(OneTimeError::Invalid)?)
    }

    /// Sets a new password by a link. One that isn't good enough leaves the link good.
    pub async fn reset(&self, link: &str, password: Password) -> Result<Account, CredentialError> {
        let now = self.clock.now();
        let found = self.tokens.find(Purpose::ResetPassword, link, now).await?;
        let account = self.owner(&found).await?;
        let NewPassword(hash) = self.new_password(&account, password).await?;
        let what = Redemption::Password(hash);
        // The time is looked at again: hashing may have had to wait.
        let done = self.store.redeem(&found.hash, &what, self.clock.now());
        Ok(done.await?.ok_or(OneTimeError::Invalid)?)
    }

    async fn owner(&self, found: &OneTime) -> Result<Account, CredentialError> {
        let id = found.account_id.ok_or(OneTimeError::Invalid)?;
        let account = self.accounts.find(id).await?;
        Ok(account.ok_or(OneTimeError::Invalid)?)
    }

    /// Whether an account may take a password, before anything is hashed.
    pub fn check_password(
        &self,
        account: &Account,
        password: &Password,
    ) -> Result<(), PasswordFault> {
        let (name, address) = (&account.username, Some(&account.email));
        self.registrar.check_password(password, name, address)
    }

    /// Hashes a password that the account may take.
    pub async fn new_password(
        &self,
        account: &Account,
        password: Password,
    ) -> Result<NewPassword, CredentialError> {
        self.check_password(account, &password)?;
        Ok(NewPassword(self.registrar.hash(password).await?))
    }

    /// Puts a new password in the place of the one that `proven` was proven by, and ends all
    /// sessions but `keep`.
    pub async fn change_password(
        &self,
        proven: &Account,
        NewPassword(to): NewPassword,
        keep: Uuid,
    ) -> Result<Account, CredentialError> {
        let from = proven.password_hash.clone();
        let change = PasswordChange {
            account_id: proven.id,
            from: from.ok_or(CredentialError::Superseded)?,
            to,
            keep,
        };
        let done = self.store.change_password(&change, self.clock.now());
        done.await?.ok_or(CredentialError::Superseded)
    }
}
