mod import;
mod invite;
mod limits;

use super::{CliError, CliResult, Global, block_on};
use crate::app::{Surroundings, open_database, registrar};
use crate::config::Registration;
use clap::{Args, Subcommand};
use musicgen_security::authentication::RegistrationRequest;
use musicgen_security::authentication::accounts::{
    Account, AccountChange, AccountStore, Changed, EmailAddress, EndSessions,
};
use musicgen_security::authentication::passwords::{HashingPool, Password};
use musicgen_security::authorization::{Policy, RoleName, Tier};
use musicgen_security::sessions::{EndReason, SessionStore};
use musicgen_security_store::Database;
use musicgen_security_store::sql::{SqlAccounts, SqlSessions};
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Make an account; asks for the password
    #[command(after_help = "The first administrator:\n  \
        musicgen user create --email me@example.com --username Me --role admin --tier internal")]
    Create(CreateArgs),
    /// Make accounts from a file, with password hashes of another service
    #[command(after_help = IMPORT_HELP)]
    Import(import::ImportArgs),
    /// Make an invitation, for REGISTRATION=invite, and print its link
    Invite(invite::InviteArgs),
    /// List accounts
    List,
    /// Show an account
    Show(Whom),
    /// Replace the roles of an account
    SetRoles(SetRoles),
    /// Change the tier of an account
    SetTier(SetTier),
    /// Give an account rate limits in the place of its tier's, or take them back
    #[command(after_help = limits::HELP)]
    SetLimits(limits::SetLimits),
    /// Set a new password; ends all sessions of the account
    SetPassword(SetPassword),
    /// Let nobody sign in as an account any more; ends its sessions
    Disable(Whom),
    /// Let an account sign in again
    Enable(Whom),
}

const IMPORT_HELP: &str = "\
A CSV file has a header: email,username,password_hash, and if you like roles (with blanks between) and tier.
JSON lines have the same names; roles is a list:
  {\"email\":\"me@example.com\",\"username\":\"Me\",\"password_hash\":\"$2b$12$...\",\"roles\":[\"user\"],\"tier\":\"free\"}

Hashes: argon2, scrypt and PBKDF2 as PHC strings, PBKDF2 of passlib and Django, bcrypt. Each is replaced
by a stronger one when its owner signs in. Every line is judged first; with one fault nothing is imported.";

#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// The address to sign in with
    #[arg(long)]
    email: String,
    /// The display name
    #[arg(long)]
    username: String,
    /// A role; may be given several times
    #[arg(long = "role", default_value = "user")]
    roles: Vec<String>,
    /// free, premium, enterprise or internal; without it DEFAULT_RATE_LIMIT_TIER
    #[arg(long)]
    tier: Option<String>,
    #[command(flatten)]
    password: PasswordFrom,
}

#[derive(Debug, Args)]
pub(super) struct PasswordFrom {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct Whom {
    /// The address of the account
    email: String,
}

#[derive(Debug, Args)]
pub(super) struct SetRoles {
    #[command(flatten)]
    whom: Whom,
    /// The new roles
    #[arg(required = true)]
    roles: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct SetTier {
    #[command(flatten)]
    whom: Whom,
    /// free, premium, enterprise or internal
    tier: String,
}

#[derive(Debug, Args)]
pub(super) struct SetPassword {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    password: PasswordFrom,
}

struct Desk {
    database: Database,
    surroundings: Surroundings,
    accounts: SqlAccounts,
    policy: Arc<Policy>,
    registration: Registration,
    new_accounts: Tier,
    public_url: String,
}

pub(super) fn run(command: UserCommand, global: &Global) -> CliResult {
    let config = global.load()?.config;
    block_on(async {
        let surroundings = Surroundings::system();
        let database = open_database(&config, &surroundings).await?;
        let accounts = SqlAccounts::new(database.clone());
        let desk = Desk {
            database,
            surroundings,
            accounts,
            policy: config.authorization.policy.clone(),
            registration: config.accounts.registration,
            new_accounts: config.rates.new_accounts,
            public_url: config.site.public_url.clone(),
        };
        let outcome = desk.run(command).await;
        desk.database.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    })
}

impl Desk {
    async fn run(&self, command: UserCommand) -> Result<(), CliError> {
        let change = match command {
            UserCommand::Create(args) => return self.create(args).await,
            UserCommand::Import(args) => return import::run(self, &args).await,
            UserCommand::Invite(args) => return invite::run(self, &args).await,
            UserCommand::List => return self.list().await,
            UserCommand::Show(whom) => {
                describe(&self.find(&whom).await?);
                return Ok(());
            }
            UserCommand::SetPassword(args) => return self.set_password(args).await,
            UserCommand::SetRoles(args) => {
                let roles = Some(roles(&args.roles, &self.policy)?);
                (
                    args.whom,
                    AccountChange {
                        roles,
                        ..AccountChange::default()
                    },
                )
            }
            UserCommand::SetTier(args) => {
                let tier = Some(tier(&args.tier)?);
                (
                    args.whom,
                    AccountChange {
                        tier,
                        ..AccountChange::default()
                    },
                )
            }
            UserCommand::SetLimits(args) => args.change()?,
            UserCommand::Disable(whom) => (
                whom,
                AccountChange {
                    disabled: Some(true),
                    ..AccountChange::default()
                },
            ),
            UserCommand::Enable(whom) => (
                whom,
                AccountChange {
                    disabled: Some(false),
                    ..AccountChange::default()
                },
            ),
        };
        self.change(&change.0, &change.1).await
    }

