//! What follows from an attempt to prove a password that failed: figures, a line in the log, letters.

use super::Client;
use crate::mail::Message;
use crate::state::AccountService;
use aws_lc_rs::digest::{SHA256, digest};
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::one_time::Purpose;
use musicgen_security::authentication::throttle::ThrottleError;
use musicgen_security::authentication::{Failure, SignInError, WrongCause};
use musicgen_security::problem::Problem;
use std::convert::Infallible;
use std::sync::Arc;

/// For what a password was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To sign in.
    SignIn,
    /// Of somebody who is signed in.
    Again,
}

impl Asked {
    fn id(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Again => "again",
        }
    }
}

/// Stands for a name in the log: `printf %s ADDRESS | sha256sum | cut -c-12` finds it.
fn short(name: &str) -> String {
    let canonical = EmailAddress::parse(name);
    let name = canonical.as_ref().map_or(name, EmailAddress::as_str);
    let hash = digest(&SHA256, name.as_bytes());
    crate::api::hex(hash.as_ref().get(..6).unwrap_or_default())
}

pub(super) fn count(asked: Asked, outcome: &'static str) {
    let asked = asked.id();
    metrics::counter!("musicgen_sign_ins_total", "asked" => asked, "outcome" => outcome)
        .increment(1);
}

impl AccountService {
    /// Says in the log and in figures why nobody was let in. What the owner is to know is written
    /// behind the answer, whose time is the same for all.
    pub(super) fn failed(
        self: &Arc<Self>,
        asked: Asked,
        name: &str,
        client: &Client,
        error: SignInError,
    ) -> Problem {
        let who = short(name);
        match &error {
            SignInError::Wrong(failure) => {
                count(asked, "wrong");
                let (cause, tripped) = (failure.cause.id(), failure.tripped);
                tracing::warn!(
                    asked = asked.id(),
                    who,
                    client = client.shown(),
                    cause,
                    tripped,
                    "a password was refused"
                );
                self.follow_up(failure);
            }
            SignInError::Throttle(ThrottleError::TooMany(refused)) => {
                count(asked, "too_many");
                let seconds = refused.retry_after.whole_seconds();
                tracing::warn!(
                    asked = asked.id(), who, client = client.shown(), by = ?refused.by, seconds,
                    "an attempt was not admitted"
                );
            }
            _ => count(asked, "unavailable"),
        }
        error.into()
    }

    fn follow_up(self: &Arc<Self>, failure: &Failure) {
        let account = failure.account.clone();
        if failure.tripped {
            let (service, account) = (self.clone(), account.clone());
            self.errands.start("wrong_passwords", async move {
                if let Some(account) = account {
                    service.mailer.send(&account.email, Message::WrongPasswords);
                }
                Ok::<(), Infallible>(())
            });
        }
        if let (WrongCause::Unverified, Some(account)) = (failure.cause, account) {
            self.send_link(Purpose::VerifyEmail, account.email);
        }
    }
}
