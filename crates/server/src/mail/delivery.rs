//! The task that takes letters to where they go.
//!
//! 1. A letter that failed waits by itself; the others go on.
//! 2. While the relay is in trouble nothing is tried until its delay is over, then one letter; the
//!    delay grows with each that fails, and the others follow the first that doesn't.
//! 3. Age decides when a letter is given up, so a relay that is away costs no letter its attempts,
//!    and none arrives hours later with a link that is no longer good.
//! 4. At the stop each letter that waits gets one more attempt, all together within
//!    [`Options::flush`].

use super::carrier::{Carrier, Failure};
use super::figures::{self, Outcome};
use super::letter::Letter;
use super::options::Options;
use musicgen_security::clock::SharedClock;
use musicgen_security::random::SharedRandom;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

/// Running delivery. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Delivery {
    stopping: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Delivery {
    pub(super) fn start(worker: Worker) -> Self {
        let stopping = watch::Sender::new(false);
        let task = tokio::spawn(worker.run(stopping.subscribe()));
        Self { stopping, task }
    }

    /// Takes no more messages, tries what waits once more, and says what is left.
    pub async fn stop(self) {
        self.stopping.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the delivery of mail did not end in order");
        }
    }
}

type Attempt = (Letter, Result<(), Failure>);

pub(super) struct Worker {
    arriving: mpsc::UnboundedReceiver<Letter>,
    carrier: Arc<Carrier>,
    options: Options,
    clock: SharedClock,
    random: SharedRandom,
    /// By the time of the next attempt, and then by arrival.
    waiting: BTreeMap<(Instant, u64), Letter>,
    arrived: u64,
    under_way: JoinSet<Attempt>,
    /// Rounds in a row in which the relay was in trouble.
    troubles: u32,
    held: Option<Instant>,
    /// Whether one letter is under way to see whether the relay is back.
    probing: bool,
}

impl Worker {
    pub(super) fn new(
        arriving: mpsc::UnboundedReceiver<Letter>,
        carrier: Arc<Carrier>,
        options: Options,
        (clock, random): (SharedClock, SharedRandom),
    ) -> Self {
        Self {
            arriving,
            carrier,
            options,
            clock,
            random,
            waiting: BTreeMap::new(),
            arrived: 0,
            under_way: JoinSet::new(),
            troubles: 0,
            held: None,
            probing: false,
        }
    }

