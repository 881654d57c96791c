use super::message::Message;
use aws_lc_rs::digest::{SHA256, digest};
use musicgen_security::authentication::accounts::EmailAddress;
use std::fmt;
use time::OffsetDateTime;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

/// A message on its way.
pub(super) struct Letter {
    /// Its `Message-ID`: the same at every attempt, so that one that arrives twice is seen to.
    pub(super) id: Uuid,
    pub(super) at: OffsetDateTime,
    pub(super) to: EmailAddress,
    pub(super) message: Message,
    /// Attempts that failed.
    pub(super) failures: u32,
    /// Its place in the queue, given back when it is dropped. `None` in tests that have no queue.
    pub(super) _place: Option<OwnedSemaphorePermit>,
}

impl Letter {
    /// Stands for the address in logs: `printf %s ADDRESS | sha256sum | cut -c-12` finds it.
    pub(super) fn recipient(&self) -> String {
        let hash = fingerprint(&self.to);
        let first = hash.iter().take(6);
        first.fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }
}

/// The first half of the address's SHA-256.
pub(super) fn fingerprint(address: &EmailAddress) -> [u8; 16] {
    let hash = digest(&SHA256, address.as_str().as_bytes());
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

/// Neither the address nor what is in it.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("id", &self.id)
            .field("kind", &self.message.kind())
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
