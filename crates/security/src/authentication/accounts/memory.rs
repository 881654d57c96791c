use super::{Account, AccountChange, AccountStore, Changed, EmailAddress, Page, PageAfter};
use crate::authorization::RoleName;
use crate::store::StoreError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use uuid::Uuid;

/// Accounts in memory, for tests and for trying things out; lost when the process ends.
#[derive(Debug, Clone, Default)]
pub struct MemoryAccounts(Arc<Mutex<Vec<Account>>>);

impl MemoryAccounts {
    fn lock(&self) -> MutexGuard<'_, Vec<Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_administrator(account: &Account) -> bool {
    account.is_enabled() && account.roles.contains(&RoleName::ADMIN)
}

fn apply(account: &mut Account, change: &AccountChange, now: OffsetDateTime) {
    if let Some(username) = &change.username {
        account.username.clone_from(username);
    }
    if let Some(hash) = &change.password_hash {
        account.password_hash = Some(hash.clone());
    }
    if let Some(roles) = &change.roles {
        account.roles.clone_from(roles);
    }
    if let Some(tier) = change.tier {
        account.tier = tier;
    }
    match change.disabled {
        Some(true) => account.disabled_at = account.disabled_at.or(Some(now)),
        Some(false) => account.disabled_at = None,
        None => {}
    }
    account.updated_at = now;
}

impl AccountStore for MemoryAccounts {
    async fn create(&self, account: &Account) -> Result<(), StoreError> {
        let mut accounts = self.lock();
        if accounts
            .iter()
            .any(|other| other.id == account.id || other.email == account.email)
        {
            return Err(StoreError::Conflict);
        }
        accounts.push(account.clone());
        accounts.sort_by_key(|account| (account.created_at, account.id));
        Ok(())
    }

    async fn find(&self, id: Uuid) -> Result<Option<Account>, StoreError> {
        Ok(self.lock().iter().find(|account| account.id == id).cloned())
    }

    async fn find_by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        Ok(self
            .lock()
            .iter()
            .find(|account| account.email == *email)
            .cloned())
    }

    async fn change(
        &self,
        id: Uuid,
        change: &AccountChange,
        now: OffsetDateTime,
    ) -> Result<Changed, StoreError> {
        let mut accounts = self.lock();
        let others = accounts
            .iter()
            .filter(|a| a.id != id && is_administrator(a))
            .count();
        let Some(account) = accounts.iter_mut().find(|account| account.id == id) else {
            return Ok(Changed::Absent);
        };
        let mut changed = account.clone();
        apply(&mut changed, change, now);
        if others == 0 && is_administrator(account) && !is_administrator(&changed) {
            return Ok(Changed::LastAdministrator);
        }
        account.clone_from(&changed);
        Ok(Changed::Done(Box::new(changed)))
    }

    async fn rehash(&self, id: Uuid, from: &str, to: &str) -> Result<bool, StoreError> {
        let mut accounts = self.lock();
        let account = accounts
            .iter_mut()
            .find(|account| account.id == id && account.password_hash.as_deref() == Some(from));
        Ok(account
            .map(|account| account.password_hash = Some(to.to_owned()))
            .is_some())
    }

    async fn list(&self, after: Option<PageAfter>, limit: u32) -> Result<Page, StoreError> {
        let accounts = self.lock();
        let rest = accounts
            .iter()
            .filter(|account| after.is_none_or(|after| (account.created_at, account.id) > after));
        let mut items: Vec<Account> = rest.take(limit as usize + 1).cloned().collect();
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| (last.created_at, last.id));
        Ok(Page { items, next })
    }
}
