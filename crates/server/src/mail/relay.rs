//! One attempt at a relay.
//!
//! 1. A connection a message: one that is given up half-way is closed, never used again, so an answer
//!    can't be taken for that to another message.
//! 2. What goes wrong before the message is begun (name, connection, TLS, greeting, login) is the
//!    relay's trouble, whatever its code, and doesn't cost a message its life.
//! 3. After that a 5yz is for good, and the rest may pass (RFC 5321, section 4.2.1).
//! 4. What the relay says is not passed on: it repeats addresses.

use super::carrier::Failure;
use crate::config::{Encryption, SmtpRelay};
use lettre::Message as Email;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::time::Duration;
use tokio::time::timeout;
use url::{Host, Url};

/// After the message is taken nothing depends on the farewell.
const FAREWELL: Duration = Duration::from_secs(2);

pub(super) struct Relay {
    host: String,
    port: u16,
    encryption: Encryption,
    tls: Option<TlsParameters>,
    login: Option<Credentials>,
    hello: ClientId,
    attempt: Duration,
}

impl Relay {
    pub(super) fn new(settings: &SmtpRelay, site: &str, attempt: Duration) -> Result<Self, Error> {
        let tls = match settings.encryption {
            Encryption::None => None,
            _ => Some(TlsParameters::new(settings.host.clone())?),
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let login = settings.login.as_ref().map(|login| {
            Credentials::new(text(login.user.expose()), text(login.password.expose()))
        });
        let hello = match &settings.hello {
            Some(name) => ClientId::Domain(name.clone()),
            None => own_name(site),
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            encryption: settings.encryption,
            tls,
            login,
            hello,
            attempt,
        })
    }

    pub(super) async fn carry(&self, email: &Email) -> Result<(), Failure> {
        let bytes = email.formatted();
        let sent = timeout(self.attempt, async {
            let connection = self.connect().await;
            let mut connection = connection.map_err(|error| Failure::Relay(describe(&error)))?;
            let sent = connection.send(email.envelope(), &bytes).await;
            sent.map_err(|error| judge(&error))?;
            Ok(connection)
        });
        let taken = sent.await;
        let mut connection = taken.map_err(|_| Failure::Relay("it took too long".to_owned()))??;
        let _ = timeout(FAREWELL, connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let first = match self.encryption {
            Encryption::Tls => self.tls.clone(),
            _ => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(self.attempt),
            &self.hello,
            first,
            None,
        )
        .await?;
        let upgrades = match self.encryption {
            Encryption::StartTls => true,
            Encryption::StartTlsIfOffered => connection.can_starttls(),
            Encryption::None | Encryption::Tls => false,
        };
        if let Some(tls) = self.tls.clone().filter(|_| upgrades) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(connection)
    }
}

/// RFC 5321, section 4.1.4: the client's own name, or its address in brackets.
fn own_name(site: &str) -> ClientId {
    match Url::parse(site)
        .ok()
        .and_then(|url| url.host().map(|host| host.to_owned()))
    {
        Some(Host::Domain(name)) => ClientId::Domain(name),
        Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
        Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
        None => ClientId::default(),
    }
}

fn judge(error: &Error) -> Failure {
    let what = describe(error);
    if error.is_permanent() || error.is_client() {
        Failure::Permanent(what)
    } else if error.is_transient() || error.is_response() {
        Failure::Transient(what)
    } else {
        Failure::Relay(what)
    }
}

/// An answer by its code alone; what is ours or the system's in words.
fn describe(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("the relay answered {code}"),
        None if error.is_response() => "the relay's answer makes no sense".to_owned(),
        None => error.to_string(),
    }
}
