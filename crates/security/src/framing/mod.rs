//! Where one HTTP/1 request ends and the next begins, read so that no two programs can differ about it.
//!
//! [`Framing`] stands between the socket and the HTTP parser. It is offered the bytes of a connection as
//! they come and says how many may be passed on; a head is passed on when it is whole and good.
//!
//! 1. Lines end in CR LF. A lone CR or LF, NUL and other control characters are refused anywhere in a
//!    head (RFC 9112 section 2.2), and so is a blank before the colon or a folded line (section 5).
//! 2. `Content-Length` is there once and all digits; `Transfer-Encoding` is `chunked` alone, once, and in
//!    HTTP/1.1 alone; never both (section 6). RFC 9112 lets a server choose between them; a proxy
//!    in front may have chosen otherwise.
//! 3. HTTP/1.1 has one `Host` that could be one (section 3.2), HTTP/1.0 at most one.
//! 4. The target is a path, `*`, or an absolute address; an authority goes with CONNECT alone.
//! 5. A target of more than [`MAX_TARGET`] bytes is 414; a header block of more than [`MAX_FIELD_BYTES`]
//!    or [`MAX_FIELDS`] fields is 431; both at once, without waiting for the end. The rest is 400.
//! 6. A chunk's size has at most 8 digits; extensions and trailers are bounded and never become headers.
//! 7. After something refused nothing more of the connection is read.
//! 8. A connection that begins with the preface of HTTP/2 is none of this.
//!
//! `"Content-Length: 5\r\nTransfer-Encoding: chunked"` is refused whichever comes first.

mod chunked;
mod fields;
mod head;
mod line;
mod refusal;

#[cfg(test)]
mod tests;

pub use refusal::{BodyTooSlow, Refusal};

use chunked::Chunked;
use fields::BodyLength;
use head::{Head, Scan};

/// The longest target, in bytes; RFC 9112 section 3 asks for 8,000 at least.
pub const MAX_TARGET: usize = 8 * 1024;
/// The largest header block, in bytes, without the first line.
pub const MAX_FIELD_BYTES: usize = 16 * 1024;
/// The most fields of a head.
pub const MAX_FIELDS: usize = 100;
/// The most bytes that are held back: a first line, a header block and what ends them.
pub const MAX_HELD: usize = MAX_TARGET + MAX_FIELD_BYTES + 128;

/// What begins an HTTP/2 connection (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The framing of one connection.
#[derive(Debug, Default)]
pub struct Framing {
    state: State,
    heads: u64,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing has come.
    #[default]
    Start,
    Head(Head),
    Sized(u64),
    Chunked(Chunked),
    /// HTTP/2.
    Other,
    Over,
}

/// What may be done with the bytes that were offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// So many may be passed on; the others are to be offered again with what comes after them.
    pub pass: usize,
    /// What comes after those is refused.
    pub refusal: Option<Refusal>,
}

impl Framing {
    /// Looks at the bytes that are not passed on yet: those held back the last time, and new ones.
    pub fn advance(&mut self, bytes: &[u8]) -> Verdict {
        let mut pass = 0;
        loop {
            let rest = bytes.get(pass..).unwrap_or_default();
            let refusal = match self.step(rest) {
                // Also after nothing was used: a body of no bytes ends so.
                Step::Used(used) if used < rest.len() => {
                    pass += used;
                    continue;
                }
                Step::Used(used) => {
                    pass += used;
                    None
                }
                Step::Held => None,
                Step::Refused(used, refusal) => {
                    pass += used;
                    self.state = State::Over;
                    Some(refusal)
                }
            };
            return Verdict { pass, refusal };
        }
    }

    fn step(&mut self, rest: &[u8]) -> Step {
        match &mut self.state {
            State::Start if rest.starts_with(PREFACE) => {
                self.state = State::Other;
                Step::Used(rest.len())
            }
            State::Start if PREFACE.starts_with(rest) => Step::Held,
            State::Start => {
                self.state = State::Head(Head::default());
                Step::Used(0)
            }
            State::Head(head) => match head.scan(rest) {
                Scan::Incomplete => Step::Held,
                Scan::Complete(used, body) => {
                    self.heads += 1;
                    self.state = State::of_body(body);
                    Step::Used(used)
                }
                Scan::Refused(refusal) => Step::Refused(0, refusal),
            },
            State::Sized(left) => {
                let used = rest.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= used as u64;
                if *left == 0 {
                    self.state = State::Head(Head::default());
                }
                Step::Used(used)
            }
            State::Chunked(chunked) => match chunked.advance(rest) {
                (used, Ok(false)) => Step::Used(used),
                (used, Ok(true)) => {
                    self.state = State::Head(Head::default());
                    Step::Used(used)
                }
                (used, Err(why)) => Step::Refused(used, Refusal::Body(why)),
            },
            State::Other => Step::Used(rest.len()),
            State::Over => Step::Held,
        }
    }

    /// How many heads were passed on.
    pub fn heads(&self) -> u64 {
        self.heads
    }

    /// Whether this is an HTTP/2 connection, whose frames are not looked at.
    pub fn is_http2(&self) -> bool {
        matches!(self.state, State::Other)
    }

    /// Whether nothing is under way: the next byte would begin a head, or an HTTP/2 frame.
    pub fn is_between(&self) -> bool {
        matches!(self.state, State::Start | State::Head(_) | State::Other)
    }

    /// Whether no more of the connection is to be read.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }
}

enum Step {
    Used(usize),
    Held,
    Refused(usize, Refusal),
}

impl State {
    fn of_body(body: BodyLength) -> Self {
        match body {
            BodyLength::Sized(0) => Self::Head(Head::default()),
            BodyLength::Sized(length) => Self::Sized(length),
            BodyLength::Chunked => Self::Chunked(Chunked::default()),
        }
    }
}
