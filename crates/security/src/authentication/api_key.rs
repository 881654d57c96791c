use super::accounts::{Account, AccountStore};
use super::bearer::CredentialError;
use super::principal::{Credential, Principal, Rights};
use crate::api_keys::{ApiKey, ApiKeyStore, ApiKeys, AuthenticateError, Refused, RefusedCause};
use crate::authorization::PolicySource;
use crate::client_ip::ClientIp;
use crate::clock::SharedClock;
use crate::revocation::AccountState;
use http::request::Parts;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

/// Told of each key that was refused, and where it came from: for figures, and for whoever counts
/// guesses by network.
pub type RefusedKeys = Arc<dyn Fn(&Refused, Option<IpAddr>) + Send + Sync>;

/// Turns an API key into a [`Principal`]: the key, then its owner's account as it is now, then what
/// both may do by the policy that holds now. Two reads, each by an index.
pub struct KeyAuthenticator<K, A> {
    keys: ApiKeys<K>,
    accounts: A,
    policy: PolicySource,
    clock: SharedClock,
    refused: RefusedKeys,
}

impl<K, A: Clone> Clone for KeyAuthenticator<K, A> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            accounts: self.accounts.clone(),
            policy: self.policy.clone(),
            clock: self.clock.clone(),
            refused: self.refused.clone(),
        }
    }
}

impl<K, A> std::fmt::Debug for KeyAuthenticator<K, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyAuthenticator").finish_non_exhaustive()
    }
}

/// A key that works, and whose it is.
#[derive(Debug)]
pub(super) struct Proven {
    pub(super) key: ApiKey,
    pub(super) owner: Account,
}

impl<K: ApiKeyStore, A: AccountStore> KeyAuthenticator<K, A> {
    /// Knows `keys` and the `accounts` that own them.
    pub fn new(keys: ApiKeys<K>, accounts: A, policy: PolicySource, clock: SharedClock) -> Self {
        Self {
            keys,
            accounts,
            policy,
            clock,
            refused: Arc::new(|_, _| {}),
        }
    }

    /// The same, telling `refused` of each key that is refused.
    #[must_use]
    pub fn telling(self, refused: RefusedKeys) -> Self {
        Self { refused, ..self }
    }

    /// The key with this text and its owner, if both are good now and the key may come from there;
    /// notes the use.
    pub(super) async fn prove(
        &self,
        text: &str,
        client: Option<IpAddr>,
    ) -> Result<Proven, CredentialError> {
        let now = self.clock.now();
        let found = match self.keys.check(text, client, now).await {
            Ok(key) => self.with_owner(key).await?,
            Err(AuthenticateError::Refused(refused)) => Err(refused),
            Err(AuthenticateError::Store(store)) => return Err(store.into()),
        };
        match found {
            Ok(proven) => {
                drop(self.keys.note_use(&proven.key, client, now));
                Ok(proven)
            }
            Err(refused) => {
                tracing::info!(
                    cause = refused.cause().id(),
                    key = refused.key_id().map(tracing::field::display),
                    account = refused.account_id().map(tracing::field::display),
                    client = client.map(tracing::field::display),
                    "an API key was refused"
                );
                (self.refused)(&refused, client);
                Err(refused.into())
            }
        }
    }

    async fn with_owner(&self, key: ApiKey) -> Result<Result<Proven, Refused>, CredentialError> {
        let owner = self.accounts.find(key.account_id).await?;
        let owner = owner.filter(Account::is_enabled);
        Ok(match owner {
            Some(owner) => Ok(Proven { key, owner }),
            None => Err(Refused::known(RefusedCause::Owner, key.id, key.account_id)),
        })
    }

    async fn authenticate(
        &self,
        text: &str,
        client: Option<IpAddr>,
    ) -> Result<Principal, CredentialError> {
        let Proven { key, owner } = self.prove(text, client).await?;
        let policy = self.policy.current();
        let of_owner = policy.grants_of(&owner.roles, owner.holder_address());
        let grants = Arc::new(key.rights(&of_owner));
        let rights = Rights::Current(Arc::new(AccountState::from(&owner)));
        let credential = Credential::ApiKey(Arc::new(key));
        Ok(Principal::new(credential, rights, grants))
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Principal, CredentialError>> + Send + 'a>>;

/// A [`KeyAuthenticator`] of any store, so that no stage has to name the store.
pub(super) trait IdentifiesKeys: Send + Sync + 'static {
    fn identify<'a>(&'a self, text: &'a str, client: Option<IpAddr>) -> Answer<'a>;
}

impl<K: ApiKeyStore, A: AccountStore> IdentifiesKeys for KeyAuthenticator<K, A> {
    fn identify<'a>(&'a self, text: &'a str, client: Option<IpAddr>) -> Answer<'a> {
        Box::pin(self.authenticate(text, client))
    }
}

/// The client's address, as far as it is known.
pub(super) fn client_of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ClientIp>().map(|ip| ip.address())
}
