//! Hours and days that outlive the process.
//!
//! 1. No request waits for this: decisions are made in memory, and what changed is written behind them,
//!    every [`LongWindowKeeper::EVERY`] and at an orderly stop.
//! 2. A kill loses what was used since the last save: at most a second's worth of each key.
//! 3. One save writes at most [`LongWindowKeeper::MOST`] keys. Where more changed, those nearest to their limits
//!    go first and the rest with the next: a flood makes the database no busier than that.
//! 4. What is full again is deleted. The number of rows is bounded, those that are full soonest go first.
//! 5. A store that can't be reached costs nothing but this memory: the next save writes it all.
//! 6. Times are rounded to the later millisecond, and nothing that is loaded is emptier than empty: a
//!    row that a wrong clock wrote locks nobody out for longer than its window.

mod keeper;
mod store;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;
#[cfg(test)]
mod tests;

pub use keeper::LongWindowKeeper;
#[cfg(feature = "testing")]
pub use memory::MemoryLongWindows;
pub use store::{LongWindow, LongWindows};
