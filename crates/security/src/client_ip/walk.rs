//! The walk from the right.

use super::forwarded::Element;
use super::hop::{self, Form};
use super::list::{FromRight, TooLong};
use super::{ProxyHeader, TrustedProxies};
use http::header::{HeaderMap, HeaderName};
use std::net::IpAddr;

/// The most entries that are looked at.
const MAX_HOPS: usize = 20;

/// Where a walk came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// The client.
    pub address: IpAddr,
    /// Why it ended there.
    pub end: WalkEnd,
}

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkEnd {
    /// At an address that is not trusted: the client.
    Client,
    /// At the left end: all are trusted, the leftmost is the client.
    Internal,
    /// At an entry that is no address: the hop before it is the client.
    Unreadable,
    /// Beyond 20 hops or 4 KiB: the peer is the client.
    TooLong,
}

impl WalkEnd {
    /// A word for figures and answers.
    pub fn id(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Internal => "internal",
            Self::Unreadable => "unreadable",
            Self::TooLong => "too_long",
        }
    }
}

/// One entry that a walk looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop<'a> {
    /// As it stands in the header.
    pub text: &'a [u8],
    /// The address; `None` where it is none.
    pub address: Option<IpAddr>,
    /// Whether it is a trusted proxy.
    pub trusted: bool,
}

/// Walks over `header` from `peer`, which is trusted; `looked_at` is told of each entry.
pub(super) fn walk(
    (header, name): (ProxyHeader, &HeaderName),
    trusted: &TrustedProxies,
    peer: IpAddr,
    headers: &HeaderMap,
    mut looked_at: impl FnMut(Hop<'_>),
) -> Walked {
    let ended = |address, end| Walked { address, end };
    let mut last = peer;
    let entries = FromRight::of(headers, name, header == ProxyHeader::Forwarded);
    for (position, entry) in entries.enumerate() {
        let text = match entry {
            Ok(text) if position < MAX_HOPS => text,
            Ok(_) | Err(TooLong) => return ended(peer, WalkEnd::TooLong),
        };
        let address = address(header, text);
        let is_trusted = address.is_some_and(|address| trusted.contains(address));
        looked_at(Hop {
            text,
            address,
            trusted: is_trusted,
        });
        match address {
            None => return ended(last, WalkEnd::Unreadable),
            Some(address) if !is_trusted => return ended(address, WalkEnd::Client),
            Some(address) => last = address,
        }
    }
    ended(last, WalkEnd::Internal)
}

fn address(header: ProxyHeader, text: &[u8]) -> Option<IpAddr> {
    match header {
        ProxyHeader::Forwarded => Element::parse(text)?.address(),
        ProxyHeader::CloudFrontViewerAddress => hop::parse(text, Form::WithPort),
        _ => hop::parse(text, Form::Plain),
    }
}
