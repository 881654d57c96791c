//! One file a trait, one SQL text for every engine.

mod accounts;
mod api_keys;
mod refresh_tokens;
mod throttle;

pub use accounts::SqlAccounts;
pub use api_keys::SqlApiKeys;
pub use refresh_tokens::SqlRefreshTokens;
pub use throttle::SqlThrottle;
