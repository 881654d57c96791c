//! Accounts, sign-in and what changes them, put together.

use super::Surroundings;
use super::identity::{NAME, Stack};
use crate::config::Config;
use crate::errands::Errands;
use crate::mail::Mailer;
use crate::state::AccountService;
use musicgen_security::authentication::Registrar;
use musicgen_security::authentication::credentials::Credentials;
use musicgen_security::authentication::one_time::OneTimeTokens;
use musicgen_security::authentication::passwords::{HashingPool, PasswordHasher, PasswordPolicy};
use musicgen_security::authorization::PolicySource;
use musicgen_security_store::Database;
use musicgen_security_store::sql::{SqlAccounts, SqlCredentials, SqlOneTimeTokens};

/// What the service of accounts is made of beside its own stores.
pub(super) struct Shared<'a> {
    pub(super) stack: &'a Stack,
    pub(super) policy: &'a PolicySource,
    pub(super) mailer: &'a Mailer,
    pub(super) errands: &'a Errands,
}

pub(super) fn account_service(
    config: &Config,
    database: &Database,
    shared: &Shared<'_>,
) -> AccountService {
    let stack = shared.stack;
    let accounts = SqlAccounts::new(database.clone());
    let tokens = SqlOneTimeTokens::new(database.clone());
    AccountService {
        sign_in: stack.sign_in().clone(),
        credentials: Credentials::new(
            stack.registrar().clone(),
            accounts.clone(),
            OneTimeTokens::new(tokens, stack.random().clone()),
            SqlCredentials::new(database.clone()),
            stack.clock().clone(),
        ),
        sessions: stack.sessions().clone(),
        policy: shared.policy.clone(),
        session_cookies: stack.session_cookies().clone(),
        random: stack.random().clone(),
        registration: config.accounts.registration,
        new_accounts: config.rates.new_accounts,
        verified_only: config.mail.verification_required,
        mailer: shared.mailer.clone(),
        errands: shared.errands.clone(),
        accounts,
        clock: stack.clock().clone(),
    }
}

/// What makes accounts for `musicgen user`, as the server does.
pub(crate) fn registrar(
    database: &Database,
    surroundings: &Surroundings,
    hashing: (PasswordHasher, HashingPool),
) -> Registrar<SqlAccounts> {
    Registrar::new(
        SqlAccounts::new(database.clone()),
        PasswordPolicy::new(NAME),
        hashing,
        surroundings.random.clone(),
        surroundings.clock.clone(),
    )
}
