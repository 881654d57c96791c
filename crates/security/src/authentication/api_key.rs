use super::accounts::{Account, AccountStore};
use super::bearer::CredentialError;
use super::jwt::Claims;
use super::principal::{Credential, Principal, Rights};
use crate::api_keys::{
    ApiKey, ApiKeyStore, ApiKeys, AuthenticateError, KeyState, Refused, RefusedCause,
};
use crate::authorization::{Grants, PolicySource};
use crate::client_ip::ClientIp;
use crate::clock::SharedClock;
use crate::revocation::AccountState;
use crate::store::StoreError;
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

    /// Whose a key is that works, wherever it comes from: for telling about it, not for acting on it.
    pub(super) async fn look_up(&self, text: &str) -> Result<Option<Proven>, StoreError> {
        match self.keys.find_working(text, self.clock.now()).await {
            Ok(key) => Ok(self.with_owner(key).await?.ok()),
            Err(AuthenticateError::Refused(_)) => Ok(None),
            Err(AuthenticateError::Store(store)) => Err(store),
        }
    }

    /// What a key may do now.
    pub(super) fn rights(&self, Proven { key, owner }: &Proven) -> Grants {
        let policy = self.policy.current();
        key.rights(&policy.grants_of(&owner.roles, owner.holder_address()))
    }

    /// Takes back a key that somebody holds, whoever its owner is; the key, if it worked.
    pub(super) async fn revoke(&self, text: &str) -> Result<Option<ApiKey>, StoreError> {
        let now = self.clock.now();
        match self.keys.find_working(text, now).await {
            Ok(_) => self.keys.revoke_leaked(text, now).await,
            Err(AuthenticateError::Refused(_)) => Ok(None),
            Err(AuthenticateError::Store(store)) => Err(store),
        }
    }

    /// Whether a token's key works and may come from there.
    async fn lets(&self, claims: &Claims, client: Option<IpAddr>) -> Result<(), CredentialError> {
        let (account, id) = (claims.subject, claims.session);
        let key = self.keys.store().find(account, id).await?;
        let state = key.as_ref().map(|key| key.state(self.clock.now()));
        let allows = key.is_some_and(|key| key.networks.allow(client));
        match state {
            Some(KeyState::Working) if allows => Ok(()),
            _ => Err(CredentialError::Over),
        }
    }

    async fn with_owner(&self, key: ApiKey) -> Result<Result<Proven, Refused>, StoreError> {
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
        let proven = self.prove(text, client).await?;
        let grants = Arc::new(self.rights(&proven));
        let Proven { key, owner } = proven;
        let rights = Rights::Current(Arc::new(AccountState::from(&owner)));
        let credential = Credential::ApiKey(Arc::new(key));
        Ok(Principal::new(credential, rights, grants))
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, CredentialError>> + Send + 'a>>;

/// A [`KeyAuthenticator`] of any store, so that no stage has to name the store.
pub(super) trait IdentifiesKeys: Send + Sync + 'static {
    /// The principal of a key's text.
    fn identify<'a>(&'a self, text: &'a str, client: Option<IpAddr>) -> Answer<'a, Principal>;

    /// Refuses a token whose key doesn't let it come from there.
    fn confirm<'a>(&'a self, claims: &'a Claims, client: Option<IpAddr>) -> Answer<'a, ()>;
}

impl<K: ApiKeyStore, A: AccountStore> IdentifiesKeys for KeyAuthenticator<K, A> {
    fn identify<'a>(&'a self, text: &'a str, client: Option<IpAddr>) -> Answer<'a, Principal> {
        Box::pin(self.authenticate(text, client))
    }

    fn confirm<'a>(&'a self, claims: &'a Claims, client: Option<IpAddr>) -> Answer<'a, ()> {
        Box::pin(self.lets(claims, client))
    }
}

/// The client's address, as far as it is known.
pub(super) fn client_of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ClientIp>().map(|ip| ip.address())
}
