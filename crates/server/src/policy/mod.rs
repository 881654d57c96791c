//! The policy file: read at start, watched while the service runs.
//!
//! 1. What it may say is [`Policy::parse`](musicgen_security::authorization::Policy::parse)'s affair. A file with a fault is refused as a whole: at start
//!    with the other mistakes of the configuration (exit 78), later by keeping the policy that holds.
//! 2. In staging and production a file that others than its owner can write is refused: whoever writes it
//!    gives rights.
//! 3. The content is compared, four times a second and at SIGHUP ([`PolicyWatch`]): a replaced file, a
//!    swapped symbolic link (Kubernetes) and a write within one tick of the clock are all seen, and a
//!    `touch` is nothing.
//! 4. Changed content counts once two looks found the same, so that a file is not read while it is being
//!    written. One that stops half-way is refused or, where what is there is whole by itself, taken for
//!    what it says: put a new file in place by renaming.
//! 5. A refusal is logged once, fault by fault, and counted; SIGHUP tells it again. A file that is gone
//!    is a refusal too.

mod file;
mod watch;

#[cfg(test)]
mod tests;

pub use file::PolicyFile;
pub use watch::PolicyWatch;
