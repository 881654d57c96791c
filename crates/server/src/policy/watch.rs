use super::file::{PolicyFile, Seen};
use musicgen_security::authorization::{PolicyChange, PolicySource};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Between two looks at the file.
const POLL: Duration = Duration::from_millis(250);
/// From a look that found something new to the one that finds it settled.
const SETTLE: Duration = Duration::from_millis(100);

/// Watches a policy file, and puts what it says into a [`PolicySource`].
#[derive(Debug)]
pub struct PolicyWatch {
    stopping: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl PolicyWatch {
    /// Starts watching; call it within a runtime. From here on SIGHUP does not end the process.
    pub fn start(file: PolicyFile, source: PolicySource) -> Self {
        let stopping = watch::Sender::new(false);
        let mut stop = stopping.subscribe();
        let mut hangup = hangup_signal();
        let task = tokio::spawn(async move {
            let mut reload = Reload::new(file, source);
            let mut pause = Duration::ZERO;
            loop {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = hung_up(&mut hangup) => reload.ask(),
                    _ = stop.wait_for(|stop| *stop) => return,
                }
                let file = reload.file.clone();
                let Ok(seen) = tokio::task::spawn_blocking(move || file.look()).await else {
                    // The runtime is going down.
                    return;
                };
                let outcome = reload.consider(seen);
                pause = if outcome == Outcome::Unsettled {
                    SETTLE
                } else {
                    POLL
                };
                reload.tell(&outcome);
            }
        });
        Self { stopping, task }
    }

    /// Stops it and waits.
    pub async fn stop(self) {
        self.stopping.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "watching the policy file did not end in order");
        }
    }
}

fn hangup_signal() -> Option<Signal> {
    match signal(SignalKind::hangup()) {
        Ok(hangup) => Some(hangup),
        Err(error) => {
            tracing::warn!(%error, "SIGHUP can't be watched; changes of the policy file are seen without it");
            None
        }
    }
}

async fn hung_up(hangup: &mut Option<Signal>) {
    let heard = match hangup {
        Some(hangup) => hangup.recv().await,
        None => None,
    };
    if heard.is_none() {
        // There is no signal to wait for.
        std::future::pending::<()>().await;
    }
}

/// What a look at the file led to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is as it was when it was judged last.
    Same,
    /// It is new, and may be in the midst of being written.
    Unsettled,
    /// It says what holds already.
    Equal {
        /// Somebody asked, and wants to hear so.
        asked: bool,
    },
    /// It holds now.
    Applied {
        generation: u64,
        change: PolicyChange,
    },
    /// It is refused, for these faults.
    Refused(Vec<String>),
}

/// The decisions of the watch, without its waiting.
pub(super) struct Reload {
    file: PolicyFile,
    source: PolicySource,
    /// What was judged last.
    judged: Option<Seen>,
    /// What the last look found, if it was something new.
    unsettled: Option<Seen>,
    asked: bool,
}

impl Reload {
    /// Nothing is judged yet: what was read at start may have changed since.
    pub(super) fn new(file: PolicyFile, source: PolicySource) -> Self {
        Self {
            file,
            source,
            judged: None,
            unsettled: None,
            asked: false,
        }
    }

    /// Judges anew what the next looks find, and says so, even if it is nothing new.
    pub(super) fn ask(&mut self) {
        self.asked = true;
        self.judged = None;
    }

    pub(super) fn consider(&mut self, seen: Seen) -> Outcome {
        if self.judged.as_ref() == Some(&seen) {
            self.unsettled = None;
            return Outcome::Same;
        }
        if self.unsettled.as_ref() != Some(&seen) {
            self.unsettled = Some(seen);
            return Outcome::Unsettled;
        }
        self.unsettled = None;
        let asked = std::mem::take(&mut self.asked);
        let judgement = PolicyFile::judge(&seen);
        self.judged = Some(seen);
        let policy = match judgement {
            Err(faults) => return Outcome::Refused(faults),
            Ok(policy) => policy,
        };
        let change = self.source.current().change_to(&policy);
        if change.is_empty() {
            return Outcome::Equal { asked };
        }
        let generation = self.source.replace(policy);
        Outcome::Applied { generation, change }
    }

    /// Logs and counts it. Neither text nor figure holds an address: faults name a line.
    fn tell(&self, outcome: &Outcome) {
        let file = self.file.path().display();
        let count = |outcome: &'static str, refused: f64| {
            metrics::counter!("musicgen_policy_reloads_total", "outcome" => outcome).increment(1);
            metrics::gauge!("musicgen_policy_refused").set(refused);
        };
        match outcome {
            Outcome::Same | Outcome::Unsettled => {}
            Outcome::Equal { asked } => {
                count("unchanged", 0.0);
                if *asked {
                    tracing::info!(%file, "the policy file was read again: nothing changed");
                }
            }
            Outcome::Applied { generation, change } => {
                count("applied", 0.0);
                tracing::info!(%file, generation, %change, "the policy file was read again");
            }
            Outcome::Refused(faults) => {
                count("refused", 1.0);
                for fault in faults {
                    tracing::error!(%file, "the policy file is refused: {fault}");
                }
                tracing::error!(%file, faults = faults.len(), "the policy that held before holds on");
            }
        }
    }
}
