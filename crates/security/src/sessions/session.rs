use super::{Rotation, RotationLimits};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// What came from one sign-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Random; the `sid` of access tokens.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// The account's epoch when the session began.
    pub epoch: u64,
    /// When the sign-in happened.
    pub created_at: OffsetDateTime,
    /// When its owner last proved who they are.
    pub authenticated_at: OffsetDateTime,
    /// The absolute end, which use never moves.
    pub expires_at: OffsetDateTime,
    /// How long it lives without use; `None` until its absolute end.
    pub idle: Option<Duration>,
    /// When it ends if it isn't used; never after `expires_at`.
    pub idle_expires_at: OffsetDateTime,
    /// How its tokens are handed over; a refresh token of the other kind is refused (REF-8).
    pub delivery: Delivery,
    /// Whether its owner asked to be remembered.
    pub remembered: bool,
    /// When, from where and with what it was last used.
    pub seen: Seen,
    /// SHA-256 of the current refresh token's secret.
    pub current: [u8; 32],
    /// SHA-256 of the secret before it.
    pub previous: Option<[u8; 32]>,
    /// When the current refresh token was made by rotation.
    pub rotated_at: Option<OffsetDateTime>,
    /// When and why it ended.
    pub ended: Option<(OffsetDateTime, EndReason)>,
}

impl Session {
    /// Whether it may still be used, by its own record; the account has a say too.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        self.ended.is_none() && now < self.idle_expires_at && now < self.expires_at
    }

    /// When it ends if it isn't used again.
    pub fn ends_at(&self) -> OffsetDateTime {
        self.idle_expires_at.min(self.expires_at)
    }

    /// When it would end if it were used at `now`.
    pub fn idle_end(&self, now: OffsetDateTime) -> OffsetDateTime {
        self.idle
            .map_or(self.expires_at, |idle| (now + idle).min(self.expires_at))
    }
}

impl Session {
    /// Decides about a presented refresh token, by the rules of
    /// [`SessionStore::rotate`](super::SessionStore::rotate). A store that is given
    /// [`Rotation::Rotated`] or [`Rotation::Reused`] keeps the session as it is in there, in the step
    /// in which it read this one.
    #[must_use]
    pub fn presented(
        mut self,
        presented: &[u8; 32],
        successors: &[[u8; 32]],
        limits: &RotationLimits,
        now: OffsetDateTime,
    ) -> Rotation {
        limits.apply(&mut self);
        if !self.is_live(now) {
            return Rotation::Ended(self);
        }
        if let (true, Some(successor)) = (self.current == *presented, successors.first()) {
            self.previous = Some(*presented);
            self.current = *successor;
            self.rotated_at = Some(now);
            self.seen.at = now;
            self.idle_expires_at = self.idle_end(now);
            return Rotation::Rotated(self);
        }
        let within_grace = self.rotated_at.is_some_and(|at| now - at <= limits.grace);
        let index = successors.iter().position(|one| *one == self.current);
        match index {
            Some(index) if self.previous == Some(*presented) && within_grace => {
                Rotation::Repeated(self, index)
            }
            _ => {
                self.ended = Some((now, EndReason::Reuse));
                Rotation::Reused(self)
            }
        }
    }
}

/// When, from where and with what a session was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: OffsetDateTime,
    /// The client's address, if it is known.
    pub address: Option<String>,
    /// What the client calls itself, cut to a bounded length.
    pub agent: Option<String>,
}

impl Seen {
    /// The longest `User-Agent` that is kept, in bytes.
    pub const MAX_AGENT: usize = 256;

    /// Seen at `at` and nothing more.
    pub fn at(at: OffsetDateTime) -> Self {
        Self {
            at,
            address: None,
            agent: None,
        }
    }

    /// What a request's head shows.
    pub fn of(at: OffsetDateTime, address: Option<std::net::IpAddr>, agent: Option<&str>) -> Self {
        let agent = agent.map(|text| {
            let visible = text.chars().filter(|c| !c.is_control());
            let mut kept = String::new();
            for c in visible {
                if kept.len() + c.len_utf8() > Self::MAX_AGENT {
                    break;
                }
                kept.push(c);
            }
            kept
        });
        Self {
            at,
            address: address.map(|address| address.to_canonical().to_string()),
            agent: agent.filter(|text| !text.is_empty()),
        }
    }
}

/// How a session's tokens are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In the body, for programs.
    Body,
    /// In cookies, for browsers.
    Cookie,
}

impl Delivery {
    /// The word in the API and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Cookie => "cookie",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Body, Self::Cookie]
            .into_iter()
            .find(|delivery| delivery.id() == id)
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// The user signed out here.
    SignedOut,
    /// The user signed out everywhere.
    SignedOutEverywhere,
    /// The user ended it from another session.
    EndedElsewhere,
    /// A spent refresh token was presented.
    Reuse,
    /// The password was changed or reset.
    PasswordChanged,
    /// A newer session of the same sign-in took its place.
    Replaced,
    /// The account had as many sessions as it may have.
    TooMany,
    /// An administrator ended it, or the account was disabled.
    Administrator,
}

impl EndReason {
    /// All reasons.
    pub const ALL: &'static [Self] = &[
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::EndedElsewhere,
        Self::Reuse,
        Self::PasswordChanged,
        Self::Replaced,
        Self::TooMany,
        Self::Administrator,
    ];

    /// The word that is stored.
    pub fn id(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::EndedElsewhere => "ended_elsewhere",
            Self::Reuse => "reuse",
            Self::PasswordChanged => "password_changed",
            Self::Replaced => "replaced",
            Self::TooMany => "too_many",
            Self::Administrator => "administrator",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_says_is_cut_and_cleaned() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let long = "é".repeat(200);
        let rows = [
            ("plain", Some("curl/8"), Some("curl/8".to_owned())),
            ("absent", None, None),
            ("empty", Some(""), None),
            (
                "control characters",
                Some("a\r\nb\u{0}"),
                Some("ab".to_owned()),
            ),
            ("long", Some(long.as_str()), Some("é".repeat(128))),
        ];
        for (name, given, kept) in rows {
            assert_eq!(Seen::of(now, None, given).agent, kept, "{name}");
        }
        let mapped = "::ffff:192.0.2.7".parse().ok();
        let seen = Seen::of(now, mapped, None);
        assert_eq!(seen.address.as_deref(), Some("192.0.2.7"));
    }
}
