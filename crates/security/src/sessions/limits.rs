use super::RotationLimits;
use time::{Duration, OffsetDateTime};

/// How long sessions live and how many an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Of an ordinary sign-in.
    pub ordinary: SessionSpan,
    /// Of a sign-in that is to be remembered.
    pub remembered: SessionSpan,
    /// Of an account with an administrative permission, remembered or not.
    pub administrative: SessionSpan,
    /// How many sessions an account has at most.
    pub per_account: u32,
}

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSpan {
    /// From the sign-in to the absolute end.
    pub absolute: Duration,
    /// Without use; `None` until the absolute end.
    pub idle: Option<Duration>,
}

impl Default for SessionLimits {
    /// 7 days, 24 hours idle; 30 days when remembered; 12 hours, 30 minutes idle for
    /// administrators; 20 sessions.
    fn default() -> Self {
        Self {
            ordinary: SessionSpan {
                absolute: Duration::days(7),
                idle: Some(Duration::hours(24)),
            },
            remembered: SessionSpan {
                absolute: Duration::days(30),
                idle: None,
            },
            administrative: SessionSpan {
                absolute: Duration::hours(12),
                idle: Some(Duration::minutes(30)),
            },
            per_account: 20,
        }
    }
}

impl SessionLimits {
    /// The span of a new session.
    pub fn span(&self, administrative: bool, remember: bool) -> SessionSpan {
        let asked = if remember {
            self.remembered
        } else {
            self.ordinary
        };
        if !administrative {
            return asked;
        }
        SessionSpan {
            absolute: asked.absolute.min(self.administrative.absolute),
            idle: shorter(asked.idle, self.administrative.idle),
        }
    }

    /// What a rotation may not go beyond, for a session that began at `created_at`.
    pub fn at_rotation(&self, administrative: bool, created_at: OffsetDateTime) -> RotationLimits {
        let grace = crate::authentication::refresh::GRACE;
        if administrative {
            RotationLimits {
                grace,
                ends_by: Some(created_at + self.administrative.absolute),
                idle: self.administrative.idle,
            }
        } else {
            RotationLimits {
                grace,
                ends_by: None,
                idle: None,
            }
        }
    }
}

fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decided_spans() {
        let limits = SessionLimits::default();
        let rows = [
            (
                "ordinary",
                false,
                false,
                Duration::days(7),
                Some(Duration::hours(24)),
            ),
            ("remembered", false, true, Duration::days(30), None),
            (
                "administrator",
                true,
                false,
                Duration::hours(12),
                Some(Duration::minutes(30)),
            ),
            (
                "administrator, remembered",
                true,
                true,
                Duration::hours(12),
                Some(Duration::minutes(30)),
            ),
        ];
        for (name, administrative, remember, absolute, idle) in rows {
            let span = limits.span(administrative, remember);
            assert_eq!(span, SessionSpan { absolute, idle }, "{name}");
        }
    }
}
