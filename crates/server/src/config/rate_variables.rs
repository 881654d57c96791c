//! The variables of the rate limits, a row for each kind of caller.

use super::variable::{Form, Preset, Privacy, Section, Variable};
use musicgen_security::rate_limiting::{RateLimits, RateRules};

/// The variables of one row.
#[derive(Debug)]
pub(super) struct RateVariables {
    pub(super) burst: Variable,
    pub(super) per_minute: Variable,
    pub(super) per_hour: Variable,
    pub(super) per_day: Variable,
    /// The place of what they say.
    pub(super) of: fn(&mut RateRules) -> &mut RateLimits,
}

impl RateVariables {
    pub(super) fn all(&self) -> [&Variable; 4] {
        [&self.burst, &self.per_minute, &self.per_hour, &self.per_day]
    }
}

const NUMBER: Form = Form::Whole(1, RateLimits::MOST as u64);
const OR_NONE: Form = Form::Whole(0, RateLimits::MOST as u64);

macro_rules! rates {
    ($($word:literal, $field:ident, $whom:literal, $burst:literal, $minute:literal, $hour:literal, $day:literal;)*) => {
        /// The numbers are the defaults of the API's contract.
        pub(super) static RATES: &[RateVariables] = &[$(RateVariables {
            burst: rate(
                concat!("RATE_LIMIT_", $word, "_BURST"), NUMBER, $burst,
                concat!("Requests at once of ", $whom, "."),
            ),
            per_minute: rate(
                concat!("RATE_LIMIT_", $word, "_PER_MINUTE"), NUMBER, $minute,
                "How many a minute gives back.",
            ),
            per_hour: rate(
                concat!("RATE_LIMIT_", $word, "_PER_HOUR"), OR_NONE, $hour,
                "The same requests in an hour, not fewer than in a minute; 0: the hour has no limit of its own.",
            ),
            per_day: rate(
                concat!("RATE_LIMIT_", $word, "_PER_DAY"), OR_NONE, $day,
                "The same requests in a day, not fewer than in an hour; 0: the day has no limit of its own.",
            ),
            of: |rules| &mut rules.$field,
        }),*];
    };
}

rates! {
    "ANONYMOUS", anonymous, "an address without a credential", 20, 60, 600, 5_000;
    "FREE", free, "an account of this tier", 20, 60, 1_000, 10_000;
    "PREMIUM", premium, "an account of this tier", 40, 120, 5_000, 50_000;
    "ENTERPRISE", enterprise, "an account of this tier", 150, 600, 20_000, 200_000;
    "INTERNAL", internal, "an account of this tier", 500, 3_000, 100_000, 1_000_000;
    "AUTH", attempts, "an address that signs in, registers, refreshes or resets, not counting those that succeed", 10, 10, 0, 0;
    "FLOOD", flood, "an address, whatever it asks for and whoever it is", 500, 3_000, 0, 0;
    "PROBE", probe, "an address to /health and /metrics", 60, 600, 0, 0;
}

const fn rate(name: &'static str, form: Form, default: u64, doc: &'static str) -> Variable {
    Variable {
        name,
        section: Section::Limits,
        form,
        default: Preset::Whole(default),
        doc,
        privacy: Privacy::Open,
    }
}