    async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            figures::queue(self.arriving.len() + self.waiting.len() + self.under_way.len());
            let wake = self.start_due();
            tokio::select! {
                // A dropped sender is a stop as well.
                _ = stop.wait_for(|stop| *stop) => break,
                letter = self.arriving.recv() => match letter {
                    Some(letter) => self.put(Instant::now(), letter),
                    None => break,
                },
                Some(done) = self.under_way.join_next() => match done {
                    Ok((letter, result)) => self.settle(letter, result),
                    Err(error) => tracing::error!(%error, "a delivery of mail broke down"),
                },
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
            }
        }
        self.flush().await;
    }

    fn put(&mut self, due: Instant, letter: Letter) {
        self.arrived += 1;
        self.waiting.insert((due, self.arrived), letter);
    }

    /// Starts what is due; the time at which to look again, unless something happens before.
    fn start_due(&mut self) -> Option<Instant> {
        let now = Instant::now();
        while self.under_way.len() < self.options.at_once {
            let due = self.waiting.keys().next()?.0;
            let due = self.held.map_or(due, |held| held.max(due));
            if due > now {
                return Some(due);
            }
            self.start_next();
            if self.held.is_some() {
                // By then the answer is there, and has set it anew.
                self.held = Some(now + 2 * self.options.attempt);
                self.probing = true;
            }
        }
        None
    }

    fn start_next(&mut self) {
        if let Some((_, letter)) = self.waiting.pop_first() {
            let carrier = self.carrier.clone();
            self.under_way.spawn(async move {
                let result = carrier.carry(&letter).await;
                (letter, result)
            });
        }
    }

    fn settle(&mut self, letter: Letter, result: Result<(), Failure>) {
        match result {
            Err(Failure::Relay(why)) => self.hold(letter, &why),
            other => {
                // Whatever it said, it answered.
                (self.troubles, self.held, self.probing) = (0, None, false);
                match other {
                    Ok(()) => sent(&letter),
                    Err(Failure::Transient(why)) => self.again(letter, &why),
                    Err(Failure::Permanent(why) | Failure::Relay(why)) => failed(&letter, &why),
                }
            }
        }
    }

    fn hold(&mut self, mut letter: Letter, why: &str) {
        let now = Instant::now();
        // Those that started together fail together: one round, one step.
        if self.held.is_none() || self.probing {
            self.probing = false;
            self.troubles = self.troubles.saturating_add(1);
            let delay = self.options.delay(self.troubles, &self.random);
            self.held = Some(now + delay);
            let waiting = self.waiting.len() + 1;
            tracing::warn!(why, ?delay, waiting, "mail can't be delivered now");
            self.give_up_old(why);
        }
        if self.is_old(&letter) {
            return failed(&letter, why);
        }
        letter.failures = letter.failures.saturating_add(1);
        figures::retry();
        self.put(now, letter);
    }

    fn again(&mut self, mut letter: Letter, why: &str) {
        if self.is_old(&letter) {
            return failed(&letter, why);
        }
        letter.failures = letter.failures.saturating_add(1);
        figures::retry();
        let delay = self.options.delay(letter.failures, &self.random);
        let (kind, recipient) = (letter.message.kind(), letter.recipient());
        tracing::info!(
            kind,
            recipient,
            why,
            ?delay,
            "a message is tried again later"
        );
        self.put(Instant::now() + delay, letter);
    }

    fn give_up_old(&mut self, why: &str) {
        for (place, letter) in std::mem::take(&mut self.waiting) {
            if self.is_old(&letter) {
                failed(&letter, why);
            } else {
                self.waiting.insert(place, letter);
            }
        }
    }

    fn is_old(&self, letter: &Letter) -> bool {
        self.clock.now() - letter.at >= self.options.give_up
    }

    async fn flush(mut self) {
        self.arriving.close();
        while let Ok(letter) = self.arriving.try_recv() {
            self.put(Instant::now(), letter);
        }
        let mut left = Vec::new();
        let limit = self.options.flush;
        let all = async {
            loop {
                while self.under_way.len() < self.options.at_once && !self.waiting.is_empty() {
                    self.start_next();
                }
                match self.under_way.join_next().await {
                    Some(Ok((letter, Ok(())))) => sent(&letter),
                    Some(Ok((letter, Err(Failure::Permanent(why))))) => failed(&letter, &why),
                    Some(Ok((letter, Err(_)))) => left.push(letter.message.kind()),
                    Some(Err(error)) => tracing::error!(%error, "a delivery of mail broke down"),
                    None => return,
                }
            }
        };
        let in_time = timeout(limit, all).await.is_ok();
        let under_way = self.under_way.len();
        self.under_way.shutdown().await;
        left.extend(self.waiting.values().map(|letter| letter.message.kind()));
        for kind in &left {
            Outcome::Dropped.count(kind);
        }
        if !in_time || !left.is_empty() {
            let lost = left.len();
            tracing::warn!(
                lost,
                under_way,
                "the service stops before all mail was delivered"
            );
        }
    }
}

fn sent(letter: &Letter) {
    let kind = letter.message.kind();
    Outcome::Sent.count(kind);
    tracing::debug!(kind, id = %letter.id, failures = letter.failures, "a message was delivered");
}

fn failed(letter: &Letter, why: &str) {
    let (kind, recipient) = (letter.message.kind(), letter.recipient());
    Outcome::Failed.count(kind);
    tracing::warn!(kind, recipient, why, id = %letter.id, "a message can't be delivered");
}
