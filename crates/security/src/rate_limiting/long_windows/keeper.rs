use super::LongWindows;
use crate::rate_limiting::MemoryRateLimits;
use crate::rate_limiting::memory::Changed;
use crate::store::StoreError;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::Mutex;

/// Carries the hours and days of [`MemoryRateLimits`] over a restart. See the rules of the
/// [module](super).
///
/// Whoever runs the service calls [`load`](Self::load) before it answers, [`save`](Self::save) every
/// [`EVERY`](Self::EVERY), and [`save_all`](Self::save_all) when it has answered the last request.
#[derive(Debug)]
pub struct LongWindowKeeper<W> {
    limits: MemoryRateLimits,
    windows: W,
    /// One save at a time: an older state must not be written over a newer one.
    saving: Mutex<()>,
}

/// How many keys are one transaction: other writers wait for it.
const AT_ONCE: usize = 500;
/// How many saves make up the last one: 200,000 keys, some seconds.
const LAST_SAVES: usize = 100;

impl<W: LongWindows> LongWindowKeeper<W> {
    /// How often to save.
    pub const EVERY: Duration = Duration::from_secs(1);
    /// How many keys one save writes at most.
    pub const MOST: usize = 2_000;

    /// Keeps what these limits count.
    pub fn new(limits: MemoryRateLimits, windows: W) -> Self {
        Self {
            limits,
            windows,
            saving: Mutex::new(()),
        }
    }

    /// Takes over what an earlier process saved; says how many keys. What was counted already is not
    /// forgotten: the emptier bucket holds.
    pub async fn load(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut loaded = 0;
        let mut after = None;
        loop {
            let page = self.windows.load(after, now).await?;
            let Some(last) = page.last() else {
                return Ok(loaded);
            };
            after = Some(last.key);
            for window in &page {
                self.limits.restore(window, now);
            }
            loaded += page.len() as u64;
        }
    }

    /// Writes what changed since it was written last, and deletes what is full; says how many keys were
    /// written. What fails, or is given up half way, is written by the next save.
    pub async fn save(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let _one_at_a_time = self.saving.lock().await;
        let changed = self.limits.changed(Self::MOST, now).await;
        if changed.is_empty() {
            self.windows.save(&[], now).await?;
        }
        for piece in changed.chunks(AT_ONCE) {
            let rows: Vec<_> = piece.iter().map(Changed::window).collect();
            self.windows.save(&rows, now).await?;
            self.limits.saved(piece);
        }
        Ok(changed.len() as u64)
    }

    /// Saves until nothing is left, or 200,000 keys are written: those nearest to their limits.
    pub async fn save_all(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut all = 0;
        for _ in 0..LAST_SAVES {
            let saved = self.save(now).await?;
            all += saved;
            if saved < Self::MOST as u64 {
                break;
            }
        }
        Ok(all)
    }
}
