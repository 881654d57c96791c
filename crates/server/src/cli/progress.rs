//! The bar that shows how far a piece is.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of a thousand steps on standard error; nothing where that is no terminal.
pub(super) fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("   {bar:40} {percent:>3} % {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Moves a bar; `done` is 0.0 to 1.0.
pub(super) fn show(bar: &ProgressBar, stage: &str, done: f64) {
    bar.set_message(stage.to_owned());
    bar.set_position((done.clamp(0.0, 1.0) * 1000.0) as u64);
}
