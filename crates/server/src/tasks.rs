//! Background work and its owner: [`Tasks`] starts it and stops it.

use crate::app::App;
use musicgen_music::jobs::JobStore;
use musicgen_security::authentication::refresh::RefreshStore;
use musicgen_security::clock::SharedClock;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often tables are swept.
const SWEEP: Duration = Duration::from_mins(10);
/// Ended sessions are kept so long, for looking into what happened.
const KEEP_SESSIONS: time::Duration = time::Duration::days(30);
/// A file without a row is given so long: its row may be about to be written.
const KEEP_LEFTOVERS: time::Duration = time::Duration::hours(1);

/// Running background work.
#[derive(Debug)]
pub(crate) struct Tasks {
    stopping: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Tasks {
    /// Starts the sweeping of tables.
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let stopping = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        let (app, mut stop) = (app.clone(), stopping.subscribe());
        tasks.spawn(async move {
            loop {
                sweep(&app).await;
                tokio::select! {
                    () = tokio::time::sleep(SWEEP) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        });
        Self { stopping, tasks }
    }

    /// Stops it and waits.
    pub(crate) async fn stop(mut self) {
        self.stopping.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn sweep(app: &App) {
    let clock: &SharedClock = app.clock();
    let now = clock.now();
    match app.queue().store().sweep(now).await {
        Ok(forgotten) => tracing::debug!(forgotten, "swept idempotency keys and usage"),
        Err(error) => tracing::warn!(%error, "idempotency keys and usage could not be swept"),
    }
    match app.sessions().sweep(now - KEEP_SESSIONS).await {
        Ok(forgotten) => tracing::debug!(forgotten, "swept ended sessions"),
        Err(error) => tracing::warn!(%error, "ended sessions could not be swept"),
    }
    let leftovers = app.queue().sweep_files(KEEP_LEFTOVERS, now).await;
    match leftovers {
        Ok(removed) => tracing::debug!(removed, "swept files without a task"),
        Err(error) => tracing::warn!(%error, "files without a task could not be swept"),
    }
}
