//! The letters that the application sent.

use crate::{Received, TestApp};
use std::time::Duration;

/// Letters are waited for so long.
const PATIENCE: Duration = Duration::from_secs(20);

impl TestApp {
    /// Waits until what the application does behind its answers is done, and every letter is in the
    /// outbox.
    ///
    /// # Panics
    ///
    /// When that takes too long.
    pub async fn settle(&self) {
        let done = async {
            while self.under_way() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let done = tokio::time::timeout(PATIENCE, done).await;
        assert!(done.is_ok(), "something is under way after {PATIENCE:?}");
    }

    /// The letters to `<name>@example.com` with this subject, the oldest first, once everything has
    /// [settled](Self::settle). Those of one moment are in no order.
    pub async fn letters(&self, name: &str, subject: &str) -> Vec<Received> {
        self.settle().await;
        let to = format!("{name}@example.com");
        let mut all = Received::outbox(&self.data_dir());
        all.retain(|letter| {
            let is_subject = letter.header("Subject").as_deref() == Some(subject);
            is_subject && letter.to.contains(&to)
        });
        all
    }
}
