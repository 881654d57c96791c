//! `LOG_LEVEL`: a filter of `tracing-subscriber`, more strictly read.
//!
//! The library takes a word that is no level for a target: `LOG_LEVEL=verbose` would log nothing but
//! a module of that name. Here a word alone must be a level.

use tracing_subscriber::EnvFilter;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The filter, if it is one.
pub(super) fn read(text: &str) -> Option<String> {
    let understood = text.split(',').all(is_directive) && EnvFilter::try_new(text).is_ok();
    understood.then(|| text.to_owned())
}

/// Whether it lets through, for all targets, what is meant for debugging.
pub(super) fn is_chatty(filter: &str) -> bool {
    filter
        .split(',')
        .any(|part| matches!(part.trim().to_ascii_lowercase().as_str(), "debug" | "trace"))
}

fn is_directive(part: &str) -> bool {
    let level = |word: &str| LEVELS.contains(&word.trim().to_ascii_lowercase().as_str());
    match part.rsplit_once('=') {
        Some((target, word)) => !target.trim().is_empty() && level(word),
        None => level(part),
    }
}
