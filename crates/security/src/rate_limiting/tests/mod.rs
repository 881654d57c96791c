mod headers;
mod memory;
mod numbers;
mod reference;

use super::*;
use time::{Duration, OffsetDateTime};

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn limits(burst: u32, minute: u32, hour: Option<u32>, day: Option<u32>) -> RateLimits {
    RateLimits::new(burst, minute, hour, day).unwrap()
}
