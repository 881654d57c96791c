//! The texts.
//!
//! Each says what happened, when, and what to do. Of what others chose only device, network and the
//! name of a key appear, the last through [`shown`].

use super::letter::Letter;
use super::message::{KeyChange, Message};
use super::wrap::wrap;
use musicgen_security::secrets::Secret;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::net::IpAddr;
use time::{Duration, OffsetDateTime};

/// All but what RFC 3986, section 2.3 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The longest part of a key's name that is shown.
const SHOWN: usize = 40;

const ASK: &str = "If you don't know why, ask whoever runs the service.";

/// A subject and a body.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) subject: &'static str,
    pub(super) body: String,
}

impl Words {
    /// The words of a letter; `site` is `PUBLIC_URL`, without a slash at the end.
    pub(super) fn of(letter: &Letter, site: &str) -> Self {
        let when = moment(letter.at);
        let (subject, mut paragraphs) = match &letter.message {
            Message::VerifyAddress { token, good_for } => verify(site, &when, token, *good_for),
            Message::ResetPassword { token, good_for } => reset(site, &when, token, *good_for),
            Message::NewDevice { device, network } => {
                new_device(site, &when, &device.to_string(), *network)
            }
            Message::ApiKey { change, name } => api_key(site, &when, *change, name),
            Message::RegistrationAttempt => registration_attempt(site, &when),
            Message::PasswordChanged => password_changed(site, &when),
            Message::AddressLeft => address_left(site, &when),
            Message::AddressTaken => address_taken(site, &when),
            Message::WrongPasswords => wrong_passwords(site, &when),
            Message::TokenReuse => token_reuse(site, &when),
            Message::SessionsEnded => sessions_ended(site, &when),
            Message::AccountDisabled => account_disabled(site, &when),
            Message::AccountEnabled => account_enabled(site, &when),
        };
        paragraphs.push(format!(
            "This message was sent by a program, because of an account at {site} or of \
             somebody who asked for one. Answers to it are read by nobody."
        ));
        Self {
            subject,
            body: wrap(&paragraphs),
        }
    }
}

