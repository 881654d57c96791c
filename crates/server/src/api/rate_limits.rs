//! Rate limits of an account, as they stand in bodies.

use musicgen_security::authentication::accounts::LimitsChange;
use musicgen_security::rate_limiting::RateLimits;
use musicgen_security::validation::{Fields, FromFields};
use serde::Serialize;
use utoipa::ToSchema;

const MOST: u64 = RateLimits::MOST as u64;

/// How often an account may call; docs/rate-limits.md says what a request costs.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct RateLimitsBody {
    /// Requests at once.
    #[schema(minimum = 1, maximum = 10_000_000)]
    burst: u32,
    /// Requests in a minute.
    #[schema(minimum = 1, maximum = 10_000_000)]
    per_minute: u32,
    /// Requests in an hour, not below `per_minute`; without it the hour has no limit of its own.
    #[schema(required = false, minimum = 1, maximum = 10_000_000)]
    per_hour: Option<u32>,
    /// Requests in a day, not below `per_hour`; without it the day has no limit of its own.
    #[schema(required = false, minimum = 1, maximum = 10_000_000)]
    per_day: Option<u32>,
}

impl From<RateLimits> for RateLimitsBody {
    fn from(limits: RateLimits) -> Self {
        Self {
            burst: limits.burst(),
            per_minute: limits.per_minute(),
            per_hour: limits.per_hour(),
            per_day: limits.per_day(),
        }
    }
}

/// Limits of which no window allows less than a shorter one, or the name of the one that is wrong
/// and why.
pub(crate) fn rate_limits(
    burst: u32,
    per_minute: u32,
    (per_hour, per_day): (Option<u32>, Option<u32>),
) -> Result<RateLimits, (&'static str, String)> {
    let below = |number: Option<u32>, least: u32| number.is_some_and(|number| number < least);
    if below(per_hour, per_minute) {
        return Err(("per_hour", "is below per_minute".to_owned()));
    }
    if below(per_day, per_hour.unwrap_or(per_minute)) {
        return Err(("per_day", "is below a shorter window".to_owned()));
    }
    if below(per_hour.or(per_day), burst) {
        return Err(("burst", "is more than an hour or a day allows".to_owned()));
    }
    RateLimits::new(burst, per_minute, per_hour, per_day)
        .map_err(|fault| ("burst", fault.to_string()))
}

/// A body's limits.
struct Wanted(RateLimits);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let narrow = |number: Option<u64>| number.and_then(|number| u32::try_from(number).ok());
        let burst = narrow(fields.integer("burst", 1, MOST));
        let per_minute = narrow(fields.integer("per_minute", 1, MOST));
        let per_hour = narrow(fields.optional_integer("per_hour", 1, MOST));
        let per_day = narrow(fields.optional_integer("per_day", 1, MOST));
        match rate_limits(burst?, per_minute?, (per_hour, per_day)) {
            Ok(limits) => Some(Self(limits)),
            Err((name, detail)) => {
                fields.error(name, "out_of_range", detail);
                None
            }
        }
    }
}

/// The member `limits` of a change: an object in the place of the tier's, null for the tier's.
pub(crate) fn limits_change(fields: &mut Fields<'_>) -> Option<LimitsChange> {
    if fields.takes_null("limits") {
        return Some(LimitsChange::OfTier);
    }
    let Wanted(limits) = fields.optional_object("limits")?;
    Some(LimitsChange::Own(limits))
}
