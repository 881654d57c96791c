//! How often anybody may call, by tier and by kind of bucket.

use super::rate_variables::{RATES, RateVariables};
use super::reader::Reader;
use super::variables as v;
use crate::api::rate_limits;
use musicgen_security::authorization::Tier;
use musicgen_security::rate_limiting::{OnStoreFailure, RateRules};

/// How often anybody may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimiting {
    /// The numbers.
    pub rules: RateRules,
    /// What happens while the store that nodes share doesn't answer.
    pub on_store_failure: OnStoreFailure,
    /// The tier of a new account.
    pub new_accounts: Tier,
}

impl RateLimiting {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut rules = RateRules::default();
        for row in RATES {
            read_row(reader, row, &mut rules);
        }
        let on_store_failure = match reader.word(&v::RATE_LIMIT_ON_STORE_FAILURE, "local") {
            "refuse" => OnStoreFailure::Refuse,
            _ => OnStoreFailure::Local,
        };
        let word = reader.word(&v::DEFAULT_RATE_LIMIT_TIER, "free");
        Self {
            rules,
            on_store_failure,
            new_accounts: Tier::from_id(word).unwrap_or(Tier::Free),
        }
    }
}

/// Each longer window must allow what a shorter one does, or the shorter one's number is a promise
/// that nobody keeps.
fn read_row(reader: &mut Reader, row: &'static RateVariables, rules: &mut RateRules) {
    let burst = reader.whole(&row.burst, 1) as u32;
    let per_minute = reader.whole(&row.per_minute, 1) as u32;
    let mut window = |variable| Some(reader.whole(variable, 0) as u32).filter(|number| *number > 0);
    let long = (window(&row.per_hour), window(&row.per_day));
    match rate_limits(burst, per_minute, long) {
        Ok(limits) => *(row.of)(rules) = limits,
        Err((name, what)) => {
            let variable = match name {
                "per_hour" => &row.per_hour,
                "per_day" => &row.per_day,
                _ => &row.burst,
            };
            reader.wrong(variable, None, what);
        }
    }
}
