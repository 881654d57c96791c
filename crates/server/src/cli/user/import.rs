//! Accounts from another service, with their password hashes.
//!
//! 1. Every line is judged before anything is written: each fault is said with its line. With one
//!    fault nothing is imported, unless the wrong lines are to be left out.
//! 2. The accounts are made in one transaction: all or none.
//! 3. Hashes are stored as they came and made anew at each account's first sign-in. A scheme that
//!    isn't supported is refused by name. No hash is ever printed.

mod rows;

use super::{CliError, Desk};
use clap::{Args, ValueEnum};
use musicgen_security::authentication::accounts::{Account, AccountStore, EmailAddress};
use musicgen_security::authentication::passwords::Scheme;
use musicgen_security::store::StoreError;
use rows::{Line, Row};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Read;
use std::path::PathBuf;

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 256 * 1024 * 1024;

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The file, or - for standard input
    file: PathBuf,
    /// What it is; otherwise the ending says: .csv, or .jsonl, .ndjson
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Leave out the lines that are wrong, and import the others
    #[arg(long)]
    skip_invalid: bool,
    /// Judge the file and import nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Comma-separated values with a header line
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// What was found in a file.
#[derive(Debug, Default)]
struct Judged {
    rows: Vec<Row>,
    /// With the line of each.
    faults: Vec<(u64, String)>,
    wrong_lines: usize,
}

pub(super) async fn run(desk: &Desk, args: &ImportArgs) -> Result<(), CliError> {
    let (format, text) = (args.format()?, args.read()?);
    let judged = judge(desk, format, &text).await?;
    for (line, fault) in &judged.faults {
        eprintln!("line {line}: {fault}");
    }
    let wrong = judged.wrong_lines;
    if wrong > 0 && !args.skip_invalid {
        let lines = if wrong == 1 { "line is" } else { "lines are" };
        return Err(CliError::failed(format!(
            "{wrong} {lines} wrong, so nothing was imported; --skip-invalid leaves them out"
        )));
    }
    let schemes = schemes(&judged.rows);
    let count = judged.rows.len();
    if !args.dry_run {
        store(desk, judged.rows).await?;
    }
    let done = if args.dry_run {
        "would be imported"
    } else {
        "imported"
    };
    println!("{done}: {count}{schemes}; left out: {wrong}");
    Ok(())
}

impl ImportArgs {
    fn format(&self) -> Result<Format, CliError> {
        let ending = self.file.extension().and_then(|ending| ending.to_str());
        let by_ending = match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Some(Format::Csv),
            Some("jsonl" | "ndjson") => Some(Format::Jsonl),
            _ => None,
        };
        self.format.or(by_ending).ok_or_else(|| {
            CliError::Usage("the file's ending doesn't say what it is: add --format".to_owned())
        })
    }

    fn read(&self) -> Result<String, CliError> {
        let failed = || CliError::io(self.file.display().to_string());
        let source: Box<dyn Read> = if self.file.as_os_str() == "-" {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(std::fs::File::open(&self.file).map_err(failed())?)
        };
        let mut bytes = Vec::new();
        let mut source = source.take(MAX_FILE + 1);
        source.read_to_end(&mut bytes).map_err(failed())?;
        if bytes.len() as u64 > MAX_FILE {
            let detail = "the file is larger than 256 MiB; split it";
            return Err(CliError::failed(detail));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            CliError::failed(format!("the file is not UTF-8 at byte {at}"))
        })
    }
}

/// Says of every line whether it is an account that can be made.
async fn judge(desk: &Desk, format: Format, text: &str) -> Result<Judged, CliError> {
    let lines = match format {
        Format::Csv => rows::of_csv(text, &desk.policy).map_err(CliError::failed)?,
        Format::Jsonl => rows::of_json_lines(text, &desk.policy),
    };
    let mut judged = Judged::default();
    let mut seen: BTreeMap<EmailAddress, u64> = BTreeMap::new();
    for Line { number, row } in lines {
        let mut faults = Vec::new();
        match row {
            Err(wrong) => faults = wrong,
            Ok(row) => {
                match seen.entry(row.email.clone()) {
                    Entry::Occupied(first) => {
                        faults.push(format!("email: the address of line {} too", first.get()));
                    }
                    Entry::Vacant(place) => {
                        place.insert(number);
                    }
                }
                let taken = desk.accounts.find_by_email(&row.email).await;
                if taken.map_err(CliError::io("accounts"))?.is_some() {
                    faults.push("email: the address has an account already".to_owned());
                }
                if faults.is_empty() {
                    judged.rows.push(row);
                }
            }
        }
        judged.wrong_lines += usize::from(!faults.is_empty());
        let faults = faults.into_iter().map(|fault| (number, fault));
        judged.faults.extend(faults);
    }
    Ok(judged)
}

/// How many of each kind: ` (argon2 3, bcrypt 40)`.
fn schemes(rows: &[Row]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.scheme.to_string()).or_default() += 1;
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(scheme, count)| format!("{scheme} {count}"))
        .collect();
    if counts.is_empty() {
        String::new()
    } else {
        format!(" ({})", counts.join(", "))
    }
}

async fn store(desk: &Desk, rows: Vec<Row>) -> Result<(), CliError> {
    let now = desk.surroundings.clock.now();
    let account = |row: Row| Account {
        id: desk.surroundings.random.uuid(),
        email: row.email,
        username: row.username,
        password_hash: Some(row.password_hash),
        roles: row.roles,
        tier: row.tier.unwrap_or(desk.new_accounts),
        limits: None,
        epoch: 0,
        min_epoch: 0,
        kept_session: None,
        // Whoever kept them before knew whose they are; here they are claimed.
        email_verified_at: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    let accounts: Vec<Account> = rows.into_iter().map(account).collect();
    match desk.accounts.create_all(&accounts).await {
        Ok(()) => Ok(()),
        Err(StoreError::Conflict) => Err(CliError::failed(
            "one of the addresses was taken meanwhile, so nothing was imported; try again",
        )),
        Err(other) => Err(CliError::io("no account was made")(other)),
    }
}

#[cfg(test)]
mod tests;
