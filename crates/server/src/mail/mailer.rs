use super::allowance::Allowance;
use super::carrier::{Carrier, Way};
use super::composer::Composer;
use super::delivery::{Delivery, Worker};
use super::figures::{self, Outcome};
use super::letter::Letter;
use super::message::Message;
use super::options::Options;
use super::outbox::Outbox;
use super::relay::Relay;
use crate::config::Config;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::clock::SharedClock;
use musicgen_security::random::SharedRandom;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Takes messages and returns at once. Clones share one queue.
#[derive(Clone)]
pub struct Mailer(Arc<Shared>);

struct Shared {
    queue: mpsc::UnboundedSender<Letter>,
    /// Bounds the queue, what waits to be tried again, and what is under way, together.
    places: Arc<Semaphore>,
    allowance: Mutex<Allowance>,
    is_full: AtomicBool,
    carrier: Arc<Carrier>,
    arriving: Mutex<Option<mpsc::UnboundedReceiver<Letter>>>,
    options: Options,
    clock: SharedClock,
    random: SharedRandom,
}

/// What became of a message that was handed in. Nothing that a caller may see depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It waits.
    Queued,
    /// The address had enough of this kind in the last hour.
    Limited,
    /// Too many wait.
    Full,
    /// The service stops.
    Stopped,
}

/// Why there can be no mailer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// The system's certificates, without which no relay can be recognised.
    #[error("TLS to the mail relay can't be set up: {0}")]
    Tls(String),
}

impl Mailer {
    /// To the relay of the configuration, or to the outbox.
    pub fn new(
        config: &Config,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Result<Self, MailError> {
        Self::with_options(config, clock, random, Options::default())
    }

    /// The same with other bounds and delays.
    pub fn with_options(
        config: &Config,
        clock: SharedClock,
        random: SharedRandom,
        options: Options,
    ) -> Result<Self, MailError> {
        let site = config.site.public_url.as_str();
        let way = match &config.mail.relay {
            Some(settings) => {
                let relay = Relay::new(settings, site, options.attempt);
                Way::Relay(relay.map_err(|error| MailError::Tls(error.to_string()))?)
            }
            None => Way::Outbox(Arc::new(Outbox::new(&config.site.data_dir))),
        };
        let composer = Composer::new(config.mail.from.clone(), site);
        let (queue, arriving) = mpsc::unbounded_channel();
        Ok(Self(Arc::new(Shared {
            queue,
            places: Arc::new(Semaphore::new(options.queue)),
            allowance: Mutex::new(Allowance::new(options.an_hour, options.counted)),
            is_full: AtomicBool::new(false),
            carrier: Arc::new(Carrier { composer, way }),
            arriving: Mutex::new(Some(arriving)),
            options,
            clock,
            random,
        })))
    }

    /// Starts delivery, within a runtime; `None` when it was started before.
    pub fn deliver(&self) -> Option<Delivery> {
        let shared = &self.0;
        let mut arriving = shared
            .arriving
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let worker = Worker::new(
            arriving.take()?,
            shared.carrier.clone(),
            shared.options,
            (shared.clock.clone(), shared.random.clone()),
        );
        Some(Delivery::start(worker))
    }

    /// Hands in a message. Never waits.
    pub fn send(&self, to: &EmailAddress, message: Message) -> Handed {
        match self.reserve(to, message.kind()) {
            Ok(reserved) => reserved.send(message),
            Err(handed) => handed,
        }
    }

    /// Takes a place for a message of this kind before it is written: whoever makes a link, which
    /// voids the one before it, knows first that the new one will be sent.
    pub fn reserve(&self, to: &EmailAddress, kind: &'static str) -> Result<Reserved, Handed> {
        let reserved = self.take_place(to, kind);
        match &reserved {
            Ok(_) => {}
            Err(Handed::Limited) => Outcome::Limited.count(kind),
            Err(_) => Outcome::Dropped.count(kind),
        }
        reserved
    }

    fn take_place(&self, to: &EmailAddress, kind: &'static str) -> Result<Reserved, Handed> {
        let shared = &self.0;
        let Ok(place) = shared.places.clone().try_acquire_owned() else {
            if !shared.is_full.swap(true, Ordering::Relaxed) {
                tracing::warn!("the queue of mail is full; messages are dropped until it isn't");
            }
            return Err(Handed::Full);
        };
        shared.is_full.store(false, Ordering::Relaxed);
        let mut allowance = shared
            .allowance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !allowance.take(to, kind, shared.clock.now()) {
            return Err(Handed::Limited);
        }
        Ok(Reserved {
            mailer: self.clone(),
            to: to.clone(),
            place,
        })
    }

    /// Messages that wait or are under way.
    pub fn waiting(&self) -> usize {
        let free = self.0.places.available_permits();
        self.0.options.queue.saturating_sub(free)
    }
}

/// A place in the queue, and a part of the address's allowance. Dropping it gives the place back.
#[derive(Debug)]
#[must_use = "what is reserved is to be sent"]
pub struct Reserved {
    mailer: Mailer,
    to: EmailAddress,
    place: OwnedSemaphorePermit,
}

impl Reserved {
    /// Hands in the message.
    pub fn send(self, message: Message) -> Handed {
        let shared = &self.mailer.0;
        let kind = message.kind();
        let letter = Letter {
            id: shared.random.uuid(),
            at: shared.clock.now(),
            to: self.to,
            message,
            failures: 0,
            _place: Some(self.place),
        };
        let handed = if shared.queue.send(letter).is_ok() {
            Handed::Queued
        } else {
            Outcome::Dropped.count(kind);
            Handed::Stopped
        };
        figures::queue(self.mailer.waiting());
        handed
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}
