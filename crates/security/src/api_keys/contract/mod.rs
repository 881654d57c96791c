//! What every [`ApiKeyStore`] must do; each implementation runs [`run`] on fresh stores.

mod keeping;
mod overlapping;
mod rotating;
mod telling;

use super::{
    ApiKey, ApiKeyStore, Creation, KeyHash, KeyLimits, KeyMode, KeyName, Networks, RotateKey,
    Successor,
};
use crate::authorization::Grant;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const CAP: u32 = 100;

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn hash(n: u128) -> KeyHash {
    let mut bytes = [0xA5; 32];
    bytes[16..].copy_from_slice(&n.to_be_bytes());
    KeyHash::new(bytes)
}

/// A key for tests that lives 100 days from the 20,000th of Unix time; `n` makes its id and hash.
///
/// # Panics
///
/// Never: name and scope are good.
pub fn key(n: u128, account: u128) -> ApiKey {
    let id = Uuid::from_u128(n);
    ApiKey {
        id,
        account_id: Uuid::from_u128(account),
        name: KeyName::parse(&format!("Key {n} 🎸")).expect("a good name"),
        mode: KeyMode::Live,
        hash: hash(n),
        tail: format!("{:04}", n % 10_000),
        scopes: vec![Grant::parse("music:generate").expect("a good scope")],
        networks: Networks::ANYWHERE,
        limits: KeyLimits::default(),
        created_at: start(),
        expires_at: start() + Duration::days(100),
        last_use: None,
        revoked: None,
        line: id,
        rotated_from: None,
        succeeded: None,
        reminded_at: None,
    }
}

fn rotation(id: u128, successor: u128, overlap: Duration, now: OffsetDateTime) -> RotateKey {
    RotateKey {
        account_id: Uuid::from_u128(1),
        id: Uuid::from_u128(id),
        successor: Successor {
            id: Uuid::from_u128(successor),
            hash: hash(successor),
            tail: "next".to_owned(),
            expires_at: now + Duration::days(100),
        },
        overlap,
        keep_ended: CAP,
    }
}

async fn add<S: ApiKeyStore>(store: &S, key: &ApiKey) {
    let created = store.create(key, CAP).await.expect("answered");
    assert_eq!(created, Creation::Created);
}

async fn get<S: ApiKeyStore>(store: &S, n: u128) -> ApiKey {
    let found = store.find(Uuid::from_u128(1), Uuid::from_u128(n)).await;
    found.expect("answered").expect("there")
}

/// Runs every case; `fresh` makes an empty store whose accounts with the ids 1 and 2 exist.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: ApiKeyStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    keeping::what_is_kept_is_what_was_given(&fresh().await).await;
    keeping::ids_and_hashes_are_unique(&fresh().await).await;
    keeping::an_account_sees_its_own(&fresh().await).await;
    keeping::revoking_is_once(&fresh().await).await;
    keeping::revoking_all_spares_others(&fresh().await).await;
    keeping::a_use_is_noted_once_a_minute(&fresh().await).await;
    keeping::reminders_are_claimed_once(&fresh().await).await;
    keeping::sweeping_keeps_what_works(&fresh().await).await;
    rotating::a_rotated_key_works_for_the_overlap(&fresh().await).await;
    rotating::what_can_not_be_rotated(&fresh().await).await;
    rotating::two_keys_of_a_line_work_at_the_most(&fresh().await).await;
    rotating::the_cap_counts_lines_that_work(&fresh().await).await;
    rotating::ended_keys_are_bounded(&fresh().await).await;
    overlapping::the_cap_holds(Arc::new(fresh().await)).await;
    overlapping::a_key_has_one_successor(Arc::new(fresh().await)).await;
    overlapping::a_key_is_revoked_once(Arc::new(fresh().await)).await;
    overlapping::a_revoked_key_has_no_successor(Arc::new(fresh().await)).await;
    overlapping::a_reminder_goes_out_once(Arc::new(fresh().await)).await;
}

/// Runs what concerns the feed of changes; `fresh` makes an empty store, whose accounts with the ids
/// 1 and 2 exist, and its feed.
pub async fn run_with_feed<S, R, F, Fut>(fresh: F)
where
    S: ApiKeyStore,
    R: crate::revocation::RevocationStore,
    F: Fn() -> Fut,
    Fut: Future<Output = (S, R)>,
{
    telling::every_end_of_a_key_is_told(fresh().await).await;
}
