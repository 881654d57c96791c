//! Sessions.

mod agent;

pub use agent::{Agent, describe_agent};
