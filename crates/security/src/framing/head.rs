use super::fields::{BodyLength, Fields};
use super::line::{MAX_LINE, RequestLine, is_token};
use super::{MAX_FIELD_BYTES, Refusal};
use memchr::memchr;

/// Empty lines before the first one, which RFC 9112 section 2.2 wants ignored: some clients send one
/// after a body.
const MAX_EMPTY_LINES: u8 = 2;

/// A head while it comes in. Positions count from its first byte.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Where the line begins that is not whole yet.
    line: usize,
    /// No end of a line before this.
    searched: usize,
    empty_lines: u8,
    /// Set after the first line: where the fields begin.
    fields: Option<(usize, Fields)>,
}

pub(super) enum Scan {
    Incomplete,
    /// The head's length, and how its body is framed.
    Complete(usize, BodyLength),
    Refused(Refusal),
}

impl Head {
    /// Goes on where it stopped; `bytes` begin with the head, as they did before.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scan {
        match self.lines(bytes) {
            Ok(Some((length, body))) => Scan::Complete(length, body),
            Ok(None) => Scan::Incomplete,
            Err(refusal) => Scan::Refused(refusal),
        }
    }

    fn lines(&mut self, bytes: &[u8]) -> Result<Option<(usize, BodyLength)>, Refusal> {
        while let Some(found) = memchr(b'\n', bytes.get(self.searched..).unwrap_or_default()) {
            let end = self.searched + found;
            let line = bytes.get(self.line..end).unwrap_or_default();
            let Some(line) = line.strip_suffix(b"\r") else {
                return Err(Refusal::Malformed("a line ends in LF without CR"));
            };
            (self.line, self.searched) = (end + 1, end + 1);
            match &mut self.fields {
                None if line.is_empty() => {
                    self.empty_lines += 1;
                    if self.empty_lines > MAX_EMPTY_LINES {
                        return Err(Refusal::Malformed("empty lines before a request"));
                    }
                }
                None => {
                    let first = RequestLine::parse(line)?;
                    self.fields = Some((self.line, Fields::of(first)));
                }
                Some((_, fields)) if line.is_empty() => {
                    return Ok(Some((self.line, fields.body()?)));
                }
                Some((begin, fields)) => {
                    if self.line - *begin > MAX_FIELD_BYTES {
                        return Err(Refusal::HeadTooLarge);
                    }
                    fields.add(line)?;
                }
            }
        }
        self.searched = bytes.len();
        self.open(bytes).map(|()| None)
    }

    /// What can be said of a line whose end has not come.
    fn open(&self, bytes: &[u8]) -> Result<(), Refusal> {
        match &self.fields {
            Some((begin, _)) if bytes.len() - begin > MAX_FIELD_BYTES => Err(Refusal::HeadTooLarge),
            Some(_) => Ok(()),
            None if bytes.len() - self.line > MAX_LINE => Err(Refusal::TargetTooLong),
            // Not HTTP at all, for instance the beginning of TLS: nobody needs to wait for an end.
            None => match bytes.get(self.line) {
                Some(byte) if !is_token(byte) && *byte != b'\r' => {
                    Err(Refusal::Malformed("no method"))
                }
                _ => Ok(()),
            },
        }
    }
}