    async fn create(&self, args: CreateArgs) -> Result<(), CliError> {
        let email = address(&args.email)?;
        let roles = roles(&args.roles, &self.policy)?;
        let tier = args.tier.as_deref().map_or(Ok(self.new_accounts), tier)?;
        crate::api::auth::USERNAME
            .check(&args.username)
            .map_err(|(_, detail)| CliError::failed(format!("--username: {detail}")))?;
        let registrar = self.registrar();
        let password = args.password.read()?;
        let request = RegistrationRequest {
            email,
            username: args.username,
            password,
            roles,
            tier,
        };
        let account = registrar
            .register(request)
            .await
            .map_err(CliError::io("no account was made"))?;
        describe(&account);
        Ok(())
    }

    fn registrar(&self) -> musicgen_security::authentication::Registrar<SqlAccounts> {
        let hashing = (self.surroundings.hasher.clone(), HashingPool::new(1, 1));
        registrar(&self.database, &self.surroundings, hashing)
    }

    async fn list(&self) -> Result<(), CliError> {
        let mut after = None;
        loop {
            let page = self
                .accounts
                .list(after, 100)
                .await
                .map_err(CliError::io("accounts"))?;
            for account in &page.items {
                let state = if account.is_enabled() {
                    ""
                } else {
                    "  disabled"
                };
                let roles = role_list(account);
                println!("{}  {}  {}{state}", account.email, roles, account.tier);
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn find(&self, whom: &Whom) -> Result<Account, CliError> {
        let email = address(&whom.email)?;
        let found = self
            .accounts
            .find_by_email(&email)
            .await
            .map_err(CliError::io("accounts"))?;
        found.ok_or_else(|| CliError::failed(format!("there is no account {email}")))
    }

    async fn change(&self, whom: &Whom, change: &AccountChange) -> Result<(), CliError> {
        let account = self.find(whom).await?;
        let now = self.surroundings.clock.now();
        let changed = self.accounts.change(account.id, change, now).await;
        match changed.map_err(CliError::io("accounts"))? {
            Changed::Done(account) => {
                if change.disabled == Some(true) {
                    self.end_sessions(&account, EndReason::Administrator)
                        .await?;
                }
                describe(&account);
                Ok(())
            }
            Changed::Absent => Err(CliError::failed("the account is gone")),
            Changed::LastAdministrator => Err(CliError::failed(
                "this is the last administrator; make another one first",
            )),
        }
    }

    async fn set_password(&self, args: SetPassword) -> Result<(), CliError> {
        let account = self.find(&args.whom).await?;
        let registrar = self.registrar();
        let password = args.password.read()?;
        registrar
            .check_password(&password, &account.username, Some(&account.email))
            .map_err(CliError::io("the password"))?;
        let hash = registrar
            .hash(password)
            .await
            .map_err(CliError::io("the password"))?;
        let change = AccountChange {
            password_hash: Some(hash),
            sessions: Some(EndSessions::All),
            ..AccountChange::default()
        };
        self.change(&args.whom, &change).await?;
        self.end_sessions(&account, EndReason::PasswordChanged)
            .await
    }

    async fn end_sessions(&self, account: &Account, reason: EndReason) -> Result<(), CliError> {
        let sessions = SqlSessions::new(self.database.clone());
        let now = self.surroundings.clock.now();
        let ended = sessions.end_all(account.id, None, reason, now).await;
        println!(
            "{} sessions ended",
            ended.map_err(CliError::io("sessions"))?
        );
        Ok(())
    }
}

impl PasswordFrom {
    fn read(&self) -> Result<Password, CliError> {
        if self.password_stdin || !std::io::stdin().is_terminal() {
            let mut line = String::new();
            std::io::stdin()
                .lock()
                .read_line(&mut line)
                .map_err(CliError::io("standard input"))?;
            return Ok(Password::new(line.trim_end_matches(['\r', '\n'])));
        }
        let ask =
            |text: &str| rpassword::prompt_password(text).map_err(CliError::io("the terminal"));
        let first = ask("Password (at least 15 characters): ")?;
        if ask("Once more: ")? == first {
            Ok(Password::new(&first))
        } else {
            Err(CliError::failed("the two passwords differ"))
        }
    }
}

fn address(text: &str) -> Result<EmailAddress, CliError> {
    EmailAddress::parse(text).map_err(CliError::io(format!("`{text}` is no mail address")))
}

fn roles(words: &[String], policy: &Policy) -> Result<Vec<RoleName>, CliError> {
    let known = || {
        policy
            .roles()
            .map(RoleName::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let role = |word: &String| {
        RoleName::parse(word)
            .ok()
            .filter(|role| policy.knows(role))
            .ok_or_else(|| {
                CliError::failed(format!("there is no role `{word}`; there are: {}", known()))
            })
    };
    let mut roles = words.iter().map(role).collect::<Result<Vec<_>, _>>()?;
    roles.sort();
    roles.dedup();
    Ok(roles)
}

fn tier(word: &str) -> Result<Tier, CliError> {
    let found = Tier::OF_ACCOUNTS
        .iter()
        .copied()
        .find(|tier| tier.id() == word);
    found.ok_or_else(|| {
        let known: Vec<&str> = Tier::OF_ACCOUNTS.iter().map(|tier| tier.id()).collect();
        CliError::failed(format!(
            "there is no tier `{word}`; there are: {}",
            known.join(", ")
        ))
    })
}

fn role_list(account: &Account) -> String {
    account
        .roles
        .iter()
        .map(RoleName::as_str)
        .collect::<Vec<_>>()
        .join(",")
}

fn describe(account: &Account) {
    println!(
        "{}  {}\n  id {}\n  roles {}  tier {}{}{}",
        account.email,
        account.username,
        account.id,
        role_list(account),
        account.tier,
        if account.is_enabled() {
            ""
        } else {
            "  disabled"
        },
        limits::described(account.limits)
    );
}
