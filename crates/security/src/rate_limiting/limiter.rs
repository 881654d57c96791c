use super::charges::{Charge, charges};
use super::shared::stricter;
use super::{
    Decision, Judged, MemoryRateLimits, OnStoreFailure, RateBucket, RateClass, RateLimitStore,
    RateRules, SharedCounters, Standing,
};
use crate::authentication::{InternalCaller, Principal};
use crate::client_ip::ClientIp;
use crate::clock::SharedClock;
use crate::problem::Problem;
use http::request::Parts;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// How often it is said of an internal key that it passes without a limit.
const TELL_OF_BYPASS: Duration = Duration::minutes(1);

/// What became of a charge, for figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RateOutcome {
    /// There was enough.
    Admitted,
    /// There wasn't.
    Refused,
    /// Nothing was asked for: an internal key.
    Bypassed,
    /// The shared counters are away, and that refuses.
    Unavailable,
}

impl RateOutcome {
    /// The word in figures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Bypassed => "bypassed",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Told of each decision and of the bucket that it is about; of none where none was asked.
pub type RateObserver = Arc<dyn Fn(Option<RateBucket>, RateOutcome) + Send + Sync>;

/// Decides for the three stages. Cheap to clone.
#[derive(Clone)]
pub struct RateLimiter(Arc<Inner>);

struct Inner {
    rules: RateRules,
    local: MemoryRateLimits,
    shared: Option<SharedCounters>,
    clock: SharedClock,
    observer: RateObserver,
    /// When it was last said of an internal key that it passes: as many as are configured.
    told: Mutex<HashMap<String, OffsetDateTime>>,
}

impl std::fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimiter")
            .field("rules", &self.0.rules)
            .finish_non_exhaustive()
    }
}

/// What a [`RateLimiter`] is made of.
#[derive(Clone)]
pub struct RateLimiting {
    /// The numbers: [`RateRules::DEFAULT`].
    pub rules: RateRules,
    /// The counters of this process.
    pub local: MemoryRateLimits,
    /// Counters that nodes share, for all but floods: none.
    pub shared: Option<SharedCounters>,
    /// Told of each decision.
    pub observer: RateObserver,
}

impl std::fmt::Debug for RateLimiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimiting")
            .field("rules", &self.rules)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

impl Default for RateLimiting {
    fn default() -> Self {
        Self {
            rules: RateRules::default(),
            local: MemoryRateLimits::default(),
            shared: None,
            observer: Arc::new(|_, _| {}),
        }
    }
}

/// Where a request that may go on stands; `None` where nothing was counted.
pub(super) type Passed = Option<Standing>;

impl RateLimiter {
    /// Of these parts.
    pub fn new(parts: RateLimiting, clock: SharedClock) -> Self {
        Self(Arc::new(Inner {
            rules: parts.rules,
            local: parts.local,
            shared: parts.shared,
            clock,
            observer: parts.observer,
            told: Mutex::default(),
        }))
    }

    /// The numbers.
    pub fn rules(&self) -> &RateRules {
        &self.0.rules
    }

    /// The counters of this process.
    pub fn local(&self) -> &MemoryRateLimits {
        &self.0.local
    }

    /// Forgets what counts no longer. Nothing is judged otherwise without it: memory is bounded.
    pub async fn sweep(&self) {
        let swept = self.0.local.sweep(self.0.clock.now()).await;
        tracing::debug!(?swept, "forgot buckets that are full again");
    }

    /// Takes one from the guard against floods, always in this process: it has to cost next to
    /// nothing.
    pub(super) fn guard(&self, client: Option<ClientIp>) -> Result<(), Problem> {
        let charge = Charge::flood(client, &self.0.rules);
        let decision = self.take_here(&charge);
        self.judge(charge.bucket, &decision).map(drop)
    }

    /// Takes an attempt of a network, before anything is looked at.
    pub(super) async fn attempt(&self, client: Option<ClientIp>) -> Result<Passed, Problem> {
        self.take(&[Charge::attempt(client, &self.0.rules)]).await
    }

