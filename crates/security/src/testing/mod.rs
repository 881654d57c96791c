//! For tests of this crate and of services that use it: a clock to move and repeatable randomness.
//! The contract suites stand beside their traits, in the modules named `contract`.

mod clock;
mod random;

pub use clock::TestClock;
pub use random::TestRandom;
