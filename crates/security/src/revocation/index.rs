use super::{AccountState, Change};
use crate::authentication::jwt::{Claims, LEEWAY};
use std::collections::HashMap;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// What the index says of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its claims hold as they are.
    Good,
    /// It is good, but the account has changed since: this is how it is now.
    Changed(Arc<AccountState>),
    /// It is over.
    Revoked,
}

/// What this node knows.
#[derive(Debug, Default)]
pub(super) struct Index {
    tokens: HashMap<[u8; 32], OffsetDateTime>,
    /// When each ended or, for a key that was rotated, will end.
    sessions: HashMap<Uuid, OffsetDateTime>,
    accounts: HashMap<Uuid, (Arc<AccountState>, OffsetDateTime)>,
    pub(super) position: u64,
    /// When the feed was last read to its end; `None` before, and after a failure that matters.
    pub(super) read_at: Option<OffsetDateTime>,
}

impl Index {
    /// Takes a fact in.
    pub(super) fn apply(&mut self, change: Change, horizon: Duration) {
        match change {
            Change::Token { hash, until } => {
                self.tokens.insert(hash, until);
            }
            Change::Session { id, at } => {
                let ends_at = self.sessions.entry(id).or_insert(at);
                *ends_at = at.min(*ends_at);
            }
            Change::Account { id, at, state } => {
                let until = at + horizon;
                let known = self.accounts.get(&id);
                // The state was read with its line: a later line never brings an older one.
                let until = known.map_or(until, |(_, known)| until.max(*known));
                self.accounts.insert(id, (Arc::new(state), until));
            }
        }
    }

    /// Forgets what speaks of nothing that could still be presented: facts are kept for `horizon`
    /// after they happened.
    pub(super) fn prune(&mut self, now: OffsetDateTime, horizon: Duration) {
        self.tokens.retain(|_, until| *until > now);
        self.sessions.retain(|_, at| *at + horizon > now);
        self.accounts.retain(|_, (_, until)| *until > now);
        // A flood of sign-outs is not paid for ever after.
        let wasteful = |capacity: usize, len: usize| capacity > 4 * len + 4096;
        if wasteful(self.tokens.capacity(), self.tokens.len()) {
            self.tokens.shrink_to_fit();
        }
        if wasteful(self.sessions.capacity(), self.sessions.len()) {
            self.sessions.shrink_to_fit();
        }
        if wasteful(self.accounts.capacity(), self.accounts.len()) {
            self.accounts.shrink_to_fit();
        }
    }

    pub(super) fn standing(
        &self,
        claims: &Claims,
        now: OffsetDateTime,
        hash: impl FnOnce() -> [u8; 32],
    ) -> Standing {
        // An end in the next moments may have come already for the node that wrote it.
        let ends_at = self.sessions.get(&claims.session);
        if ends_at.is_some_and(|at| *at <= now + LEEWAY) {
            return Standing::Revoked;
        }
        // Hashing costs more than all the rest, and tokens are seldom revoked one by one.
        if !self.tokens.is_empty() && self.tokens.contains_key(&hash()) {
            return Standing::Revoked;
        }
        let Some((state, _)) = self.accounts.get(&claims.subject) else {
            return Standing::Good;
        };
        let ended = claims.epoch < state.min_epoch && state.kept_session != Some(claims.session);
        if !state.enabled || ended {
            Standing::Revoked
        } else if claims.epoch < state.epoch {
            Standing::Changed(state.clone())
        } else {
            Standing::Good
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len() + self.sessions.len() + self.accounts.len()
    }
}
