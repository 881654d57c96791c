use musicgen_security::random::SharedRandom;
use std::time::Duration;

/// How many, how often, how long. The defaults are for a service with some thousands of users.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Messages that wait or are under way, at most.
    pub queue: usize,
    /// Messages that are delivered at the same time.
    pub at_once: usize,
    /// Messages of one kind to one address in an hour.
    pub an_hour: usize,
    /// Addresses and kinds that are counted at the same time.
    pub counted: usize,
    /// For one attempt, from connecting to the relay's last word.
    pub attempt: Duration,
    /// Before the second attempt; doubled for each one after it.
    pub first_delay: Duration,
    /// Between two attempts, at most.
    pub longest_delay: Duration,
    /// A message that is so old is given up when it fails again.
    pub give_up: time::Duration,
    /// For what waits when the service stops.
    pub flush: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue: 1_000,
            at_once: 4,
            an_hour: 5,
            counted: 20_000,
            attempt: Duration::from_secs(30),
            first_delay: Duration::from_secs(5),
            longest_delay: Duration::from_mins(5),
            give_up: time::Duration::hours(1),
            flush: Duration::from_secs(5),
        }
    }
}

impl Options {
    /// The delay after so many failures in a row: doubled each time, and by chance between a half of
    /// that and all of it, so that what failed together doesn't come again together.
    pub(super) fn delay(&self, failures: u32, random: &SharedRandom) -> Duration {
        let doublings = failures.saturating_sub(1).min(30);
        let full = self.first_delay.saturating_mul(1 << doublings);
        let full = full.min(self.longest_delay);
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let part = f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX);
        full.mul_f64(part.mul_add(0.5, 0.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use musicgen_security::random::SystemRandom;
    use std::sync::Arc;

    #[test]
    fn delays_grow_are_jittered_and_bounded() {
        let options = Options::default();
        let random: SharedRandom = Arc::new(SystemRandom);
        let rows = [
            (0, 5),
            (1, 5),
            (2, 10),
            (3, 20),
            (6, 160),
            (7, 300),
            (40, 300),
            (u32::MAX, 300),
        ];
        for (failures, seconds) in rows {
            let full = Duration::from_secs(seconds);
            let delays: Vec<_> = (0..200).map(|_| options.delay(failures, &random)).collect();
            let within = delays.iter().all(|d| *d >= full / 2 && *d <= full);
            assert!(within, "{failures}: {delays:?}");
            assert!(delays.windows(2).any(|pair| pair[0] != pair[1]));
        }
    }
}
