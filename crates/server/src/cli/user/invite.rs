use super::{Desk, address};
use crate::cli::CliError;
use crate::config::Registration;
use clap::Args;
use musicgen_security::authentication::one_time::{OneTimeTokens, Purpose};
use musicgen_security_store::sql::SqlOneTimeTokens;

#[derive(Debug, Args)]
pub(in crate::cli) struct InviteArgs {
    /// The only address that can use it; anybody who has the link without
    email: Option<String>,
}

/// The link goes to standard output, what is to be known about it to standard error.
pub(super) async fn run(desk: &Desk, args: &InviteArgs) -> Result<(), CliError> {
    let to = args.email.as_deref().map(address).transpose()?;
    let store = SqlOneTimeTokens::new(desk.database.clone());
    let tokens = OneTimeTokens::new(store, desk.surroundings.random.clone());
    let now = desk.surroundings.clock.now();
    let issued = tokens.issue(Purpose::Invite, None, to.clone(), now).await;
    let token = issued.map_err(CliError::io("no invitation was made"))?;
    println!("{}/register#token={}", desk.public_url, token.to_text());
    let hours = Purpose::Invite.lifetime().whole_hours();
    let whom = to.map_or_else(|| "whoever opens it".to_owned(), |to| to.to_string());
    eprintln!("good once, for {hours} hours, for {whom}");
    match desk.registration {
        Registration::Invite => {}
        Registration::Open => eprintln!("REGISTRATION is open: nobody needs it"),
        Registration::Closed => {
            eprintln!("REGISTRATION is closed: it opens nothing until that is `invite`");
        }
    }
    Ok(())
}
