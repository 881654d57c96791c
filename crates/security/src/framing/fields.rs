use super::line::{RequestLine, is_token};
use super::{MAX_FIELDS, Refusal};
use memchr::memchr;

/// How a body is framed (RFC 9112 section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyLength {
    /// So many bytes; 0 also where there is none.
    Sized(u64),
    Chunked,
}

/// The fields of a head so far.
#[derive(Debug)]
pub(super) struct Fields {
    first: RequestLine,
    count: usize,
    has_host: bool,
    length: Option<u64>,
    is_chunked: bool,
}

impl Fields {
    pub(super) fn of(first: RequestLine) -> Self {
        Self {
            first,
            count: 0,
            has_host: false,
            length: None,
            is_chunked: false,
        }
    }

    /// Reads a line without its end.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<(), Refusal> {
        self.count += 1;
        if self.count > MAX_FIELDS {
            return Err(Refusal::HeadTooLarge);
        }
        let colon = memchr(b':', line).ok_or(Refusal::Malformed("a field without a colon"))?;
        let (name, value) = line.split_at(colon);
        // A blank is no token either: neither before the colon nor at the beginning of a folded line.
        if name.is_empty() || !name.iter().all(is_token) {
            return Err(Refusal::Malformed("no name of a field"));
        }
        let value = value.get(1..).unwrap_or_default();
        if !is_value(value) {
            return Err(Refusal::Malformed("a control character in a field"));
        }
        let value = trimmed(value);
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.host(value),
            14 if name.eq_ignore_ascii_case(b"content-length") => self.content_length(value),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => self.transfer_encoding(value),
            _ => Ok(()),
        }
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.has_host {
            return Err(Refusal::Malformed("more than one Host"));
        }
        self.has_host = true;
        if value.is_empty() || !value.iter().all(is_of_host) {
            return Err(Refusal::Malformed("no Host"));
        }
        Ok(())
    }

    fn content_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        // Two equal ones might be read as one (RFC 9110 section 8.6); no honest client sends them.
        if self.length.is_some() {
            return Err(Refusal::Malformed("more than one Content-Length"));
        }
        let digits = value.iter().all(u8::is_ascii_digit) && (1..=18).contains(&value.len());
        let number = std::str::from_utf8(value).ok();
        let number = number.filter(|_| digits).and_then(|text| text.parse().ok());
        self.length = Some(number.ok_or(Refusal::Malformed("no Content-Length"))?);
        Ok(())
    }

    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.is_chunked {
            return Err(Refusal::Malformed("more than one Transfer-Encoding"));
        }
        if self.first.minor == 0 {
            return Err(Refusal::Malformed("Transfer-Encoding in HTTP/1.0"));
        }
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(Refusal::Malformed(
                "a Transfer-Encoding that is not chunked",
            ));
        }
        self.is_chunked = true;
        Ok(())
    }

    /// At the end of the head: what all of it says of the body.
    pub(super) fn body(&self) -> Result<BodyLength, Refusal> {
        if self.first.minor == 1 && !self.has_host {
            return Err(Refusal::Malformed("no Host"));
        }
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err(Refusal::Malformed(
                "both Content-Length and Transfer-Encoding",
            )),
            (true, None) => Ok(BodyLength::Chunked),
            (false, length) => Ok(BodyLength::Sized(length.unwrap_or_default())),
        }
    }
}

/// Visible characters, blanks and bytes beyond ASCII (RFC 9110 section 5.5). Without an early end, so
/// that the compiler takes many bytes at once.
pub(super) fn is_value(bytes: &[u8]) -> bool {
    let bad = bytes.iter().fold(0, |bad, byte| {
        let is_control = u8::from(*byte < b' ') & u8::from(*byte != b'\t');
        bad | is_control | u8::from(*byte == 0x7f)
    });
    bad == 0
}

/// What a name, an address in brackets and a port are made of (RFC 3986 section 3.2); no user, path
/// or list.
fn is_of_host(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'['
                | b']'
                | b'%'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b';'
                | b'='
        )
}

fn trimmed(value: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let begin = value.iter().position(|byte| !is_blank(byte));
    let end = value.iter().rposition(|byte| !is_blank(byte));
    match (begin, end) {
        (Some(begin), Some(end)) => value.get(begin..=end).unwrap_or_default(),
        _ => &[],
    }
}
