//! One file a trait, one SQL text for every engine.

mod accounts;
mod refresh_tokens;
mod throttle;

pub use accounts::SqlAccounts;
pub use refresh_tokens::SqlRefreshTokens;
pub use throttle::SqlThrottle;
