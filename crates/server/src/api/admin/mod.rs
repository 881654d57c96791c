//! What administrators do.

pub mod network;
pub mod users;

mod advice;
