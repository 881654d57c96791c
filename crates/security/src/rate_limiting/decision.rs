use super::Window;
use time::Duration;

/// Whether a request may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may, and was counted.
    Admitted(Standing),
    /// It may not, and nothing was counted.
    Refused {
        /// Where the key stands, in the window that refuses.
        standing: Standing,
        /// The window that refuses longest.
        window: Window,
        /// When the same request would be let in, if nothing else used the key. More than zero.
        retry_after: Duration,
    },
}

impl Decision {
    /// Whether it may.
    pub fn is_admitted(&self) -> bool {
        matches!(self, Self::Admitted(_))
    }

    /// Where the key stands.
    pub fn standing(&self) -> &Standing {
        match self {
            Self::Admitted(standing) | Self::Refused { standing, .. } => standing,
        }
    }

    /// The same, told by a clock that is so far behind.
    pub(super) fn later(mut self, behind: Duration) -> Self {
        if let Self::Refused { retry_after, .. } = &mut self {
            *retry_after += behind;
        }
        self
    }

    /// Of two decisions about one request, the one to tell: a refusal before an admission, the longer
    /// wait, the tighter standing.
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Admitted(own), Self::Admitted(others)) if others.remaining < own.remaining => {
                other
            }
            (Self::Admitted(_), Self::Refused { .. }) => other,
            (
                Self::Refused {
                    retry_after: own, ..
                },
                Self::Refused {
                    retry_after: others,
                    ..
                },
            ) if others > own => other,
            _ => self,
        }
    }
}

/// One of the limits that hold for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Which.
    pub window: Window,
    /// How many units it holds.
    pub quota: u32,
    /// In how many seconds all of them come back; at least 1.
    pub seconds: u32,
}

/// Where a key stands in its tightest window: what a caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub(super) policies: [Option<Policy>; 3],
    pub(super) window: Window,
    pub(super) remaining: u32,
    pub(super) reset_after: Duration,
}

impl Standing {
    /// All limits of the key, the shortest window first.
    pub fn policies(&self) -> impl Iterator<Item = Policy> + '_ {
        self.policies.iter().flatten().copied()
    }

    /// The window with the fewest units left.
    pub fn window(&self) -> Window {
        self.window
    }

    /// How many units that window holds.
    pub fn limit(&self) -> u32 {
        let tightest = self.policies().find(|policy| policy.window == self.window);
        tightest.map_or(0, |policy| policy.quota)
    }

    /// How many units are left in it.
    pub fn remaining(&self) -> u32 {
        self.remaining
    }

    /// After how long there is one more in it; zero where none is missing.
    pub fn reset_after(&self) -> Duration {
        self.reset_after
    }
}
