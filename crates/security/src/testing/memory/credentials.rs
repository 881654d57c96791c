use super::{MemoryStore, Tables};
use crate::api_keys::RevokeReason;
use crate::authentication::accounts::{Account, AccountChange};
use crate::authentication::credentials::{CredentialStore, Enrolment, PasswordChange, Redemption};
use crate::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

impl Tables {
    fn change_enabled(
        &mut self,
        id: Uuid,
        change: &AccountChange,
        now: OffsetDateTime,
    ) -> Option<Account> {
        let account = self.accounts.iter().find(|account| account.id == id)?;
        let after = account.is_enabled().then(|| account.clone())?;
        let after = after.changed(change, now);
        self.put(&after, change, now);
        Some(after)
    }
}

impl CredentialStore for MemoryStore {
    async fn change_password(
        &self,
        change: &PasswordChange,
        now: OffsetDateTime,
    ) -> Result<Option<Account>, StoreError> {
        let mut tables = self.lock();
        let still = tables.accounts.iter().any(|account| {
            account.id == change.account_id
                && account.password_hash.as_deref() == Some(&*change.from)
        });
        let done = still.then(|| tables.change_enabled(change.account_id, &change.change(), now));
        Ok(done.flatten())
    }

    async fn redeem(
        &self,
        hash: &[u8; 32],
        what: &Redemption,
        now: OffsetDateTime,
    ) -> Result<Option<Account>, StoreError> {
        let mut tables = self.lock();
        let token = tables.one_time.get(hash);
        let token = token.filter(|token| token.is_live(now)).cloned();
        let Some((id, token)) = token.and_then(|token| Some((token.account_id?, token))) else {
            return Ok(None);
        };
        let is_owner =
            |account: &Account| account.id == id && token.address.as_ref() == Some(&account.email);
        if !tables.accounts.iter().any(is_owner) {
            return Ok(None);
        }
        let done = tables.change_enabled(id, &what.change(), now);
        if done.is_some() {
            tables.one_time.remove(hash);
            if what.revokes_keys() {
                tables.revoke_keys(id, RevokeReason::AccountSecured, now);
            }
        }
        Ok(done)
    }

    async fn enrol(
        &self,
        account: &Account,
        invitation: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Enrolment, StoreError> {
        let mut tables = self.lock();
        let is_good = tables.one_time.get(invitation).is_some_and(|token| {
            let is_for = token.address.as_ref();
            token.is_live(now) && is_for.is_none_or(|address| *address == account.email)
        });
        if !is_good {
            return Ok(Enrolment::Invalid);
        }
        tables.one_time.remove(invitation);
        if tables
            .accounts
            .iter()
            .any(|other| other.email == account.email)
        {
            return Ok(Enrolment::Taken);
        }
        tables.accounts.push(account.clone());
        tables
            .accounts
            .sort_by_key(|account| (account.created_at, account.id));
        Ok(Enrolment::Done)
    }
}