type Parts = (&'static str, Vec<String>);

fn parts<const N: usize>(subject: &'static str, paragraphs: [String; N]) -> Parts {
    (subject, paragraphs.into())
}

fn verify(site: &str, when: &str, token: &Secret, good_for: Duration) -> Parts {
    parts(
        "Confirm your address",
        [
            format!(
                "On {when} somebody, probably you, gave this address for an account at {site}."
            ),
            format!(
                "To confirm that it is yours, open this link. It works once, within {}:",
                span(good_for)
            ),
            link(site, "verify-email", token),
            "If it wasn't you, do nothing: without the link the address is not confirmed."
                .to_owned(),
        ],
    )
}

fn reset(site: &str, when: &str, token: &Secret, good_for: Duration) -> Parts {
    parts(
        "Reset your password",
        [
            format!(
                "On {when} somebody, probably you, asked for a new password for the account with this address at {site}."
            ),
            format!(
                "To choose one, open this link. It works once, within {}:",
                span(good_for)
            ),
            link(site, "reset-password", token),
            "If it wasn't you, do nothing: your password stays as it is. Give the link to nobody."
                .to_owned(),
        ],
    )
}

fn new_device(site: &str, when: &str, device: &str, from: Option<IpAddr>) -> Parts {
    let from = from.map(|address| format!(", from {}", network(address)));
    let from = from.unwrap_or_default();
    parts(
        "New sign-in to your account",
        [
            format!(
                "On {when} somebody signed in to your account with a device that we hadn't seen before: {device}{from}."
            ),
            "If it was you, there is nothing to do.".to_owned(),
            not_you(site),
        ],
    )
}

fn api_key(site: &str, when: &str, change: KeyChange, name: &str) -> Parts {
    let key = match shown(name) {
        Some(name) => format!("the API key \"{name}\""),
        None => "an API key".to_owned(),
    };
    let (subject, what) = match change {
        KeyChange::Created => ("An API key was created", "was created for your account"),
        KeyChange::Rotated => ("An API key was replaced", "of your account got a new text"),
        KeyChange::Revoked => ("An API key was revoked", "of your account was revoked"),
    };
    parts(
        subject,
        [
            format!("On {when} {key} {what}."),
            "If it was you, there is nothing to do.".to_owned(),
            format!("{} Then look through your API keys.", not_you(site)),
        ],
    )
}

fn registration_attempt(site: &str, when: &str) -> Parts {
    parts(
        "You have an account already",
        [
            format!("On {when} somebody tried to make an account with this address at {site}. It has one already, so nothing was changed."),
            format!("If it was you, sign in at {site}; if you forgot the password, ask there for a new one."),
            "If it wasn't you, do nothing. Whoever it was hasn't been told that the account exists.".to_owned(),
        ],
    )
}

fn password_changed(site: &str, when: &str) -> Parts {
    parts(
        "Your password was changed",
        [
            format!(
                "On {when} the password of your account at {site} was changed, and the account was signed out on other devices."
            ),
            "If it was you, there is nothing to do.".to_owned(),
            format!(
                "If it wasn't you, ask at {site} for a new password now (\"forgot password\"), and then look through your sessions and API keys."
            ),
        ],
    )
}

fn address_left(site: &str, when: &str) -> Parts {
    parts(
        "Your address was changed",
        [
            format!("On {when} the account at {site} that had this address got another one. Messages about it no longer come here."),
            "If it was you, there is nothing to do.".to_owned(),
            "If it wasn't you, tell whoever runs the service now: somebody else may be in your account.".to_owned(),
        ],
    )
}

fn address_taken(site: &str, when: &str) -> Parts {
    parts(
        "Your address was changed",
        [
            format!(
                "On {when} this address became the address of an account at {site}. Messages about it come here from now on."
            ),
            "If it wasn't you, tell whoever runs the service.".to_owned(),
        ],
    )
}

fn wrong_passwords(site: &str, when: &str) -> Parts {
    parts(
        "Wrong passwords for your account",
        [
            format!(
                "On {when} somebody gave one more wrong password for your account at {site}, after several others. Nobody was let in. Further attempts have to wait, longer each time; your sessions go on, and where you signed in before you still can."
            ),
            "If it was you, there is nothing to do; if you forgot the password, ask for a new one."
                .to_owned(),
            format!(
                "If it wasn't you, make sure that your password is used for nothing but {site}."
            ),
        ],
    )
}

fn token_reuse(site: &str, when: &str) -> Parts {
    parts(
        "A session was ended for your safety",
        [
            format!("On {when} a credential of one of your sessions at {site} was used a second time, after it had been replaced. A copy of it may be in wrong hands, so the session was ended."),
            "Sign in again. If this happens more than once, change your password, and look for unwanted programs and extensions on your devices.".to_owned(),
        ],
    )
}

fn sessions_ended(site: &str, when: &str) -> Parts {
    parts(
        "You were signed out",
        [
            format!(
                "On {when} an administrator ended the sessions of your account at {site}. You can sign in again."
            ),
            ASK.to_owned(),
        ],
    )
}

fn account_disabled(site: &str, when: &str) -> Parts {
    parts(
        "Your account was disabled",
        [
            format!(
                "On {when} an administrator disabled your account at {site}. Until it is enabled again you can't sign in, and your API keys don't work."
            ),
            ASK.to_owned(),
        ],
    )
}

fn account_enabled(site: &str, when: &str) -> Parts {
    parts(
        "Your account was enabled",
        [
            format!(
                "On {when} an administrator enabled your account at {site} again. You can sign in."
            ),
            ASK.to_owned(),
        ],
    )
}

fn not_you(site: &str) -> String {
    format!(
        "If it wasn't you, sign in at {site}, change your password, and end the other sessions."
    )
}

/// A page's address with the token after `#`, which browsers keep to themselves.
fn link(site: &str, page: &str, token: &Secret) -> String {
    let token = percent_encode(token.expose(), RESERVED);
    format!("{site}/{page}#token={token}")
}

/// "25 November 2026 at 09:32 UTC".
fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let (day, month, year) = (at.day(), at.month(), at.year());
    format!(
        "{day} {month} {year} at {:02}:{:02} UTC",
        at.hour(),
        at.minute()
    )
}

/// "1 hour"; the largest unit that says it exactly, rounded down to minutes.
fn span(length: Duration) -> String {
    let minutes = length.whole_minutes().max(1);
    let (count, unit) = match minutes {
        m if m % 1_440 == 0 && m > 1_440 => (m / 1_440, "day"),
        m if m % 60 == 0 => (m / 60, "hour"),
        m => (m, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// IPv6 by /64, as limits count it: the rest changes by itself and says nothing.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("the address {address}"),
        IpAddr::V6(address) => {
            let prefix = address.to_bits() >> 64 << 64;
            format!("the network {}/64", std::net::Ipv6Addr::from_bits(prefix))
        }
    }
}

/// What may be shown of a name that a user, or whoever is in their account, chose: letters, digits,
/// blanks, `-` and `_`. Without dots, slashes and colons no mail program makes a link of it.
fn shown(name: &str) -> Option<String> {
    let kept = |c: char| {
        if c.is_alphanumeric() || "-_".contains(c) {
            c
        } else {
            ' '
        }
    };
    let text: String = name.chars().take(SHOWN).map(kept).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests;
