//! For tests of this crate and of services that use it: a clock to move, repeatable randomness and
//! stores in memory.
//! The contract suites stand beside their traits, in the modules named `contract`.

mod clock;
mod memory;
mod random;

pub use clock::TestClock;
pub use memory::MemoryStore;
pub use random::TestRandom;
