//! What is admitted and what is counted, for every store alike.

use super::{AttemptKeys, Counter, CounterKey, CounterKind, Limits};
use time::{Duration, OffsetDateTime};

/// Where a counter stood when an attempt was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The failures, this attempt among them.
    pub failures: u32,
    /// The beginning of its window.
    pub since: OffsetDateTime,
}

/// A counter, as it is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Under which key.
    pub key: CounterKey,
    /// What it counts.
    pub kind: CounterKind,
    /// Its figures.
    pub counter: Counter,
}

/// An admitted attempt. Dropping it leaves it counted as a failure.
#[derive(Debug)]
#[must_use = "an attempt stays counted as a failure until it succeeds"]
pub struct Ticket {
    marks: Vec<(CounterKey, CounterKind, Mark)>,
}

impl Ticket {
    /// The counters that counted it.
    pub fn counters(&self) -> impl Iterator<Item = (CounterKey, CounterKind)> + '_ {
        self.marks.iter().map(|(key, kind, _)| (*key, *kind))
    }

    /// Whether one of them stands at a number of failures for which `holds` does.
    pub(super) fn reaches(&self, holds: impl Fn(CounterKind, u32) -> bool) -> bool {
        let mut marks = self.marks.iter();
        marks.any(|(_, kind, mark)| holds(*kind, mark.failures))
    }

    /// What becomes of one of them after a success.
    pub fn settle(&self, key: &CounterKey, mut counter: Counter, limits: &Limits) -> Counter {
        for (_, kind, mark) in self.marks.iter().filter(|(own, ..)| own == key) {
            counter.take_back(*mark, kind.allowance(limits));
        }
        counter
    }
}

/// Which counter refused. For the log: a caller learns only that there were too many attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedBy {
    /// The account's delay.
    Account,
    /// The account's stop, until a reset.
    AccountStop,
    /// The known device's delay.
    Device,
    /// The client network's block.
    Network,
}

/// An attempt is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// When another may be admitted.
    pub retry_after: Duration,
    /// By what.
    pub by: RefusedBy,
}

/// The counters that were found for an attempt.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found {
    /// The account's.
    pub account: Option<Counter>,
    /// The client network's.
    pub network: Option<Counter>,
    /// The known device's.
    pub device: Option<Counter>,
}

/// An attempt is admitted once these counters are kept.
#[derive(Debug)]
pub struct Granted {
    /// For whoever tries.
    pub ticket: Ticket,
    /// To keep.
    pub counters: Vec<Counted>,
}

/// Decides on an attempt; see the rules of the [module](super).
pub fn decide(
    keys: &AttemptKeys,
    found: &Found,
    limits: &Limits,
    now: OffsetDateTime,
) -> Result<Granted, Refused> {
    // Stores keep milliseconds, and marks are compared with what was stored.
    let now = now - Duration::nanoseconds(i64::from(now.nanosecond() % 1_000_000));
    let current = |counter: Option<Counter>, kind: CounterKind| {
        let allowance = kind.allowance(limits);
        counter
            .filter(|counter| counter.forget_at(allowance).is_none_or(|at| at > now))
            .unwrap_or_else(|| Counter::new(now))
    };
    let account = current(found.account, CounterKind::Account);
    let network = current(found.network, CounterKind::Network);
    let device = current(found.device, CounterKind::Device);
    let network_refusal = network.refusal(&limits.network, now);

    // A device that used its allowance up is a stranger.
    let as_device = keys
        .device
        .filter(|_| !limits.device.stops_at(device.failures));
    let own = if let Some(key) = as_device {
        if let Some(retry_after) = device.refusal(&limits.device, now) {
            let by = RefusedBy::Device;
            return Err(Refused { retry_after, by });
        }
        (key, CounterKind::Device, device)
    } else {
        let own = account.refusal(&limits.account, now).map(|delay| {
            let is_stopped = limits.account.stops_at(account.failures);
            let by = if is_stopped {
                RefusedBy::AccountStop
            } else {
                RefusedBy::Account
            };
            (delay, by)
        });
        let other = network_refusal.map(|delay| (delay, RefusedBy::Network));
        let longest = own.into_iter().chain(other).max_by_key(|(delay, _)| *delay);
        if let Some((retry_after, by)) = longest {
            return Err(Refused { retry_after, by });
        }
        (keys.account, CounterKind::Account, account)
    };
    let mut counters = vec![own];
    // A network that is blocked already isn't blocked for longer by a known device.
    if network_refusal.is_none() {
        counters.push((keys.network, CounterKind::Network, network));
    }
    Ok(grant(counters, limits, now))
}

fn grant(
    counters: Vec<(CounterKey, CounterKind, Counter)>,
    limits: &Limits,
    now: OffsetDateTime,
) -> Granted {
    let mut granted = Granted {
        ticket: Ticket { marks: Vec::new() },
        counters: Vec::new(),
    };
    for (key, kind, mut counter) in counters {
        let mark = counter.count(kind.allowance(limits), now);
        granted.ticket.marks.push((key, kind, mark));
        granted.counters.push(Counted { key, kind, counter });
    }
    granted
}
