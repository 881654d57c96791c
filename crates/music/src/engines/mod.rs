//! The engines there are, and the one way from a request to a file.

mod builtin;
mod produce;

#[cfg(test)]
mod tests;

pub use builtin::BuiltinEngine;
pub use produce::{ProduceError, Produced, produce};
