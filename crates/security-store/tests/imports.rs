//! Many accounts at once.

use musicgen_security::authentication::accounts::{AccountStore, contract::account};
use musicgen_security::store::StoreError;
use musicgen_security_store::sql::SqlAccounts;
use musicgen_security_store::{Database, MIGRATIONS};
use time::OffsetDateTime;

#[tokio::test]
async fn all_accounts_are_added_or_none() {
    let database = Database::in_memory().await.expect("a database");
    let now = OffsetDateTime::UNIX_EPOCH;
    database.migrate(&MIGRATIONS, now).await.expect("tables");
    let accounts = SqlAccounts::new(database);
    accounts.create(&account(3)).await.expect("created");
    let rows = [
        ("one of them is there already", 1..=5, 1),
        ("none is", 4..=6, 4),
        ("all are", 4..=6, 4),
    ];
    for (name, numbers, kept) in rows {
        let many: Vec<_> = numbers.map(account).collect();
        let added = accounts.create_all(&many).await;
        assert_eq!(added.is_ok(), name == "none is", "{name}");
        if let Err(error) = added {
            assert!(matches!(error, StoreError::Conflict), "{name}: {error}");
        }
        let page = accounts.list(None, 100).await.expect("listed");
        assert_eq!(page.items.len(), kept, "{name}");
    }
    assert!(accounts.create_all(&[]).await.is_ok());
}
