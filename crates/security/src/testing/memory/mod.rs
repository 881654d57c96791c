//! All storage traits in memory: for tests, examples and trying things out.

mod accounts;
mod api_keys;
mod credentials;
mod one_time;
mod revocations;
mod sessions;
mod throttle;

use crate::api_keys::ApiKey;
use crate::authentication::accounts::Account;
use crate::authentication::one_time::OneTime;
use crate::authentication::throttle::MemoryThrottle;
use crate::revocation::{AccountState, Change};
use crate::sessions::Session;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use uuid::Uuid;

/// Accounts, sessions, API keys, one-time tokens, counters of attempts and the feed of changes in memory, lost when the
/// process ends. Clones share what they hold, as handles of one database do.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Tables>>);

#[derive(Debug, Default)]
struct Tables {
    accounts: Vec<Account>,
    sessions: BTreeMap<Uuid, Session>,
    api_keys: Vec<ApiKey>,
    one_time: HashMap<[u8; 32], OneTime>,
    throttle: MemoryThrottle,
    feed: Vec<Line>,
    position: u64,
}

#[derive(Debug)]
struct Line {
    position: u64,
    at: OffsetDateTime,
    fact: Fact,
}

#[derive(Debug)]
enum Fact {
    Token([u8; 32], OffsetDateTime),
    Session(Uuid),
    Account(Uuid),
}

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn write(&mut self, fact: Fact, at: OffsetDateTime) {
        self.position += 1;
        let position = self.position;
        self.feed.push(Line { position, at, fact });
    }

    fn change(&self, line: &Line) -> Change {
        match line.fact {
            Fact::Token(hash, until) => Change::Token { hash, until },
            Fact::Session(id) => Change::Session { id, at: line.at },
            Fact::Account(id) => {
                let account = self.accounts.iter().find(|account| account.id == id);
                let state = account.map_or_else(AccountState::gone, AccountState::from);
                let at = line.at;
                Change::Account { id, at, state }
            }
        }
    }
}
