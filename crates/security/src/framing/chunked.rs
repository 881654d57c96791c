use super::fields::is_value;
use super::line::is_token;

/// 4 GiB, more than any body here.
const MAX_SIZE_DIGITS: u8 = 8;
/// Extensions of all chunks of a body together, in bytes. Nothing here reads any.
const MAX_EXTENSIONS: u32 = 1024;
/// The trailers, in bytes. Nothing here reads any.
const MAX_TRAILERS: u32 = 4 * 1024;

/// A chunked body while it goes past (RFC 9112 section 7.1).
#[derive(Debug, Default)]
pub(super) struct Chunked {
    part: Part,
    extensions: u32,
    trailers: u32,
}

#[derive(Debug, Clone, Copy)]
enum Part {
    /// The size's digits: how many and their number so far.
    Size(u8, u64),
    Extension(u64),
    SizeEnd(u64),
    Data(u64),
    DataCr,
    DataLf,
    /// At the beginning of a line after the last chunk.
    Trailer,
    TrailerName,
    TrailerValue,
    TrailerEnd,
    /// The LF of the empty line that ends everything.
    End,
}

impl Default for Part {
    fn default() -> Self {
        Self::Size(0, 0)
    }
}

type Fault = &'static str;

impl Chunked {
    /// How many bytes belong to the body, and whether it has ended; a fault is at the byte after those.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> (usize, Result<bool, Fault>) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if let Part::Data(left) = self.part {
                let there = (bytes.len() - at) as u64;
                let taken = there.min(left);
                // No more than `bytes.len()`.
                at += taken as usize;
                self.part = match left - taken {
                    0 => Part::DataCr,
                    left => Part::Data(left),
                };
                continue;
            }
            let is_end = matches!((self.part, byte), (Part::End, b'\n'));
            match self.next(*byte) {
                Ok(part) => self.part = part,
                Err(fault) => return (at, Err(fault)),
            }
            at += 1;
            if is_end {
                return (at, Ok(true));
            }
        }
        (at, Ok(false))
    }

    fn next(&mut self, byte: u8) -> Result<Part, Fault> {
        match (self.part, byte) {
            (Part::Size(digits, size), byte) if byte.is_ascii_hexdigit() => {
                if digits == MAX_SIZE_DIGITS {
                    return Err("the size of a chunk is too long");
                }
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                Ok(Part::Size(digits + 1, size * 16 + u64::from(digit)))
            }
            (Part::Size(1.., size), b';') => Ok(Part::Extension(size)),
            (Part::Size(1.., size) | Part::Extension(size), b'\r') => Ok(Part::SizeEnd(size)),
            (Part::Extension(size), byte) if is_value(&[byte]) => {
                self.extensions += 1;
                if self.extensions > MAX_EXTENSIONS {
                    return Err("extensions of chunks are too long");
                }
                Ok(Part::Extension(size))
            }
            (Part::SizeEnd(0), b'\n') => Ok(Part::Trailer),
            (Part::SizeEnd(size), b'\n') => Ok(Part::Data(size)),
            (Part::DataCr, b'\r') => Ok(Part::DataLf),
            (Part::DataLf, b'\n') => Ok(Part::default()),
            (Part::Trailer, b'\r') => Ok(Part::End),
            (Part::End, b'\n') => Ok(Part::End),
            (part, byte) => {
                self.trailers += 1;
                if self.trailers > MAX_TRAILERS {
                    return Err("trailers are too long");
                }
                trailer(part, byte)
            }
        }
    }
}

fn trailer(part: Part, byte: u8) -> Result<Part, Fault> {
    match (part, byte) {
        (Part::Trailer | Part::TrailerName, byte) if is_token(&byte) => Ok(Part::TrailerName),
        (Part::TrailerName, b':') => Ok(Part::TrailerValue),
        (Part::TrailerValue, b'\r') => Ok(Part::TrailerEnd),
        (Part::TrailerValue, byte) if is_value(&[byte]) => Ok(Part::TrailerValue),
        (Part::TrailerEnd, b'\n') => Ok(Part::Trailer),
        _ => Err("the chunks are broken"),
    }
}
