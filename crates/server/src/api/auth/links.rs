//! Links by mail, written behind the answer: whether there is an account shows neither in it nor in
//! its time.

use crate::mail::Message;
use crate::state::AccountService;
use musicgen_security::authentication::accounts::{Account, AccountStore, EmailAddress};
use musicgen_security::authentication::credentials::Link;
use musicgen_security::authentication::one_time::{IssueError, Purpose};
use musicgen_security::problem::Problem;
use std::sync::Arc;
use uuid::Uuid;

impl AccountService {
    /// Sends a link to the account with this address, if there is one that it is of use to; the same
    /// work is done if there is none. Whoever had enough letters keeps the last link.
    pub(super) fn send_link(self: &Arc<Self>, purpose: Purpose, to: EmailAddress) {
        let service = self.clone();
        self.errands.start(purpose.id(), async move {
            let account = service.accounts.find_by_email(&to).await?;
            let account = account.filter(|account| is_of_use(purpose, account));
            let reserved = account.and_then(|account| {
                let reserved = service.mailer.reserve(&to, kind(purpose)).ok()?;
                Some((account, reserved))
            });
            let Some((account, reserved)) = reserved else {
                return Ok(service.credentials.rehearse(purpose, to).await?);
            };
            let link = service.credentials.link(purpose, &account).await?;
            reserved.send(message(purpose, link));
            Ok::<(), IssueError>(())
        });
    }

    /// Refuses while the store is away: what is done behind the answer would not be done. The question
    /// has the same answer for all.
    pub(super) async fn answers(&self) -> Result<(), Problem> {
        self.accounts.find(Uuid::nil()).await?;
        Ok(())
    }
}

fn is_of_use(purpose: Purpose, account: &Account) -> bool {
    let is_open = purpose != Purpose::VerifyEmail || account.email_verified_at.is_none();
    account.is_enabled() && is_open
}

fn kind(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::ResetPassword => Message::RESET_PASSWORD,
        _ => Message::VERIFY_ADDRESS,
    }
}

fn message(purpose: Purpose, link: Link) -> Message {
    let Link { token, good_for } = link;
    match purpose {
        Purpose::ResetPassword => Message::ResetPassword { token, good_for },
        _ => Message::VerifyAddress { token, good_for },
    }
}
