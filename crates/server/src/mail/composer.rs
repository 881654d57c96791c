//! From a letter to the bytes of RFC 5322.

use super::letter::Letter;
use super::words::Words;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MessageId,
};
use lettre::message::{Body, Mailbox, SinglePart};
use lettre::{Address, Message as Email};
use musicgen_security::authentication::accounts::EmailAddress;
use std::time::SystemTime;
use url::{Host, Url};

/// Knows what all letters have in common.
#[derive(Debug)]
pub(super) struct Composer {
    from: Mailbox,
    /// `PUBLIC_URL`.
    site: String,
    /// Its host, for `Message-ID`.
    host: String,
}

/// How lines that are too long or not ASCII travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// As they are: for people who read files.
    Plain,
    /// Encoded, so that every relay takes them.
    Encoded,
}

/// Why there can be no such message.
#[derive(Debug, thiserror::Error)]
pub(super) enum ComposeError {
    /// The address is good for an account, and mail knows no such address.
    #[error("the address is none that mail can be sent to")]
    Address,
    /// Anything else, which is a fault of ours.
    #[error("the message can't be composed: {0}")]
    Message(lettre::error::Error),
}

impl Composer {
    pub(super) fn new(from: Mailbox, site: &str) -> Self {
        let host = Url::parse(site).ok().and_then(|url| match url.host()? {
            Host::Domain(name) => Some(name.to_owned()),
            Host::Ipv4(address) => Some(format!("[{address}]")),
            Host::Ipv6(address) => Some(format!("[IPv6:{address}]")),
        });
        // The configuration lets none through; lettre would panic at a line break here.
        let name = from.name.map(|name| name.replace(char::is_control, " "));
        Self {
            from: Mailbox::new(name, from.email),
            site: site.trim_end_matches('/').to_owned(),
            host: host.unwrap_or_else(|| "localhost".to_owned()),
        }
    }

    pub(super) fn compose(&self, letter: &Letter, lines: Lines) -> Result<Email, ComposeError> {
        let Words { subject, body } = Words::of(letter, &self.site);
        let to = recipient(&letter.to).ok_or(ComposeError::Address)?;
        // RFC 3834: keeps out-of-office replies and mailing lists from answering.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Email::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(SystemTime::from(letter.at))
            .header(MessageId::from(format!("<{}@{}>", letter.id, self.host)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::TEXT_PLAIN)
                    .body(encoded(body, lines)),
            )
            .map_err(ComposeError::Message)
    }
}

/// Lines of up to 998 bytes may travel as they are (RFC 5322, section 2.1.1).
fn encoded(body: String, lines: Lines) -> Body {
    if lines == Lines::Encoded || body.lines().any(|line| line.len() > 998) {
        return Body::new(body);
    }
    let body = body.replace('\n', "\r\n").into_bytes();
    Body::dangerous_pre_encoded(body, ContentTransferEncoding::EightBit)
}

/// The host in ASCII: then only a name that isn't ASCII needs a relay with SMTPUTF8.
fn recipient(address: &EmailAddress) -> Option<Address> {
    let (name, host) = address.as_str().rsplit_once('@')?;
    let host = Host::parse(host).ok()?.to_string();
    Address::new(name, host).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Message;
    use musicgen_security::secrets::Secret;
    use time::Duration;
    use uuid::Uuid;

    fn letter(to: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            at: time::macros::datetime!(2026-11-25 09:32:44 UTC),
            to: EmailAddress::parse(to).unwrap(),
            message: Message::ResetPassword {
                token: Secret::new("t".repeat(43)),
                good_for: Duration::hours(1),
            },
            failures: 0,
            _place: None,
        }
    }

    fn compose(from: &str, to: &str, lines: Lines) -> String {
        let composer = Composer::new(from.parse().unwrap(), "https://music.example/");
        let email = composer.compose(&letter(to), lines).unwrap();
        String::from_utf8(email.formatted()).unwrap()
    }

    const FROM: &str = "Music Gen AI <no-reply@music.example>";

    #[test]
    fn the_headers_of_an_automatic_message() {
        let text = compose(FROM, "clara@example.com", Lines::Encoded);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "To: clara@example.com",
            "Subject: Reset your password",
            "Date: Wed, 25 Nov 2026 09:32:44 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000007@music.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
        ] {
            assert!(head.lines().any(|found| found == line), "{line}: {head}");
        }
        assert!(head.contains("<no-reply@music.example>") && head.contains("Music Gen AI"));
        assert!(text.lines().all(|line| line.len() <= 78), "{text}");
        assert!(
            text.is_ascii() && !body.contains(&"t".repeat(43)),
            "the link is folded"
        );
        let plain = compose(FROM, "clara@example.com", Lines::Plain);
        let link = format!(
            "https://music.example/reset-password#token={}",
            "t".repeat(43)
        );
        assert!(plain.lines().any(|line| line == link), "{plain}");
        assert!(!plain.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn names_and_addresses_put_nothing_into_headers() {
        let fancy = Mailbox::new(
            Some("M\u{fc}sic\r\nBcc: victim@example.com\r\n\r\nbody".to_owned()),
            "no-reply@music.example".parse().unwrap(),
        );
        let composer = Composer::new(fancy, "https://music.example");
        for (to, seen) in [
            ("o'hara+tag@example.com", "o'hara+tag@example.com"),
            ("a{b}|c@example.com", "a{b}|c@example.com"),
            ("clara@b\u{fc}cher.example", "clara@xn--bcher-kva.example"),
        ] {
            let email = composer.compose(&letter(to), Lines::Encoded).unwrap();
            let recipients: Vec<_> = email
                .envelope()
                .to()
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(recipients, [seen]);
            let text = String::from_utf8(email.formatted()).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            let names: Vec<_> = head
                .lines()
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            assert_eq!(names.len(), 9, "{head}");
            assert!(!names.contains(&"Bcc"), "{head}");
        }
    }

    #[test]
    fn the_message_id_is_under_the_own_host() {
        for (site, host) in [
            ("https://music.example", "music.example"),
            ("http://127.0.0.1:8000", "[127.0.0.1]"),
            ("http://[::1]:8000", "[IPv6:::1]"),
            ("nonsense", "localhost"),
        ] {
            assert_eq!(Composer::new(FROM.parse().unwrap(), site).host, host);
        }
    }
}
