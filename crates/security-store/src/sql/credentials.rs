use super::{accounts, api_keys, one_time_tokens};
use crate::database::{Database, Transaction};
use musicgen_security::api_keys::RevokeReason;
use musicgen_security::authentication::accounts::{Account, AccountChange};
use musicgen_security::authentication::credentials::{
    CredentialStore, Enrolment, PasswordChange, Redemption,
};
use musicgen_security::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

/// Changes of what accounts in a [`Database`] are proven by.
#[derive(Debug, Clone)]
pub struct SqlCredentials {
    database: Database,
}

impl SqlCredentials {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

/// Changes an account that is enabled and of which `may` holds.
async fn change_if(
    transaction: &mut Transaction,
    id: Uuid,
    may: impl FnOnce(&Account) -> bool,
    change: &AccountChange,
    now: OffsetDateTime,
) -> Result<Option<Account>, StoreError> {
    let found = accounts::find(transaction, id).await?;
    let Some(before) = found.filter(|account| account.is_enabled() && may(account)) else {
        return Ok(None);
    };
    let after = before.clone().changed(change, now);
    accounts::put(transaction, &before, &after, change, now).await?;
    Ok(Some(after))
}

impl CredentialStore for SqlCredentials {
    async fn change_password(
        &self,
        change: &PasswordChange,
        now: OffsetDateTime,
    ) -> Result<Option<Account>, StoreError> {
        let mut transaction = self.database.begin().await?;
        let is_proven =
            |account: &Account| account.password_hash.as_deref() == Some(change.from.as_str());
        let (id, wish) = (change.account_id, change.change());
        let done = change_if(&mut transaction, id, is_proven, &wish, now).await?;
        if done.is_some() {
            transaction.commit().await?;
        }
        Ok(done)
    }

    async fn redeem(
        &self,
        hash: &[u8; 32],
        what: &Redemption,
        now: OffsetDateTime,
    ) -> Result<Option<Account>, StoreError> {
        let mut transaction = self.database.begin().await?;
        // Undone unless all of it is done.
        let token = one_time_tokens::consume(&mut transaction, hash, now).await?;
        let Some((id, token)) = token.and_then(|token| Some((token.account_id?, token))) else {
            return Ok(None);
        };
        let is_its = |account: &Account| token.address.as_ref() == Some(&account.email);
        let done = change_if(&mut transaction, id, is_its, &what.change(), now).await?;
        if done.is_some() {
            if what.revokes_keys() {
                let reason = RevokeReason::AccountSecured;
                api_keys::revoke_all(&mut transaction, id, reason, now).await?;
            }
            transaction.commit().await?;
        }
        Ok(done)
    }

    async fn enrol(
        &self,
        account: &Account,
        invitation: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Enrolment, StoreError> {
        let mut transaction = self.database.begin().await?;
        let token = one_time_tokens::consume(&mut transaction, invitation, now).await?;
        let is_good = token.is_some_and(|token| {
            let is_for = token.address.as_ref();
            is_for.is_none_or(|address| *address == account.email)
        });
        if !is_good {
            return Ok(Enrolment::Invalid);
        }
        // Looked at and not tried: a failed statement would undo the invitation's use elsewhere.
        let taken = accounts::is_taken(&mut transaction, &account.email).await?;
        if !taken {
            accounts::insert(&mut transaction, account).await?;
        }
        transaction.commit().await?;
        Ok(if taken {
            Enrolment::Taken
        } else {
            Enrolment::Done
        })
    }
}
