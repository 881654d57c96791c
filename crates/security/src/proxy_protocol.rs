//! The PROXY protocol, with which a proxy that passes bytes on says who sent them.
//!
//! 1. Versions 1 (a line) and 2 (binary) of the HAProxy specification; by a whole header or not at all.
//! 2. A header has at most [`MAX_HEADER`] bytes, and what can't become one is refused at its first byte.
//! 3. `UNKNOWN`, `LOCAL` and addresses that are none of IP name nobody: the peer is the client.
//! 4. Only stream addresses: the connection is one.
//! 5. Of the extensions (TLVs) one is read: whether the client's side was TLS.
//!
//! Whom to believe is the listener's to know; this only reads.

use proxy_header::{Error, ParseConfig, Protocol, ProxyHeader};
use std::net::IpAddr;

/// The largest header, in bytes: an address, and extensions with a client's certificate name.
pub const MAX_HEADER: usize = 4 * 1024;

const SIGNATURE_1: &[u8] = b"PROXY ";
/// Version 2 of a connection of the proxy's own.
const LOCAL: &u8 = &0x20;
const SIGNATURE_2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A whole header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Who connected to the proxy; `None`: the proxy itself.
    pub source: Option<IpAddr>,
    /// Whether that side was TLS, as far as the proxy says.
    pub tls: bool,
    /// How many bytes it has; what comes after them is the client's.
    pub length: usize,
}

/// Whether bytes are a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It begins like one; more bytes are needed.
    Incomplete,
    /// One.
    Header(Header),
    /// It doesn't begin like one.
    Other,
    /// It begins like one and is none.
    Broken,
}

/// Looks at the first bytes of a connection.
pub fn read(bytes: &[u8]) -> Found {
    let begins = |signature: &[u8]| {
        let both = bytes.len().min(signature.len());
        bytes.get(..both) == signature.get(..both)
    };
    if !begins(SIGNATURE_1) && !begins(SIGNATURE_2) {
        return Found::Other;
    }
    let announced = match bytes.get(14..16) {
        Some([high, low]) if begins(SIGNATURE_2) => {
            Some(usize::from(u16::from_be_bytes([*high, *low])) + 16)
        }
        _ => None,
    };
    if announced.is_some_and(|length| length > MAX_HEADER) {
        return Found::Broken;
    }
    if let (Some(length), Some(LOCAL)) = (announced, bytes.get(12)) {
        // Whatever family it names and whatever follows is to be passed over (section 2.2).
        return if bytes.len() < length {
            Found::Incomplete
        } else {
            Found::Header(Header {
                source: None,
                tls: false,
                length,
            })
        };
    }
    let config = ParseConfig {
        include_tlvs: true,
        ..ParseConfig::default()
    };
    match ProxyHeader::parse(bytes, config) {
        Ok((header, length)) => {
            let proxied = header.proxied_address();
            if proxied.is_some_and(|proxied| proxied.protocol == Protocol::Datagram) {
                return Found::Broken;
            }
            Found::Header(Header {
                source: proxied.map(|proxied| proxied.source.ip().to_canonical()),
                tls: header.ssl().is_some_and(|ssl| ssl.client_ssl()),
                length,
            })
        }
        // All that was announced is there, and it is too short for its addresses.
        Err(Error::BufferTooShort) if announced.is_some_and(|length| length <= bytes.len()) => {
            Found::Broken
        }
        Err(Error::BufferTooShort) => Found::Incomplete,
        Err(_) => Found::Broken,
    }
}

#[cfg(test)]
mod tests;
