use super::{Limits, Refused, Ticket};
use crate::store::StoreError;
use std::future::Future;
use time::OffsetDateTime;

/// Under which a counter is kept: HMAC-SHA-256 of what it counts.
pub type CounterKey = [u8; 32];

/// What a counter counts, which decides its allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CounterKind {
    /// Strangers at one account.
    Account,
    /// A known device at its account.
    Device,
    /// A client network.
    Network,
}

impl CounterKind {
    /// How it is stored.
    pub fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Device => "device",
            Self::Network => "network",
        }
    }

    /// The allowance of such counters.
    pub fn allowance(self, limits: &Limits) -> &super::Allowance {
        match self {
            Self::Account => &limits.account,
            Self::Device => &limits.device,
            Self::Network => &limits.network,
        }
    }
}

/// The counters of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptKeys {
    /// The account's.
    pub account: CounterKey,
    /// The client network's.
    pub network: CounterKey,
    /// The known device's, if it is one.
    pub device: Option<CounterKey>,
}

/// Whether an attempt may go on.
#[derive(Debug)]
pub enum Admission {
    /// It may, and is counted as a failure until [`ThrottleStore::succeed`].
    Admitted(Ticket),
    /// It may not; nothing was counted.
    Refused(Refused),
}

/// Keeps counters. Each verb is atomic; what they decide stands in [`decide`](super::decide).
pub trait ThrottleStore: Send + Sync + 'static {
    /// Admits and counts an attempt, or refuses it.
    fn begin(
        &self,
        keys: &AttemptKeys,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Admission, StoreError>> + Send;

    /// Takes an attempt back that turned out well ([`Ticket::settle`]).
    fn succeed(
        &self,
        ticket: &Ticket,
        limits: &Limits,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Forgets a counter; says whether there was one.
    fn clear(&self, key: &CounterKey) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Deletes what is forgotten by now; says how many.
    fn sweep(&self, now: OffsetDateTime) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many counters are kept.
    fn size(&self) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
