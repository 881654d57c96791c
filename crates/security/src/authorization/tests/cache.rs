use super::super::*;
use crate::authentication::accounts::contract::account;
use crate::authentication::accounts::{AccountChange, AccountStore};
use crate::testing::MemoryStore;
use std::sync::Arc;
use time::OffsetDateTime;
use uuid::Uuid;

const ONE: Uuid = Uuid::from_u128(1);

async fn cache(policy: &str) -> (GrantsCache, PolicySource, MemoryStore) {
    let store = MemoryStore::default();
    store.create(&account(1)).await.unwrap();
    let source = PolicySource::new(match policy {
        "" => Policy::built_in(),
        text => Policy::parse(text).unwrap(),
    });
    (
        GrantsCache::new(source.clone(), store.clone()),
        source,
        store,
    )
}

#[tokio::test]
async fn a_new_policy_counts_at_once() {
    let (cache, source, _) = cache("").await;
    let user = [RoleName::USER];
    let before = cache.of(ONE, 0, &user).await.unwrap();
    assert!(before.allow(&Permission::MUSIC_GENERATE));
    let again = cache.of(ONE, 0, &user).await.unwrap();
    assert!(Arc::ptr_eq(&before, &again), "worked out once");
    let without = Policy::parse("[roles.user]\ngrants = [\"models:view\"]\n").unwrap();
    source.replace(without);
    let after = cache.of(ONE, 0, &user).await.unwrap();
    assert!(!after.allow(&Permission::MUSIC_GENERATE));
}

#[tokio::test]
async fn a_named_account_has_its_entry_once_its_address_is_proven() {
    let policy =
        "[accounts.\"user1@example.com\"]\ngrants = [\"users:view\"]\ndenies = [\"models:view\"]\n";
    let (cache, _, store) = cache(policy).await;
    let user = [RoleName::USER];
    let claimed = cache.of(ONE, 0, &user).await.unwrap();
    assert!(
        !claimed.allow(&Permission::USERS_VIEW),
        "anybody can have typed the address"
    );
    assert!(
        !claimed.allow(&Permission::MODELS_VIEW),
        "a denial counts all the same"
    );
    let verified = AccountChange {
        email_verified: true,
        ..AccountChange::default()
    };
    let now = OffsetDateTime::UNIX_EPOCH;
    store.change(ONE, &verified, now).await.unwrap();
    let proven = cache.of(ONE, 1, &user).await.unwrap();
    assert!(proven.allow(&Permission::USERS_VIEW));
    let stranger = cache.of(Uuid::from_u128(9), 0, &user).await.unwrap();
    assert!(
        !stranger.allow(&Permission::MUSIC_GENERATE),
        "an account that is gone has nothing"
    );
}

#[tokio::test]
async fn it_is_bounded() {
    let (cache, ..) = cache("").await;
    for n in 0..3_000 {
        let role = RoleName::parse(&format!("role{n}")).unwrap();
        assert_eq!(*cache.of(ONE, 0, &[role]).await.unwrap(), Grants::default());
    }
}
