//! What the owner of an account is told of it by mail.

use crate::mail::Message;
use crate::state::AccountService;
use musicgen_security::authentication::accounts::AccountStore;
use uuid::Uuid;

impl AccountService {
    /// Tells the owner of an account. No request fails because that can't be done.
    pub(crate) async fn tell(&self, account_id: Uuid, message: Message) {
        match self.accounts.find(account_id).await {
            Ok(Some(account)) => {
                self.mailer.send(&account.email, message);
            }
            Ok(None) => {}
            Err(error) => {
                let kind = message.kind();
                tracing::error!(%error, kind, account = %account_id, "an owner could not be told");
            }
        }
    }
}
