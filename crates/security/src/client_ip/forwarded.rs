//! One element of `Forwarded` (RFC 7239, section 4).

use super::hop;
use std::net::IpAddr;

/// What is read of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) node: Option<Value<'a>>,
    pub(super) proto: Option<Value<'a>>,
    pub(super) host: Option<Value<'a>>,
}

/// A value as it stands there, without the quotes around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    text: &'a [u8],
    is_quoted: bool,
}

impl<'a> Element<'a> {
    /// Reads pairs; `None` where it isn't made of pairs, or names something twice.
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let mut element = Self::default();
        let mut rest = text.trim_ascii();
        while let Some(first) = rest.first() {
            if *first == b';' {
                rest = rest.get(1..)?.trim_ascii_start();
                continue;
            }
            let equals = rest.iter().position(|byte| *byte == b'=')?;
            let (name, value) = rest.split_at_checked(equals)?;
            let (value, after) = Value::take(value.get(1..)?)?;
            rest = after.trim_ascii_start();
            if !matches!(rest.first(), None | Some(b';')) {
                return None;
            }
            element.set(name, value)?;
        }
        Some(element)
    }

    fn set(&mut self, name: &[u8], value: Value<'a>) -> Option<()> {
        let is_token = !name.is_empty() && name.iter().copied().all(is_token_byte);
        if !is_token {
            return None;
        }
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        let place = if is("for") {
            &mut self.node
        } else if is("proto") {
            &mut self.proto
        } else if is("host") {
            &mut self.host
        } else {
            return Some(());
        };
        // "Each parameter MUST NOT occur more than once per field-value" element.
        place.replace(value).is_none().then_some(())
    }

    /// The address of the hop.
    pub(super) fn address(&self) -> Option<IpAddr> {
        let mut space = [0; hop::LONGEST];
        hop::parse(self.node?.read(&mut space)?, hop::Form::Node)
    }
}

impl<'a> Value<'a> {
    /// The value that a text begins with, and what follows it.
    fn take(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let Some(quoted) = text.strip_prefix(b"\"") else {
            let end = |byte: &u8| matches!(byte, b';' | b' ' | b'\t');
            let end = text.iter().position(end).unwrap_or(text.len());
            let (text, after) = text.split_at_checked(end)?;
            let value = Self {
                text,
                is_quoted: false,
            };
            return (!text.contains(&b'"')).then_some((value, after));
        };
        let mut escaped = false;
        let end = quoted.iter().position(|byte| {
            let is_end = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            is_end
        });
        let (text, after) = quoted.split_at_checked(end?)?;
        let value = Self {
            text,
            is_quoted: true,
        };
        Some((value, after.get(1..)?))
    }

    /// What it means, written into `space` where it has escapes; `None` where there is not enough space.
    pub(super) fn read<'s>(&self, space: &'s mut [u8]) -> Option<&'s [u8]>
    where
        'a: 's,
    {
        if !self.is_quoted || !self.text.contains(&b'\\') {
            return Some(self.text);
        }
        let mut length = 0;
        let mut escaped = false;
        for byte in self.text {
            if *byte == b'\\' && !escaped {
                escaped = true;
                continue;
            }
            escaped = false;
            *space.get_mut(length)? = *byte;
            length += 1;
        }
        space.get(..length)
    }
}

/// RFC 9110, section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
