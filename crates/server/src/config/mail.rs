//! Mail: where messages go, who sends them, whether addresses are confirmed.
//!
//! 1. `SMTP_URL` has the forms of lettre's connection URL, read strictly: an option that is not
//!    known is refused instead of sending in the clear.
//! 2. In staging and production what leaves the machine is encrypted for certain: links that reset
//!    passwords travel in it (NIST SP 800-63B, section 4.2.1.2). "STARTTLS if offered" is no
//!    encryption, for whoever stands between takes the offer away.
//! 3. What is said about the value never quotes it.

use super::reader::Reader;
use super::sections::Site;
use super::variables as v;
use lettre::Address;
use lettre::message::Mailbox;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::secrets::Secret;
use percent_encoding::percent_decode_str;
use std::net::IpAddr;
use url::{Host, Url};

/// Letters to users.
#[derive(Debug, Clone)]
pub struct Mail {
    /// What takes them; `None` writes them to `DATA_DIR/outbox`.
    pub relay: Option<SmtpRelay>,
    /// Who sends them.
    pub from: Mailbox,
    /// Whether an address must be confirmed.
    pub verification_required: bool,
}

/// A server that takes mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpRelay {
    /// Its name or address; without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// Who we are to it.
    pub login: Option<SmtpLogin>,
    /// The name to greet it with, where it isn't the host of `PUBLIC_URL`.
    pub hello: Option<String>,
}

/// How a connection to a relay is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// By STARTTLS when the relay offers it.
    StartTlsIfOffered,
    /// By STARTTLS, or nothing is sent.
    StartTls,
    /// From the first byte.
    Tls,
}

/// What a relay asks for. The user is hidden as well: many relays hand out random ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpLogin {
    /// The user.
    pub user: Secret,
    /// The password.
    pub password: Secret,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader, site: &Site) -> Self {
        let strict = site.environment.is_strict();
        let relay = smtp_relay(reader, strict);
        let from = from(reader, site, relay.is_some());
        let default = if relay.is_some() { "required" } else { "none" };
        let verification_required = reader.word(&v::EMAIL_VERIFICATION, default) == "required";
        Self {
            relay,
            from,
            verification_required,
        }
    }
}

fn smtp_relay(reader: &mut Reader, strict: bool) -> Option<SmtpRelay> {
    let Some(given) = reader.given(&v::SMTP_URL) else {
        if strict {
            let text = "not set; messages are written to DATA_DIR/outbox and reach nobody";
            reader.findings.notice(v::SMTP_URL.name, text);
        }
        return None;
    };
    let relay = match SmtpRelay::parse(&given.text) {
        Ok(relay) => relay,
        Err(what) => {
            reader.wrong(&v::SMTP_URL, Some(&given.origin), what);
            return None;
        }
    };
    if !relay.is_private() {
        let what = "would send links that reset passwords in the clear";
        if strict {
            reader.wrong(&v::SMTP_URL, Some(&given.origin), what);
        } else {
            let text = format!("{what}; production would refuse it");
            reader.findings.notice(v::SMTP_URL.name, text);
        }
    }
    Some(relay)
}

impl SmtpRelay {
    /// Reads the URL; says what is wrong without quoting it.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is no URL")?;
        let options: Vec<_> = url.query_pairs().collect();
        let tls = match options.as_slice() {
            [] => None,
            [(name, value)] if name == "tls" => Some(value.as_ref()),
            _ => return Err("has an option other than one `tls`"),
        };
        let (encryption, port) = match (url.scheme(), tls) {
            ("smtps", None) => (Encryption::Tls, 465),
            ("smtp", Some("required")) | ("smtp+starttls", None) => (Encryption::StartTls, 587),
            ("smtp", Some("opportunistic")) => (Encryption::StartTlsIfOffered, 587),
            ("smtp", None) => (Encryption::None, 25),
            ("smtp", Some(_)) => return Err("has a `tls` other than required or opportunistic"),
            ("smtps" | "smtp+starttls", Some(_)) => return Err("says twice how to encrypt"),
            _ => return Err("is neither smtp nor smtps"),
        };
        if url.fragment().is_some() {
            return Err("has a #; write it as %23");
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or("has no host")?;
        let host = match Host::parse(host).map_err(|_| "has no proper host")? {
            Host::Domain(name) => name,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let port = url.port().unwrap_or(port);
        if port == 0 {
            return Err("has port 0");
        }
        Ok(Self {
            host,
            port,
            encryption,
            login: SmtpLogin::of(&url)?,
            hello: hello(&url)?,
        })
    }

    /// Whether nobody on the way can read along.
    fn is_private(&self) -> bool {
        let local = match self.host.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => self.host == "localhost",
        };
        local || matches!(self.encryption, Encryption::StartTls | Encryption::Tls)
    }
}

impl SmtpLogin {
    fn of(url: &Url) -> Result<Option<Self>, &'static str> {
        let (user, password) = (url.username(), url.password().unwrap_or_default());
        if user.is_empty() && password.is_empty() {
            return Ok(None);
        }
        if user.is_empty() || password.is_empty() {
            return Err("has a user or a password without the other");
        }
        let decoded = |text: &str| match percent_decode_str(text).decode_utf8() {
            Ok(text) if !text.chars().any(char::is_control) => {
                Ok(Secret::new(text.as_bytes().to_vec()))
            }
            _ => Err("has a user or a password that is no text"),
        };
        Ok(Some(Self {
            user: decoded(user)?,
            password: decoded(password)?,
        }))
    }
}

/// The path: a name for the greeting.
fn hello(url: &Url) -> Result<Option<String>, &'static str> {
    let name = url.path().trim_start_matches('/');
    let is_good = name.len() <= 255
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if !is_good {
        return Err("has something other than a host name after the slash");
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

fn from(reader: &mut Reader, site: &Site, has_relay: bool) -> Mailbox {
    if let Some(given) = reader.given(&v::MAIL_FROM) {
        if let Some(mailbox) = sender(&given.text) {
            return mailbox;
        }
        let what = "is no address that mail can come from";
        reader.wrong(&v::MAIL_FROM, Some(&given.origin), what);
    } else if has_relay && site.environment.is_strict() && domain(site).is_none() {
        let what = "is needed where PUBLIC_URL has no name for a host";
        reader.wrong(&v::MAIL_FROM, None, what);
    }
    let host = domain(site).unwrap_or_else(|| "localhost".to_owned());
    // The host went through the URL parser: ASCII, and nothing in it that could break a header.
    let address = Address::new_dangerous("no-reply", host);
    Mailbox::new(Some("Music Gen AI".to_owned()), address)
}

fn domain(site: &Site) -> Option<String> {
    let url = Url::parse(&site.public_url).ok()?;
    url.domain().map(ToOwned::to_owned)
}

/// A sender: its name without control characters, its address such that every relay takes it.
fn sender(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) || text.chars().count() > 320 {
        return None;
    }
    let mailbox: Mailbox = text.trim().parse().ok()?;
    let user = mailbox.email.user();
    let host = Host::parse(mailbox.email.domain()).ok()?.to_string();
    let address = format!("{user}@{host}");
    let is_good = user.is_ascii() && (EmailAddress::parse(&address).is_ok() || host == "localhost");
    let address = is_good.then(|| address.parse().ok()).flatten()?;
    Some(Mailbox::new(mailbox.name, address))
}
