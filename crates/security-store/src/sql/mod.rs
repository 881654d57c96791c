//! One file a trait, one SQL text for every engine.

mod accounts;
mod api_keys;
mod changes;
mod credentials;
mod one_time_tokens;
mod rate_limits;
mod sessions;
mod signing_keys;
mod throttle;

pub use accounts::SqlAccounts;
pub use api_keys::SqlApiKeys;
pub use changes::SqlRevocations;
pub use credentials::SqlCredentials;
pub use one_time_tokens::SqlOneTimeTokens;
pub use rate_limits::SqlRateLimits;
pub use sessions::SqlSessions;
pub use signing_keys::SqlSigningKeys;
pub use throttle::SqlThrottle;
