//! Registration, links by mail, sign-in, passwords, refresh, sign-out, sessions.

pub mod email;
pub mod handover;
pub mod login;
pub mod password;
pub mod refresh;
pub mod register;
pub mod sessions;

pub(crate) mod logout;

mod attempts;
mod links;
mod notices;

pub(in crate::api) use register::username;

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::client_ip::ClientIp;
use musicgen_security::sessions::Seen;
use musicgen_security::validation::{Fields, Text};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use time::OffsetDateTime;
use tracing::field::DisplayValue;

/// Display names.
pub(crate) const USERNAME: Text = Text::line(1, 64);
/// Long enough for any address; what it must look like is said by `EmailAddress`.
const EMAIL: Text = Text::opaque(1, 254);
/// The policy's bounds are checked apart; this one keeps the work small.
const PASSWORD: Text = Text::opaque(0, 1024);
const TOKEN: Text = Text::opaque(1, 256);

/// An address that a body names.
fn address(fields: &mut Fields<'_>) -> Option<EmailAddress> {
    let text = fields.text("email", EMAIL)?;
    match EmailAddress::parse(&text) {
        Ok(address) => Some(address),
        Err(error) => {
            fields.error("email", "format", error.to_string());
            None
        }
    }
}

/// From where and with what a request comes.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) ip: Option<ClientIp>,
    pub(crate) agent: Option<String>,
}

impl Client {
    /// What attempts are counted by. Whoever comes from nowhere shares one place: no connection that is
    /// served has no peer.
    fn network(&self) -> IpAddr {
        let nowhere = IpAddr::from(Ipv4Addr::UNSPECIFIED);
        self.ip.map_or(nowhere, ClientIp::network)
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.ip.map(ClientIp::address)
    }

    /// For the log.
    pub(crate) fn shown(&self) -> Option<DisplayValue<IpAddr>> {
        self.address().map(tracing::field::display)
    }

    /// For the record of a session.
    pub(crate) fn seen(&self, at: OffsetDateTime) -> Seen {
        Seen::of(at, self.address(), self.agent.as_deref())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(USER_AGENT);
        Ok(Self {
            ip: parts.extensions.get().copied(),
            agent: agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned()),
        })
    }
}
