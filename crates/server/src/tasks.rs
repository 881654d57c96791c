//! Background work and its owner: [`Tasks`] starts it and stops it.

use crate::app::App;
use crate::policy::PolicyWatch;
use crate::telemetry;
use musicgen_music::jobs::JobStore;
use musicgen_security::api_keys::ApiKeyStore;
use musicgen_security::clock::SharedClock;
use musicgen_security::rate_limiting::LongWindowKeeper;
use musicgen_security_store::sql::SqlRateLimits;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often tables are swept.
const SWEEP: Duration = Duration::from_mins(10);
/// How often what was timed goes into the figures' buckets; until then each request takes a place in
/// memory.
const COUNT: Duration = Duration::from_secs(5);
/// How often the hours and days of rate limits are written.
const KEEP_LIMITS: Duration = LongWindowKeeper::<SqlRateLimits>::EVERY;
/// Ended API keys are kept so long, for looking into what happened.
const KEEP_API_KEYS: time::Duration = time::Duration::days(90);
/// A file without a row is given so long: its row may be about to be written.
const KEEP_LEFTOVERS: time::Duration = time::Duration::hours(1);

/// Running background work.
#[derive(Debug)]
pub(crate) struct Tasks {
    stopping: watch::Sender<bool>,
    running: JoinSet<()>,
    policy: Option<PolicyWatch>,
}

impl Tasks {
    /// Starts the sweeping of tables and the upkeep of the security stack and of the figures.
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let stopping = watch::Sender::new(false);
        let mut running = JoinSet::new();
        running.spawn(sweep_often(app.clone(), stopping.subscribe()));
        running.spawn(keep_up(app.clone(), stopping.subscribe()));
        running.spawn(keep_limits(app.clone(), stopping.subscribe()));
        running.spawn(count_often(stopping.subscribe()));
        let policy = app.identity().watch_policy();
        Self {
            stopping,
            running,
            policy,
        }
    }

    /// Stops it and waits.
    pub(crate) async fn stop(mut self) {
        self.stopping.send_replace(true);
        if let Some(policy) = self.policy {
            policy.stop().await;
        }
        while self.running.join_next().await.is_some() {}
    }
}

/// Done when it is time to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The other end is gone only when its owner is.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn sweep_often(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    loop {
        sweep(&app).await;
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

async fn count_often(mut stop: watch::Receiver<bool>) {
    let Ok(figures) = telemetry::figures() else {
        return;
    };
    loop {
        tokio::select! {
            () = tokio::time::sleep(COUNT) => figures.run_upkeep(),
            () = stopped(&mut stop) => return,
        }
    }
}

/// Until it is time to stop; what is counted after that is written when the last answer is out.
async fn keep_limits(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut keeps = true;
    loop {
        tokio::select! {
            () = tokio::time::sleep(KEEP_LIMITS) => {}
            () = stopped(&mut stop) => return,
        }
        match app.kept_limits().save(app.clock().now()).await {
            Ok(_) => keeps = true,
            Err(error) if keeps => {
                keeps = false;
                tracing::warn!(%error, "rate limits can't be written: a kill would forget them");
            }
            Err(_) => {}
        }
    }
}

async fn keep_up(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    app.identity().stack.upkeep(stopped(&mut stop)).await;
}

async fn sweep(app: &App) {
    let clock: &SharedClock = app.clock();
    let now = clock.now();
    let (identity, queue) = (app.identity(), app.queue());
    swept("idempotency keys and usage", queue.store().sweep(now).await);
    let tokens = identity.accounts.credentials.tokens();
    swept("one-time tokens", tokens.sweep(now).await);
    let api_keys = identity.programs.api_keys.store();
    swept("ended API keys", api_keys.sweep(now - KEEP_API_KEYS).await);
    let leftovers = queue.sweep_files(KEEP_LEFTOVERS, now).await;
    swept("files without a task", leftovers);
}

fn swept<N: Display, E: Display>(what: &'static str, result: Result<N, E>) {
    match result {
        Ok(removed) => tracing::debug!(%removed, what, "swept"),
        Err(error) => tracing::warn!(%error, what, "this could not be swept"),
    }
}
