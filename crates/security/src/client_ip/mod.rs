//! Who is calling: the client's address, the scheme and the host, as far as this server can vouch for
//! them.
//!
//! 1. A [`ClientIp`] and a [`Scheme`] are put into a request's extensions before any stage that counts
//!    by address. Everything that needs the caller's address takes it from there: limits, throttling,
//!    logs, sessions, the networks of API keys.
//! 2. Nobody is trusted by default: the client is the peer of the [`Connection`], and every forwarding
//!    header is ignored. So it is with a peer that is not in [`TrustedProxies`].
//! 3. Of a trusted peer one header is read, the one that is configured ([`ProxyHeader`]), and no other.
//!    All its lines are one list in the order of the lines (RFC 9110, section 5.3).
//! 4. The list is walked from the right, over trusted hops; the first address that isn't trusted is the
//!    client. What stands to its left is its own invention and is not even looked at.
//! 5. A hop is an address, with a port or without, IPv6 in brackets or without. Anything else (nothing, a
//!    name, `unknown`, an obfuscated identifier, `010.0.0.1`, a zone id) ends the walk: the client is the
//!    last good hop. What was unreadable may have been anybody, so nothing to its left counts.
//! 6. Where all hops are trusted the client is the leftmost, and is marked internal.
//! 7. A walk over more than 20 hops or 4 KiB is given up: the client is the peer.
//! 8. An IPv4 address in IPv6 form (`::ffff:192.0.2.1`) is the IPv4 address, before anything is compared.
//! 9. Scheme and host are what the nearest proxy says, and it says them last: the rightmost value. The
//!    host serves to be compared with the hosts of this service, and for nothing else: no link is made
//!    of it. A port that a proxy forwards is not read.
//! 10. With the PROXY protocol the connection has a source. It counts if the peer is trusted, and takes the
//!     peer's place: headers are read if the source is a trusted proxy too.
//! 11. No address has a privilege here that a header could claim.
//! 12. Who counts by address counts networks: an IPv6 subscriber has at least a /64 to choose from.
//!
//! What a trusted proxy can break: one that passes on what the client sent, instead of appending to the
//! header or replacing it, lets the client choose its address. One that folds `X_Forwarded_For` into
//! `X-Forwarded-For` does so too; here an underscore is another name.

mod address;
mod connection;
mod finding;
mod forwarded;
mod header;
mod hop;
mod layer;
mod list;
mod rules;
mod scheme;
mod trusted;
mod walk;

#[cfg(test)]
mod tests;

pub use address::{ClientIp, Ipv6Prefix};
pub use connection::Connection;
pub use finding::{Finding, Tell};
pub use header::{ProxyHeader, forwarding_headers, is_forwarded};
pub use layer::{ClientIpLayer, ClientIpService};
pub use rules::{Caller, ClientIpRules};
pub use scheme::{ForwardedHost, Scheme};
pub use trusted::{TrustFault, TrustedProxies};
pub use walk::{Hop, WalkEnd, Walked};
