use super::{MAX_TARGET, Refusal};

/// Names of methods are short; the longest registered one has 17 letters.
const MAX_METHOD: usize = 32;
/// A first line that is longer has too long a target, whatever else is in it.
pub(super) const MAX_LINE: usize = MAX_METHOD + 1 + MAX_TARGET + " HTTP/1.1\r".len();

/// What the first line says of the framing.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestLine {
    /// 1 or 0 of HTTP/1.1 and HTTP/1.0.
    pub(super) minor: u8,
}

impl RequestLine {
    /// Reads a line without its end (RFC 9112 section 3).
    pub(super) fn parse(line: &[u8]) -> Result<Self, Refusal> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target)) = (parts.next(), parts.next()) else {
            return Err(Refusal::Malformed(
                "the first line is not method, target and version",
            ));
        };
        if method.is_empty() || method.len() > MAX_METHOD || !method.iter().all(is_token) {
            return Err(Refusal::Malformed("no method"));
        }
        if target.len() > MAX_TARGET {
            return Err(Refusal::TargetTooLong);
        }
        let minor = match (parts.next(), parts.next()) {
            (Some(b"HTTP/1.1"), None) => 1,
            (Some(b"HTTP/1.0"), None) => 0,
            _ => return Err(Refusal::Malformed("not HTTP/1.1 or HTTP/1.0")),
        };
        if !target.iter().all(is_target) || !has_known_form(method, target) {
            return Err(Refusal::Malformed("no target of a request"));
        }
        Ok(Self { minor })
    }
}

/// RFC 9112 section 3.2: origin, absolute, authority or asterisk form.
fn has_known_form(method: &[u8], target: &[u8]) -> bool {
    match (method, target) {
        (b"CONNECT", authority) => !authority.is_empty() && !authority.contains(&b'/'),
        (b"OPTIONS", b"*") | (_, [b'/', ..]) => true,
        (_, target) => [&b"http://"[..], b"https://"].iter().any(|scheme| {
            let begins = target.get(..scheme.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(scheme))
                && target.len() > scheme.len()
        }),
    }
}

/// Visible ASCII but `#`, which begins what no client sends.
fn is_target(byte: &u8) -> bool {
    byte.is_ascii_graphic() && *byte != b'#'
}

/// RFC 9110 section 5.6.2.
pub(super) fn is_token(byte: &u8) -> bool {
    const TOKEN: [bool; 256] = tokens();
    TOKEN.get(usize::from(*byte)).copied().unwrap_or_default()
}

const fn tokens() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        byte += 1;
    }
    table
}
