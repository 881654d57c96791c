//! The stores in memory keep the contracts.

use musicgen_security::api_keys;
use musicgen_security::authentication::accounts;
use musicgen_security::authentication::credentials;
use musicgen_security::authentication::jwt::{self, MemorySigningKeys};
use musicgen_security::authentication::one_time;
use musicgen_security::authentication::throttle::{self, MemoryThrottle};
use musicgen_security::testing::MemoryStore;
use musicgen_security::{revocation, sessions};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_in_memory() {
    accounts::contract::run(|| async { MemoryStore::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_time_tokens_in_memory() {
    one_time::contract::run(|| async { MemoryStore::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_in_memory() {
    credentials::contract::run(|| async {
        let store = MemoryStore::default();
        credentials::contract::Stores {
            accounts: store.clone(),
            tokens: store.clone(),
            keys: store.clone(),
            credentials: store,
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_in_memory() {
    sessions::contract::run(|| async { MemoryStore::default() }).await;
}

#[tokio::test]
async fn revocations_in_memory() {
    revocation::contract::run(|| async {
        let store = MemoryStore::default();
        (store.clone(), store.clone(), store)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_in_attempts_in_memory() {
    throttle::contract::run(|| async { MemoryThrottle::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_keys_in_memory() {
    api_keys::contract::run(|| async { MemoryStore::default() }).await;
    api_keys::contract::run_with_feed(|| async {
        let store = MemoryStore::default();
        (store.clone(), store)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_keys_in_memory() {
    jwt::contract::run(|| async { MemorySigningKeys::default() }).await;
}
