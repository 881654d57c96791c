//! A panic ends one request and nothing else.
//!
//! 1. A panic below becomes [`Problem::internal`](crate::problem::Problem::internal), which the
//!    stages around it complete like any other answer. The panic's text goes to the log alone.
//! 2. The process goes on; what the request held is dropped by unwinding.

mod layer;

pub use layer::{PanicLayer, PanicService};
