use super::RateLimits;
use crate::api_keys::KeyLimits;
use std::num::NonZeroU32;

/// Limits that somebody has for themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnLimits {
    /// Of the account, in the place of its tier's.
    pub account: Option<RateLimits>,
    /// Of the API key, or of the key that the token was made from.
    pub key: KeyLimits,
}

impl OwnLimits {
    /// Those of an account that no key is between.
    pub fn of_account(account: Option<RateLimits>) -> Self {
        Self {
            account,
            key: KeyLimits::default(),
        }
    }

    /// What the account may use, `tier` being what its tier allows.
    #[must_use]
    pub fn of_account_or(self, tier: RateLimits) -> RateLimits {
        self.account.unwrap_or(tier)
    }

    /// What the key may use; `None` where it has no limits of its own. Where a number of the account
    /// is lower it counts: a key narrows and never widens, for its owner makes it, and the account's
    /// limits are the operator's.
    #[must_use]
    pub fn of_key(self, account: RateLimits) -> Option<RateLimits> {
        if self.key == KeyLimits::default() {
            return None;
        }
        let hour = lower(self.key.per_hour, account.per_hour());
        let minute = lower(self.key.per_minute, Some(account.per_minute()));
        // What is allowed in an hour is allowed in a minute, and what in a minute at once; no more.
        let minute = lower(minute.and_then(NonZeroU32::new), hour)?;
        let burst = account.burst().min(minute);
        // Lower numbers than those of good limits, none of them 0, are good as well but for a burst
        // that takes more than a day, which these minutes and hours rule out.
        RateLimits::new(burst, minute, hour, account.per_day()).ok()
    }
}

fn lower(own: Option<NonZeroU32>, other: Option<u32>) -> Option<u32> {
    match (own.map(NonZeroU32::get), other) {
        (Some(own), Some(other)) => Some(own.min(other)),
        (own, other) => own.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(limits: RateLimits) -> (u32, u32, Option<u32>, Option<u32>) {
        let (burst, minute) = (limits.burst(), limits.per_minute());
        (burst, minute, limits.per_hour(), limits.per_day())
    }

    #[test]
    fn a_key_narrows_and_never_widens() {
        let account = RateLimits::new(20, 60, Some(1_000), Some(10_000)).unwrap();
        let day = Some(10_000);
        for (name, minute, hour, expected) in [
            ("none", None, None, None),
            (
                "minute below",
                Some(5),
                None,
                Some((5, 5, Some(1_000), day)),
            ),
            (
                "minute at",
                Some(60),
                None,
                Some((20, 60, Some(1_000), day)),
            ),
            (
                "minute above",
                Some(600),
                None,
                Some((20, 60, Some(1_000), day)),
            ),
            (
                "hour below",
                None,
                Some(100),
                Some((20, 60, Some(100), day)),
            ),
            (
                "hour below the minute",
                None,
                Some(7),
                Some((7, 7, Some(7), day)),
            ),
            (
                "hour above",
                None,
                Some(u32::MAX),
                Some((20, 60, Some(1_000), day)),
            ),
            (
                "both below",
                Some(30),
                Some(90),
                Some((20, 30, Some(90), day)),
            ),
            ("the least", Some(1), Some(1), Some((1, 1, Some(1), day))),
        ] {
            let key = KeyLimits {
                per_minute: minute.and_then(NonZeroU32::new),
                per_hour: hour.and_then(NonZeroU32::new),
            };
            let own = OwnLimits { account: None, key };
            assert_eq!(own.of_key(account).map(numbers), expected, "{name}");
        }
        let endless = RateLimits::new(20, 60, None, None).unwrap();
        let key = KeyLimits {
            per_minute: None,
            per_hour: NonZeroU32::new(90),
        };
        let own = OwnLimits { account: None, key };
        let expected = (20, 60, Some(90), None);
        assert_eq!(own.of_key(endless).map(numbers), Some(expected));
    }

    #[test]
    fn an_override_takes_the_place_of_the_tier() {
        let tier = RateLimits::new(20, 60, Some(1_000), None).unwrap();
        let own = RateLimits::new(500, 5, None, None).unwrap();
        assert_eq!(OwnLimits::default().of_account_or(tier), tier);
        assert_eq!(OwnLimits::of_account(Some(own)).of_account_or(tier), own);
    }
}
