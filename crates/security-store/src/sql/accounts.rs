use super::{changes, one_time_tokens};
use crate::database::{Database, DatabaseError, Row, Transaction};
use crate::values;
use musicgen_security::authentication::accounts::{
    Account, AccountChange, AccountStore, Changed, EmailAddress, Page, PageAfter,
};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::rate_limiting::RateLimits;
use musicgen_security::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

// Every read has the roles beside the account, sorted, so that it is one consistent look.
macro_rules! select_accounts {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.email, a.username, a.password_hash, a.tier, a.disabled_at,
                    a.epoch, a.min_epoch, a.kept_session, a.email_verified_at,
                    a.limit_burst, a.limit_minute, a.limit_hour, a.limit_day,
                    a.created_at, a.updated_at,
                    (SELECT string_agg(r.role, ' ' ORDER BY r.role)
                       FROM account_roles r WHERE r.account_id = a.id) AS roles
               FROM accounts a ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO accounts
    (id, email, username, password_hash, tier, disabled_at, created_at, updated_at,
     epoch, min_epoch, kept_session, email_verified_at,
     limit_burst, limit_minute, limit_hour, limit_day)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const INSERT_ROLE: &str = "INSERT INTO account_roles (account_id, role) VALUES ($1, $2)";
const DELETE_ROLES: &str = "DELETE FROM account_roles WHERE account_id = $1";
const BY_ID: &str = select_accounts!("WHERE a.id = $1");
const BY_EMAIL: &str = select_accounts!("WHERE a.email = $1");
const FIRST_PAGE: &str = select_accounts!("ORDER BY a.created_at, a.id LIMIT $1");
const NEXT_PAGE: &str =
    select_accounts!("WHERE (a.created_at, a.id) > ($2, $3) ORDER BY a.created_at, a.id LIMIT $1");
const OTHER_ADMINISTRATORS: &str = "SELECT COUNT(*) AS others
    FROM account_roles r JOIN accounts a ON a.id = r.account_id
    WHERE r.role = $1 AND a.id <> $2 AND a.disabled_at IS NULL";
const UPDATE: &str = "UPDATE accounts
    SET username = $2, password_hash = $3, tier = $4, disabled_at = $5, updated_at = $6,
        epoch = $7, min_epoch = $8, kept_session = $9, email_verified_at = $10,
        limit_burst = $11, limit_minute = $12, limit_hour = $13, limit_day = $14
    WHERE id = $1";
const REHASH: &str = "UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2";

/// Accounts in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlAccounts {
    database: Database,
}

impl SqlAccounts {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Adds all of these accounts, or none: [`StoreError::Conflict`] when an address is taken.
    pub async fn create_all(&self, accounts: &[Account]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        for account in accounts {
            insert(&mut transaction, account).await?;
        }
        Ok(transaction.commit().await?)
    }
}

impl AccountStore for SqlAccounts {
    async fn create(&self, account: &Account) -> Result<(), StoreError> {
        self.create_all(std::slice::from_ref(account)).await
    }

    async fn find(&self, id: Uuid) -> Result<Option<Account>, StoreError> {
        let row = self.database.fetch_optional(BY_ID, &values![id]).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn find_by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        let email = values![email.as_str()];
        let row = self.database.fetch_optional(BY_EMAIL, &email).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn change(
        &self,
        id: Uuid,
        change: &AccountChange,
        now: OffsetDateTime,
    ) -> Result<Changed, StoreError> {
        let mut transaction = self.database.begin().await?;
        let Some(before) = find(&mut transaction, id).await? else {
            return Ok(Changed::Absent);
        };
        let after = before.clone().changed(change, now);
        if before.administrates() && !after.administrates() {
            let other = values![RoleName::ADMIN.as_str(), id];
            let row = transaction
                .fetch_optional(OTHER_ADMINISTRATORS, &other)
                .await?;
            let others = row.map_or(Ok(0), |row| row.integer("others"))?;
            if others == 0 {
                return Ok(Changed::LastAdministrator);
            }
        }
        put(&mut transaction, &before, &after, change, now).await?;
        transaction.commit().await?;
        Ok(Changed::Done(Box::new(after)))
    }

    async fn rehash(&self, id: Uuid, from: &str, to: &str) -> Result<bool, StoreError> {
        let touched = self
            .database
            .execute(REHASH, &values![id, from, to])
            .await?;
        Ok(touched == 1)
    }

    async fn list(&self, after: Option<PageAfter>, limit: u32) -> Result<Page, StoreError> {
        // One more than asked tells whether there is a next page.
        let count = i64::from(limit) + 1;
        let rows = match after {
            None => self.database.fetch_all(FIRST_PAGE, &values![count]).await?,
            Some((at, id)) => {
                let after = values![count, at, id];
                self.database.fetch_all(NEXT_PAGE, &after).await?
            }
        };
        let mut items = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more);
        let next = next.map(|account| (account.created_at, account.id));
        Ok(Page { items, next })
    }
}

