//! The three stages. The one of the edge is a tower layer, the two of a route are gates.

mod address;
mod attempt;
mod principal;
mod tally;

#[cfg(test)]
mod tests;

pub use address::{AddressRateLimitFuture, AddressRateLimitLayer, AddressRateLimitService};
pub use attempt::AttemptRateLimitGate;
pub use principal::PrincipalRateLimitGate;
pub use tally::Tally;