    /// Gives that attempt back; where the network stands then.
    pub(super) async fn attempt_succeeded(&self, client: Option<ClientIp>) -> Passed {
        let charge = Charge::attempt(client, &self.0.rules);
        let now = self.0.clock.now();
        if let Some(shared) = &self.0.shared {
            shared.give_back(&charge, now).await;
            return None;
        }
        let Charge {
            key, limits, cost, ..
        } = &charge;
        let local = &self.0.local;
        // Memory has no way to fail.
        drop(local.give_back(*key, limits, *cost, now).await);
        Some(*local.take_now(*key, limits, 0, now).standing())
    }

    /// Charges a network with a request that was refused before it was known who sends it.
    pub(super) async fn nobody(
        &self,
        client: Option<ClientIp>,
        class: RateClass,
    ) -> Result<Passed, Problem> {
        let charge = Charge::anonymous(client, class, &self.0.rules);
        self.take(&[charge]).await
    }

    /// Charges whoever was found to send the request.
    pub(super) async fn caller(&self, parts: &Parts, class: RateClass) -> Result<Passed, Problem> {
        if let Some(caller) = parts.extensions.get::<InternalCaller>() {
            self.let_pass(caller);
            return Ok(None);
        }
        let principal = parts.extensions.get::<Principal>();
        let client = parts.extensions.get::<ClientIp>().copied();
        match charges(principal, client, class, &self.0.rules) {
            [Some(first), Some(second)] => self.take(&[first, second]).await,
            [Some(one), None] | [None, Some(one)] => self.take(&[one]).await,
            [None, None] => Ok(None),
        }
    }

    /// Takes from all of them, or from none.
    async fn take(&self, charges: &[Charge]) -> Result<Passed, Problem> {
        let judged = match &self.0.shared {
            None => self.take_all_here(charges),
            Some(shared) => match shared.take(charges, self.0.clock.now()).await {
                Some(judged) => Some(judged),
                None if shared.on_failure() == OnStoreFailure::Refuse => {
                    let bucket = charges.first().map(|charge| charge.bucket);
                    (self.0.observer)(bucket, RateOutcome::Unavailable);
                    return Err(Problem::unavailable(1).with_cause("shared counters are away"));
                }
                None => {
                    let stricter = charges
                        .iter()
                        .map(|charge| charge.at(stricter(charge.limits)));
                    self.take_all_here(&stricter.collect::<Vec<_>>())
                }
            },
        };
        let judged = judged.and_then(|judged| Some((charges.get(judged.by)?, judged.decision)));
        match judged {
            None => Ok(None),
            Some((charge, decision)) => self.judge(charge.bucket, &decision).map(Some),
        }
    }

    fn take_here(&self, charge: &Charge) -> Decision {
        let now = self.0.clock.now();
        self.0
            .local
            .take_now(charge.key, &charge.limits, charge.cost, now)
    }

    fn take_all_here(&self, charges: &[Charge]) -> Option<Judged> {
        if let [charge] = charges {
            let decision = self.take_here(charge);
            return Some(Judged { decision, by: 0 });
        }
        let takes: Vec<_> = charges.iter().map(Charge::take).collect();
        self.0.local.take_all_now(&takes, self.0.clock.now())
    }

    fn judge(&self, bucket: RateBucket, decision: &Decision) -> Result<Standing, Problem> {
        match decision {
            Decision::Admitted(standing) => {
                (self.0.observer)(Some(bucket), RateOutcome::Admitted);
                Ok(*standing)
            }
            Decision::Refused { .. } => {
                (self.0.observer)(Some(bucket), RateOutcome::Refused);
                Err(super::answer::refusal(bucket, decision))
            }
        }
    }

    fn let_pass(&self, caller: &InternalCaller) {
        (self.0.observer)(None, RateOutcome::Bypassed);
        let key = caller.name();
        if self.is_worth_telling(key, self.0.clock.now()) {
            tracing::info!(key, "an internal key passes without a rate limit");
        }
    }

    /// Whether it was not said of this key within the last minute.
    pub(super) fn is_worth_telling(&self, key: &str, now: OffsetDateTime) -> bool {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let last = told.get(key).copied();
        // A clock that was set back must not silence it.
        if last.is_some_and(|last| (last..last + TELL_OF_BYPASS).contains(&now)) {
            return false;
        }
        told.insert(key.to_owned(), now);
        true
    }
}
