use super::composer::{Composer, Lines};
use super::letter::Letter;
use super::outbox::Outbox;
use super::relay::Relay;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Why an attempt failed; in words for the log, without anything from the relay's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Not this message's fault: nothing can be delivered now.
    Relay(String),
    /// This message can't be delivered now.
    Transient(String),
    /// This message can't be delivered.
    Permanent(String),
}

/// Where letters go.
pub(super) enum Way {
    Relay(Relay),
    Outbox(Arc<Outbox>),
}

/// Composes a letter and takes it there.
pub(super) struct Carrier {
    pub(super) composer: Composer,
    pub(super) way: Way,
}

impl Carrier {
    pub(super) async fn carry(&self, letter: &Letter) -> Result<(), Failure> {
        let lines = match self.way {
            Way::Relay(_) => Lines::Encoded,
            Way::Outbox(_) => Lines::Plain,
        };
        let email = self.composer.compose(letter, lines);
        let email = email.map_err(|error| Failure::Permanent(error.to_string()))?;
        match &self.way {
            Way::Relay(relay) => relay.carry(&email).await,
            Way::Outbox(outbox) => {
                let (outbox, at, id) = (outbox.clone(), letter.at, letter.id);
                let written = spawn_blocking(move || outbox.write(at, id, &email.formatted()));
                let written = written.await.map_err(std::io::Error::other);
                let written = written.and_then(|written| written);
                written.map_err(|error| Failure::Relay(format!("the outbox: {error}")))
            }
        }
    }
}
