use super::{Fact, MemoryStore, Tables};
use crate::authentication::accounts::{
    Account, AccountChange, AccountStore, Changed, EmailAddress, Page, PageAfter,
};
use crate::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

impl Tables {
    /// Keeps an account as a change has made it, with what follows from the change.
    pub(super) fn put(&mut self, after: &Account, change: &AccountChange, now: OffsetDateTime) {
        let accounts = self.accounts.iter_mut();
        for account in accounts.filter(|account| account.id == after.id) {
            account.clone_from(after);
        }
        if change.password_hash.is_some() {
            self.one_time
                .retain(|_, token| token.account_id != Some(after.id));
        }
        if change.concerns_rights() {
            self.write(Fact::Account(after.id), now);
        }
    }
}

impl AccountStore for MemoryStore {
    async fn create(&self, account: &Account) -> Result<(), StoreError> {
        let accounts = &mut self.lock().accounts;
        let taken = |other: &Account| other.id == account.id || other.email == account.email;
        if accounts.iter().any(taken) {
            return Err(StoreError::Conflict);
        }
        accounts.push(account.clone());
        accounts.sort_by_key(|account| (account.created_at, account.id));
        Ok(())
    }

    async fn find(&self, id: Uuid) -> Result<Option<Account>, StoreError> {
        let tables = self.lock();
        let mut accounts = tables.accounts.iter();
        Ok(accounts.find(|account| account.id == id).cloned())
    }

    async fn find_by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        let tables = self.lock();
        let mut accounts = tables.accounts.iter();
        Ok(accounts.find(|account| account.email == *email).cloned())
    }

    async fn change(
        &self,
        id: Uuid,
        change: &AccountChange,
        now: OffsetDateTime,
    ) -> Result<Changed, StoreError> {
        let mut tables = self.lock();
        let others = tables
            .accounts
            .iter()
            .any(|account| account.id != id && account.administrates());
        let Some(account) = tables.accounts.iter().find(|account| account.id == id) else {
            return Ok(Changed::Absent);
        };
        let after = account.clone().changed(change, now);
        if !others && account.administrates() && !after.administrates() {
            return Ok(Changed::LastAdministrator);
        }
        tables.put(&after, change, now);
        Ok(Changed::Done(Box::new(after)))
    }

    async fn rehash(&self, id: Uuid, from: &str, to: &str) -> Result<bool, StoreError> {
        let mut tables = self.lock();
        let account = tables
            .accounts
            .iter_mut()
            .find(|account| account.id == id && account.password_hash.as_deref() == Some(from));
        Ok(account
            .map(|account| account.password_hash = Some(to.to_owned()))
            .is_some())
    }

    async fn list(&self, after: Option<PageAfter>, limit: u32) -> Result<Page, StoreError> {
        let tables = self.lock();
        let rest = tables
            .accounts
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
