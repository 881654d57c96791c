//! The entries of a header's lines, from the right.

use http::HeaderValue;
use http::header::{HeaderMap, HeaderName, ValueIter};
use std::iter::Rev;

/// The most that is read of a header.
pub(super) const MAX_BYTES: usize = 4 * 1024;

/// Entries from the last to the first, over all lines as one list. Nothing to the left of an entry has
/// a say in where it begins: that is the client's text, and could hold a quote that never ends.
pub(super) struct FromRight<'a> {
    lines: Rev<ValueIter<'a, HeaderValue>>,
    /// What is left of the present line.
    rest: Option<&'a [u8]>,
    /// How much more may be read.
    budget: usize,
    has_quotes: bool,
}

/// There is more than [`MAX_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

impl<'a> FromRight<'a> {
    /// Of this header; with quotes, a comma in a quoted string separates nothing.
    pub(super) fn of(headers: &'a HeaderMap, name: &HeaderName, has_quotes: bool) -> Self {
        Self {
            lines: headers.get_all(name).iter().rev(),
            rest: None,
            budget: MAX_BYTES,
            has_quotes,
        }
    }
}

impl<'a> Iterator for FromRight<'a> {
    type Item = Result<&'a [u8], TooLong>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = match self.rest.take() {
            Some(rest) => rest,
            None => self.lines.next()?.as_bytes(),
        };
        let beyond = line.len().saturating_sub(self.budget);
        let (_, window) = line.split_at_checked(beyond)?;
        let entry = match separator(window, self.has_quotes) {
            Some(at) => {
                self.rest = line.get(..beyond + at);
                window.get(at + 1..)?
            }
            None if beyond > 0 => return Some(Err(TooLong)),
            None => line,
        };
        // With the comma before it, also where a line's end stands for it.
        self.budget = self.budget.saturating_sub(entry.len() + 1);
        Some(Ok(entry))
    }
}

/// Where the last comma is that separates.
fn separator(text: &[u8], has_quotes: bool) -> Option<usize> {
    if !has_quotes {
        return text.iter().rposition(|byte| *byte == b',');
    }
    let mut quoted = false;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'"' if !is_escaped(text, at) => quoted = !quoted,
            b',' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether an odd number of backslashes stands before it (RFC 9110, section 5.6.4).
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.iter().take(at).rev();
    before.take_while(|byte| **byte == b'\\').count() % 2 == 1
}
