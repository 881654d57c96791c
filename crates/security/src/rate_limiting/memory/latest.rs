use crate::rate_limiting::gcra::SECOND;

/// The latest moment that a shard has heard of.
///
/// Threads read the clock before they wait for the shard, so moments come a little out of order. Were an
/// older one believed, it would make an empty bucket empty at that time, and what refilled since would
/// be there twice. So a moment that is older by less than [`Latest::ORDINARY`] is taken to be the latest; one that is
/// older by more is a clock that was set back.
#[derive(Debug, Default)]
pub(super) struct Latest(u64);

impl Latest {
    const ORDINARY: u64 = SECOND;

    /// The moment to decide by, and how far behind it the caller's own was.
    pub(super) fn hear(&mut self, now: u64) -> (u64, u64) {
        let behind = self.0.saturating_sub(now);
        if behind < Self::ORDINARY {
            self.0 = self.0.max(now);
            return (self.0, behind);
        }
        self.0 = now;
        (now, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_out_of_order_is_the_latest_and_a_clock_set_back_is_believed() {
        let mut latest = Latest::default();
        for (now, judged) in [
            (10 * SECOND, (10 * SECOND, 0)),
            (9 * SECOND + 1, (10 * SECOND, SECOND - 1)),
            (10 * SECOND + 5, (10 * SECOND + 5, 0)),
            (9 * SECOND + 5, (9 * SECOND + 5, 0)),
            (9 * SECOND + 6, (9 * SECOND + 6, 0)),
        ] {
            assert_eq!(latest.hear(now), judged, "{now}");
        }
    }
}
