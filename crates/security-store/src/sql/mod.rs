//! One file a trait, one SQL text for every engine.

mod accounts;
mod api_keys;
mod one_time_tokens;
mod refresh_tokens;
mod signing_keys;
mod throttle;

pub use accounts::SqlAccounts;
pub use api_keys::SqlApiKeys;
pub use one_time_tokens::SqlOneTimeTokens;
pub use refresh_tokens::SqlRefreshTokens;
pub use signing_keys::SqlSigningKeys;
pub use throttle::SqlThrottle;
