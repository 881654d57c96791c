use std::str::Bytes;

/// Why a path is not in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathFault {
    /// No `/` at the beginning.
    #[error("The path doesn't begin with `/`.")]
    NotAbsolute,
    /// `//`
    #[error("The path has an empty segment (`//`).")]
    EmptySegment,
    /// `.` or `..`
    #[error("The path has a segment `.` or `..`.")]
    DotSegment,
    /// `;`
    #[error("The path has a `;`.")]
    Parameter,
    /// A character that has no place in a path, such as a backslash or a letter beyond ASCII.
    #[error("The path has a character that must be percent-encoded, or left out.")]
    Character,
    /// A `%` without two hexadecimal digits.
    #[error("The path has a broken percent-encoding.")]
    Encoding,
    /// A percent-encoding in small letters.
    #[error("The path has a percent-encoding whose digits are not `0-9 A-F`.")]
    SmallLetters,
    /// Something encoded that stands for itself, or means something else encoded than plain.
    #[error("The path has a percent-encoding of a character that is never encoded here.")]
    Encoded,
    /// Encoded bytes that are no text.
    #[error("The path is not UTF-8.")]
    NotUtf8,
}

/// Whether a path is in the one spelling that is accepted.
///
/// Two paths that any program could take for one another are one path or none: segments are neither
/// empty (but for the last one) nor `.` or `..`; what RFC 3986 lets stand plainly in a path stands
/// plainly, but for `;`, which some programs cut off; encoded are only the bytes that can't stand
/// otherwise, in capital digits and in UTF-8. So `/`, `\`, `%`, `?`, `#`, NUL and other controls are in
/// no path, however they are written, and decoding a path twice gives what decoding it once does.
pub fn check_path(path: &str) -> Result<(), PathFault> {
    let rest = path.strip_prefix('/').ok_or(PathFault::NotAbsolute)?;
    let mut last_was_empty = false;
    for segment in rest.split('/') {
        // Only the last one may be empty: it is a slash at the end, which the router tells apart.
        if last_was_empty {
            return Err(PathFault::EmptySegment);
        }
        last_was_empty = segment.is_empty();
        if matches!(segment, "." | "..") {
            return Err(PathFault::DotSegment);
        }
        check_segment(segment)?;
    }
    Ok(())
}

fn check_segment(segment: &str) -> Result<(), PathFault> {
    let mut bytes = segment.bytes();
    let mut is_ascii = true;
    while let Some(byte) = bytes.next() {
        match byte {
            byte if stands_plainly(byte) => {}
            b'%' => is_ascii &= encoded(&mut bytes)?.is_ascii(),
            b';' => return Err(PathFault::Parameter),
            _ => return Err(PathFault::Character),
        }
    }
    if is_ascii || std::str::from_utf8(&decoded(segment)).is_ok() {
        Ok(())
    } else {
        Err(PathFault::NotUtf8)
    }
}

/// `pchar` of RFC 3986, section 3.3, without `;` and escapes.
fn stands_plainly(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~'
            | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'=' | b':' | b'@'
    )
}

/// The byte of an escape whose `%` was read.
fn encoded(bytes: &mut Bytes<'_>) -> Result<u8, PathFault> {
    let mut has_small_letters = false;
    let mut digit = || match bytes.next() {
        Some(byte @ b'0'..=b'9') => Ok(byte - b'0'),
        Some(byte @ b'A'..=b'F') => Ok(byte - b'A' + 10),
        Some(byte @ b'a'..=b'f') => {
            has_small_letters = true;
            Ok(byte - b'a' + 10)
        }
        _ => Err(PathFault::Encoding),
    };
    let byte = digit()? << 4 | digit()?;
    // What is left: blank, `"`, `<`, `>`, `[`, `]`, `^`, backtick, `{`, `|`, `}` and what isn't ASCII.
    let is_never_encoded = stands_plainly(byte)
        || byte.is_ascii_control()
        || matches!(byte, b'/' | b'\\' | b'%' | b'?' | b'#' | b';');
    if is_never_encoded {
        Err(PathFault::Encoded)
    } else if has_small_letters {
        Err(PathFault::SmallLetters)
    } else {
        Ok(byte)
    }
}

/// The bytes that a segment stands for, whose escapes are whole.
fn decoded(segment: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => encoded(&mut bytes).unwrap_or(b'%'),
            plain => plain,
        });
    }
    decoded
}
