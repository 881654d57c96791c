use super::Connection;
use crate::clock::SharedClock;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};

/// What an operator should hear of, for it means that a proxy and this server do not agree, or that
/// somebody tries what they can get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// A forwarding header came from a peer that is not trusted, and was ignored.
    Untrusted {
        /// Who sent it.
        peer: IpAddr,
        /// The name of the header.
        header: &'static str,
    },
    /// An entry of the header is no address.
    Unreadable {
        /// Who sent it.
        peer: IpAddr,
    },
    /// The header is longer than a walk.
    TooLong {
        /// Who sent it.
        peer: IpAddr,
    },
}

/// Hears of each finding; of each kind at most one a minute is to be `said` aloud.
pub type Tell = fn(finding: &Finding, said: bool);

impl Finding {
    /// A word for figures.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Untrusted { .. } => "untrusted",
            Self::Unreadable { .. } => "unreadable",
            Self::TooLong { .. } => "too_long",
        }
    }

    /// Who sent the request.
    pub fn peer(&self) -> IpAddr {
        match self {
            Self::Untrusted { peer, .. } | Self::Unreadable { peer } | Self::TooLong { peer } => {
                *peer
            }
        }
    }

    pub(super) fn unreadable(connection: &Connection) -> Self {
        Self::Unreadable {
            peer: connection.peer.to_canonical(),
        }
    }

    pub(super) fn too_long(connection: &Connection) -> Self {
        Self::TooLong {
            peer: connection.peer.to_canonical(),
        }
    }

    /// Says it in the log; no text of the request's is in it.
    pub(super) fn log(&self, said: bool) {
        if !said {
            return;
        }
        let peer = self.peer();
        match self {
            Self::Untrusted { header, .. } => tracing::warn!(
                %peer,
                header,
                "a forwarding header was ignored: the peer is no trusted proxy"
            ),
            Self::Unreadable { .. } => tracing::warn!(
                %peer,
                "a proxy's header names a hop that is no address; the hop before it counts as the client"
            ),
            Self::TooLong { .. } => tracing::warn!(
                %peer,
                "a proxy's header has more than 20 hops or 4 KiB; the peer counts as the client"
            ),
        }
    }
}

/// Tells of findings.
pub(super) struct Findings {
    clock: SharedClock,
    tell: Tell,
    /// The second from which each kind may be said again.
    quiet_until: [AtomicI64; 3],
}

impl Findings {
    pub(super) fn new(clock: SharedClock, tell: Tell) -> Self {
        let quiet_until = std::array::from_fn(|_| AtomicI64::new(i64::MIN));
        Self {
            clock,
            tell,
            quiet_until,
        }
    }

    pub(super) fn tell(&self, finding: &Finding) {
        let [untrusted, unreadable, too_long] = &self.quiet_until;
        let quiet_until = match finding {
            Finding::Untrusted { .. } => untrusted,
            Finding::Unreadable { .. } => unreadable,
            Finding::TooLong { .. } => too_long,
        };
        let now = self.clock.now().unix_timestamp();
        let until = quiet_until.load(Ordering::Relaxed);
        // Of those that find it due at once, one says it.
        let said = now >= until
            && quiet_until
                .compare_exchange(until, now + 60, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        (self.tell)(finding, said);
    }
}
