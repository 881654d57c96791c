//! `musicgen`: parse, run, exit code. Everything else is in the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A request makes some thirty small allocations, often freed on another thread than they were made on.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    musicgen::cli::run()
}
