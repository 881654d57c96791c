use super::{Grants, HolderAddress, Policy, PolicySource, RoleName};
use crate::authentication::accounts::{AccountStore, EmailAddress};
use crate::store::StoreError;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// Sets of roles whose grants are kept. A service has a few; a caller can't make any.
const KEPT: usize = 1_024;
/// Accounts whose address is kept, for policies that name accounts.
const ADDRESSES: usize = 100_000;

/// What accounts may do by the policy that holds now, worked out once a set of roles.
///
/// The store is asked only where the policy names accounts by their address, once an account and
/// epoch.
pub struct GrantsCache {
    policy: PolicySource,
    book: Box<dyn AddressBook>,
    kept: RwLock<Kept>,
    addresses: RwLock<HashMap<Uuid, (u64, Option<KnownAddress>)>>,
}

#[derive(Debug, Default)]
struct Kept {
    generation: u64,
    grants: HashMap<Vec<RoleName>, Arc<Grants>>,
}

/// An account's address, and whether it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KnownAddress {
    email: EmailAddress,
    proven: bool,
}

impl KnownAddress {
    fn holder(&self) -> HolderAddress<'_> {
        if self.proven {
            HolderAddress::Proven(&self.email)
        } else {
            HolderAddress::Claimed(&self.email)
        }
    }
}

type Asked<'a> =
    Pin<Box<dyn Future<Output = Result<Option<KnownAddress>, StoreError>> + Send + 'a>>;

/// Says which address an account has. A trait of its own, so that what asks needn't know the store.
trait AddressBook: Send + Sync {
    fn address(&self, account: Uuid) -> Asked<'_>;
}

impl<A: AccountStore> AddressBook for A {
    fn address(&self, account: Uuid) -> Asked<'_> {
        Box::pin(async move {
            let found = self.find(account).await?;
            Ok(found.map(|account| KnownAddress {
                proven: account.email_verified_at.is_some(),
                email: account.email,
            }))
        })
    }
}

impl std::fmt::Debug for GrantsCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GrantsCache")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl GrantsCache {
    /// By this policy, and by each that replaces it from then on; addresses are those of `accounts`.
    pub fn new(policy: PolicySource, accounts: impl AccountStore) -> Self {
        Self {
            policy,
            book: Box::new(accounts),
            kept: RwLock::default(),
            addresses: RwLock::default(),
        }
    }

    /// What an account with these roles may do. `epoch` is its epoch as far as the caller knows: an
    /// address that was looked up under another one is looked up again.
    pub async fn of(
        &self,
        account: Uuid,
        epoch: u64,
        roles: &[RoleName],
    ) -> Result<Arc<Grants>, StoreError> {
        // The generation first: what is worked out by a newer policy is then at worst worked out
        // once more, and never kept under it by an older one.
        let generation = self.policy.generation();
        if let Some(grants) = self.kept(generation, roles) {
            return Ok(grants);
        }
        let policy = self.policy.current();
        if policy.named_accounts() == 0 {
            return Ok(self.keep(generation, &policy, roles));
        }
        let address = self.address(account, epoch).await?;
        Ok(Arc::new(match &address {
            Some(address) => policy.grants_of(roles, address.holder()),
            None => Grants::default(),
        }))
    }

    fn kept(&self, generation: u64, roles: &[RoleName]) -> Option<Arc<Grants>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let same = kept.generation == generation;
        kept.grants.get(roles).filter(|_| same).cloned()
    }

    fn keep(&self, generation: u64, policy: &Policy, roles: &[RoleName]) -> Arc<Grants> {
        let grants = Arc::new(policy.grants(roles));
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.generation != generation || kept.grants.len() >= KEPT {
            kept.grants.clear();
            kept.generation = generation;
        }
        kept.grants.insert(roles.to_vec(), grants.clone());
        grants
    }

    async fn address(&self, account: Uuid, epoch: u64) -> Result<Option<KnownAddress>, StoreError> {
        {
            let known = self.addresses.read();
            let known = known.unwrap_or_else(PoisonError::into_inner);
            if let Some((_, address)) = known.get(&account).filter(|(at, _)| *at == epoch) {
                return Ok(address.clone());
            }
        }
        let address = self.book.address(account).await?;
        let known = self.addresses.write();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ADDRESSES {
            known.clear();
        }
        known.insert(account, (epoch, address.clone()));
        Ok(address)
    }
}
