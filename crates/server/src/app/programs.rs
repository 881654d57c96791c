//! What programs prove themselves with, put together once.

use super::Surroundings;
use crate::api::api_keys::LONGEST_OVERLAP;
use musicgen_security::api_keys::{ApiKeys, KeyRules};
use musicgen_security::authentication::{KeyAuthenticator, RefusedKeys};
use musicgen_security::authorization::PolicySource;
use musicgen_security_store::Database;
use musicgen_security_store::sql::{SqlAccounts, SqlApiKeys};
use std::sync::Arc;

pub(super) fn api_keys(database: &Database, surroundings: &Surroundings) -> ApiKeys<SqlApiKeys> {
    let rules = KeyRules {
        max_overlap: LONGEST_OVERLAP,
        ..KeyRules::default()
    };
    let store = SqlApiKeys::new(database.clone());
    ApiKeys::new(store, rules, surroundings.random.clone())
}

pub(super) fn key_authenticator(
    keys: &ApiKeys<SqlApiKeys>,
    database: &Database,
    policy: PolicySource,
    surroundings: &Surroundings,
) -> KeyAuthenticator<SqlApiKeys, SqlAccounts> {
    let count: RefusedKeys = Arc::new(|refused, _| {
        let cause = refused.cause().id();
        metrics::counter!("musicgen_api_keys_refused_total", "cause" => cause).increment(1);
    });
    let accounts = SqlAccounts::new(database.clone());
    KeyAuthenticator::new(keys.clone(), accounts, policy, surroundings.clock.clone()).telling(count)
}
