use super::{KeyHash, KeyMode, KeyName, Networks, Successor, networks};
use crate::authorization::{Grant, Grants};
use ipnet::IpNet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A stored key. Its text can't be made from it.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKey {
    /// Random; what logs and audit events name the key by.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// What its owner calls it.
    pub name: KeyName,
    /// The word in its text.
    pub mode: KeyMode,
    /// Of its whole text.
    pub hash: KeyHash,
    /// The last four characters of its text, to recognise it by.
    pub tail: String,
    /// What it may do at the most; sorted, without repeats, never empty.
    pub scopes: Vec<Grant>,
    /// Where it may come from.
    pub networks: Networks,
    /// Limits of its own, below its owner's.
    pub limits: KeyLimits,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it ends, whatever happens.
    pub expires_at: OffsetDateTime,
    /// When and from where it was used last, by the minute.
    pub last_use: Option<LastUse>,
    /// When and why it was taken back.
    pub revoked: Option<(OffsetDateTime, RevokeReason)>,
    /// The first key of the line of rotations that it belongs to; its own id if it is that.
    pub line: Uuid,
    /// The key before it in its line.
    pub rotated_from: Option<Uuid>,
    /// The key after it in its line.
    pub succeeded: Option<Succession>,
    /// When its owner was told that it will end.
    pub reminded_at: Option<OffsetDateTime>,
}

/// How often a key may be used, for whoever counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyLimits {
    /// Requests in a minute.
    pub per_minute: Option<NonZeroU32>,
    /// Requests in an hour.
    pub per_hour: Option<NonZeroU32>,
}

/// When a key was used last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    /// A whole minute.
    pub at: OffsetDateTime,
    /// /24 or /64; `None` when the address wasn't known.
    pub network: Option<IpNet>,
}

impl LastUse {
    /// A use by `client` at `now`, made coarse.
    pub fn new(client: Option<IpAddr>, now: OffsetDateTime) -> Self {
        let into_minute = now.unix_timestamp_nanos().rem_euclid(60_000_000_000);
        Self {
            at: now - Duration::nanoseconds(into_minute as i64),
            network: client.and_then(networks::seen),
        }
    }

    /// Whether it is worth writing after `before`: another minute has begun.
    pub fn is_news(&self, before: Option<&Self>) -> bool {
        before.is_none_or(|before| before.at < self.at)
    }
}

/// What came after a key that was rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// The next key of the line.
    pub by: Uuid,
    /// When it was made.
    pub at: OffsetDateTime,
    /// When the overlap ends, and the rotated key with it.
    pub works_until: OffsetDateTime,
}

/// Why a key was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevokeReason {
    /// Its owner wanted it.
    Owner,
    /// An administrator wanted it.
    Administrator,
    /// It was found where it shouldn't be.
    Leaked,
    /// Something happened to the account: its password was reset, or it was taken over.
    AccountSecured,
}

impl RevokeReason {
    /// All reasons.
    pub const ALL: &'static [Self] = &[
        Self::Owner,
        Self::Administrator,
        Self::Leaked,
        Self::AccountSecured,
    ];

    /// The word that is stored.
    pub fn id(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Leaked => "leaked",
            Self::AccountSecured => "account_secured",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.id() == id)
    }
}

/// Whether a key works, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It works.
    Working,
    /// It was taken back.
    Revoked,
    /// It was rotated, and the overlap is over.
    Superseded,
    /// Its time is over.
    Expired,
}

impl KeyState {
    /// The word in the API and in logs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
        }
    }
}

impl ApiKey {
    /// Whether it works at `now`. An end is the first moment at which it doesn't.
    pub fn state(&self, now: OffsetDateTime) -> KeyState {
        let overlap_over = |succession: Succession| succession.works_until <= now;
        if self.revoked.is_some() {
            KeyState::Revoked
        } else if self.expires_at <= now {
            KeyState::Expired
        } else if self.succeeded.is_some_and(overlap_over) {
            KeyState::Superseded
        } else {
            KeyState::Working
        }
    }

    /// The moment from which it doesn't work, by all that is known now.
    pub fn ends_at(&self) -> OffsetDateTime {
        let revoked = self.revoked.map(|(at, _)| at);
        let superseded = self.succeeded.map(|succession| succession.works_until);
        [revoked, superseded]
            .into_iter()
            .flatten()
            .fold(self.expires_at, OffsetDateTime::min)
    }

    /// What it may do now: what its scopes and its owner's rights at this moment both give.
    #[must_use]
    pub fn rights(&self, owner: &Grants) -> Grants {
        owner.narrowed_by(&self.scopes)
    }

    /// Whether three quarters of its life are over: the time to speak of its end.
    pub fn is_ageing(&self, now: OffsetDateTime) -> bool {
        (self.expires_at - now) * 4 <= self.expires_at - self.created_at
    }

    /// Notes that `successor` follows, and makes the record of it: the same name, mode, scopes,
    /// networks and limits.
    #[must_use]
    pub fn succeed(
        &mut self,
        successor: &Successor,
        overlap: Duration,
        now: OffsetDateTime,
    ) -> Self {
        self.succeeded = Some(Succession {
            by: successor.id,
            at: now,
            works_until: (now + overlap).min(self.expires_at),
        });
        Self {
            id: successor.id,
            hash: successor.hash,
            tail: successor.tail.clone(),
            created_at: now,
            expires_at: successor.expires_at,
            last_use: None,
            revoked: None,
            rotated_from: Some(self.id),
            succeeded: None,
            reminded_at: None,
            ..self.clone()
        }
    }
}