/// Adds an account.
pub(super) async fn insert(
    transaction: &mut Transaction,
    account: &Account,
) -> Result<(), DatabaseError> {
    let row = values![
        account.id,
        account.email.as_str(),
        account.username.as_str(),
        account.password_hash.as_deref(),
        account.tier.id(),
        account.disabled_at,
        account.created_at,
        account.updated_at,
        account.epoch,
        account.min_epoch,
        account.kept_session,
        account.email_verified_at,
        account.limits.map(|limits| limits.burst()),
        account.limits.map(|limits| limits.per_minute()),
        account.limits.and_then(|limits| limits.per_hour()),
        account.limits.and_then(|limits| limits.per_day()),
    ];
    transaction.execute(INSERT, &row).await?;
    add_roles(transaction, account.id, &account.roles).await
}

/// The account with this id, as it is in the transaction.
pub(super) async fn find(
    transaction: &mut Transaction,
    id: Uuid,
) -> Result<Option<Account>, DatabaseError> {
    let row = transaction.fetch_optional(BY_ID, &values![id]).await?;
    row.as_ref().map(read).transpose()
}

/// Whether the address has an account.
pub(super) async fn is_taken(
    transaction: &mut Transaction,
    email: &EmailAddress,
) -> Result<bool, DatabaseError> {
    let email = values![email.as_str()];
    Ok(transaction
        .fetch_optional(BY_EMAIL, &email)
        .await?
        .is_some())
}

/// Keeps an account as a change has made it, with what follows from the change.
pub(super) async fn put(
    transaction: &mut Transaction,
    before: &Account,
    after: &Account,
    change: &AccountChange,
    now: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let id = after.id;
    let row = values![
        id,
        after.username.as_str(),
        after.password_hash.as_deref(),
        after.tier.id(),
        after.disabled_at,
        after.updated_at,
        after.epoch,
        after.min_epoch,
        after.kept_session,
        after.email_verified_at,
        after.limits.map(|limits| limits.burst()),
        after.limits.map(|limits| limits.per_minute()),
        after.limits.and_then(|limits| limits.per_hour()),
        after.limits.and_then(|limits| limits.per_day()),
    ];
    transaction.execute(UPDATE, &row).await?;
    if after.roles != before.roles {
        transaction.execute(DELETE_ROLES, &values![id]).await?;
        add_roles(transaction, id, &after.roles).await?;
    }
    if change.password_hash.is_some() {
        one_time_tokens::void_all(transaction, id).await?;
    }
    if change.concerns_rights() {
        changes::tell_account(transaction, id, now).await?;
    }
    Ok(())
}

async fn add_roles(
    transaction: &mut Transaction,
    id: Uuid,
    roles: &[RoleName],
) -> Result<(), DatabaseError> {
    for role in roles {
        transaction
            .execute(INSERT_ROLE, &values![id, role.as_str()])
            .await?;
    }
    Ok(())
}

/// The roles of a row that has them as one text.
pub(super) fn roles(row: &Row) -> Result<Vec<RoleName>, DatabaseError> {
    let roles = row.text_or_null("roles")?.unwrap_or_default();
    let damaged = |_| DatabaseError::Corrupt("a role's name".to_owned());
    let roles = roles.split_ascii_whitespace();
    roles
        .map(|role| RoleName::parse(role).map_err(damaged))
        .collect()
}

/// The limits of a row that are in the place of the tier's.
pub(super) fn limits(row: &Row) -> Result<Option<RateLimits>, DatabaseError> {
    let number = |name| {
        let number = row.integer_or_null(name)?.map(u32::try_from).transpose();
        number.map_err(|_| DatabaseError::Corrupt(format!("column {name} can't be read")))
    };
    let Some(burst) = number("limit_burst")? else {
        return Ok(None);
    };
    let (hour, day) = (number("limit_hour")?, number("limit_day")?);
    let limits = RateLimits::new(burst, row.small("limit_minute")?, hour, day);
    limits
        .map(Some)
        .map_err(|fault| DatabaseError::Corrupt(format!("an account's limits: {fault}")))
}

/// The tier of a row.
pub(super) fn tier(row: &Row) -> Result<Tier, DatabaseError> {
    row.parse("tier", Tier::from_id)
}

fn read(row: &Row) -> Result<Account, DatabaseError> {
    Ok(Account {
        id: row.uuid("id")?,
        email: row.parse("email", |text| EmailAddress::parse(text).ok())?,
        username: row.text("username")?,
        password_hash: row.text_or_null("password_hash")?,
        roles: roles(row)?,
        tier: tier(row)?,
        limits: limits(row)?,
        epoch: row.unsigned("epoch")?,
        min_epoch: row.unsigned("min_epoch")?,
        kept_session: row.uuid_or_null("kept_session")?,
        email_verified_at: row.time_or_null("email_verified_at")?,
        disabled_at: row.time_or_null("disabled_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
