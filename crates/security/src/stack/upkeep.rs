use super::SecurityStack;
use crate::authentication::accounts::AccountStore;
use crate::authentication::throttle::ThrottleStore;
use crate::revocation::RevocationStore;
use crate::sessions::{self, SessionStore};
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

/// How often the feed of changes is read: what another process ends or changes counts within a second.
const HEAR: Duration = Duration::from_millis(250);
/// How often ended tokens are forgotten: they are not kept in memory longer than they are good for.
const FORGET: Duration = Duration::from_mins(1);
/// How often tables are swept.
const SWEEP: Duration = Duration::from_mins(10);

impl<A, S, R, T> SecurityStack<A, S, R, T>
where
    A: AccountStore,
    S: SessionStore,
    R: RevocationStore,
    T: ThrottleStore,
{
    /// Hears what other processes ended or changed, writes down when sessions were last used, and
    /// forgets what is over; until `stop` is done, and then writes what still waits.
    ///
    /// Without it everything is judged as rightly: who ended elsewhere is then known after five
    /// seconds instead of one, sessions in use look idle between refreshes, and memory and tables keep
    /// what is over.
    pub async fn upkeep(&self, stop: impl Future<Output = ()>) {
        let sessions = self.sessions.sessions();
        // A second call waits here for the first.
        let record = async { self.recorder.lock().await.run(sessions).await };
        tokio::select! {
            () = stop => {}
            // Done only when no gate is left, and this is one.
            () = record => {}
            never = self.hear_often() => match never {},
            never = self.forget_often() => match never {},
            never = self.sweep_often() => match never {},
        }
        self.record_use().await;
    }

    /// Writes down what is noted of the use of sessions, where no [`upkeep`](Self::upkeep) does it.
    pub async fn record_use(&self) {
        if let Ok(mut recorder) = self.recorder.try_lock() {
            recorder.flush(self.sessions.sessions()).await;
        }
    }

    async fn hear_often(&self) -> Infallible {
        let mut hears = true;
        loop {
            match self.sessions.revocations().sync().await {
                Ok(()) if !hears => {
                    hears = true;
                    tracing::warn!("changes of accounts and sessions are heard again");
                }
                Ok(()) => {}
                Err(error) if hears => {
                    hears = false;
                    tracing::error!(%error, "changes of accounts and sessions can't be read: \
                        until they can, requests with credentials are refused with 503");
                }
                Err(_) => {}
            }
            tokio::time::sleep(HEAR).await;
        }
    }

    async fn forget_often(&self) -> Infallible {
        loop {
            tokio::time::sleep(FORGET).await;
            self.authenticator.sweep();
            self.limiter.sweep().await;
        }
    }

    async fn sweep_often(&self) -> Infallible {
        loop {
            match self.sessions.revocations().sweep().await {
                Ok(forgotten) => tracing::debug!(forgotten, "swept the feed of changes"),
                Err(error) => tracing::warn!(%error, "the feed of changes could not be swept"),
            }
            let now = self.clock.now();
            match self.sign_in.throttle().sweep(now).await {
                Ok(forgotten) => tracing::debug!(forgotten, "swept counters of attempts"),
                Err(error) => tracing::warn!(%error, "counters of attempts could not be swept"),
            }
            let before = now - sessions::KEPT;
            match self.sessions.sessions().sweep(before).await {
                Ok(forgotten) => tracing::debug!(forgotten, "swept ended sessions"),
                Err(error) => tracing::warn!(%error, "ended sessions could not be swept"),
            }
            tokio::time::sleep(SWEEP).await;
        }
    }
}
