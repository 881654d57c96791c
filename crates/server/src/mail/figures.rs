//! Figures: `musicgen_mail_total` by outcome and kind, `musicgen_mail_retries_total`, and
//! `musicgen_mail_queue`.

/// What became of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    /// The relay took it, or it lies in the outbox.
    Sent,
    /// Refused, or tried for too long.
    Failed,
    /// The queue was full, or the service stopped.
    Dropped,
    /// Its address had enough of this kind.
    Limited,
}

impl Outcome {
    pub(super) fn count(self, kind: &'static str) {
        let outcome = match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
            Self::Limited => "limited",
        };
        metrics::counter!("musicgen_mail_total", "outcome" => outcome, "kind" => kind).increment(1);
    }
}

pub(super) fn retry() {
    metrics::counter!("musicgen_mail_retries_total").increment(1);
}

pub(super) fn queue(length: usize) {
    metrics::gauge!("musicgen_mail_queue").set(length as f64);
}
