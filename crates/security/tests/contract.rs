//! The in-memory stores keep the contracts.

use musicgen_security::api_keys::{self, MemoryApiKeys};
use musicgen_security::authentication::accounts::{self, MemoryAccounts};
use musicgen_security::authentication::jwt::{self, MemorySigningKeys};
use musicgen_security::authentication::one_time::{self, MemoryOneTimeTokens};
use musicgen_security::authentication::refresh::{self, MemoryRefreshTokens};
use musicgen_security::authentication::throttle::{self, MemoryThrottle};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_in_memory() {
    accounts::contract::run(|| async { MemoryAccounts::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_time_tokens_in_memory() {
    one_time::contract::run(|| async { MemoryOneTimeTokens::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_tokens_in_memory() {
    refresh::contract::run(|| async { MemoryRefreshTokens::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_in_attempts_in_memory() {
    throttle::contract::run(|| async { MemoryThrottle::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_keys_in_memory() {
    api_keys::contract::run(|| async { MemoryApiKeys::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_keys_in_memory() {
    jwt::contract::run(|| async { MemorySigningKeys::default() }).await;
}
