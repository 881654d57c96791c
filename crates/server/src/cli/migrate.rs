use super::{CliError, CliResult, Global, block_on};
use crate::app::{Surroundings, open_database};
use crate::config::{Config, LoadOptions};
use crate::store::MIGRATIONS;
use clap::Args;
use musicgen_security_store::Database;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// Only say what would be done; exits with 1 when something would
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &MigrateArgs, global: &Global) -> CliResult {
    let options = LoadOptions {
        may_write: !args.check,
        ..global.options(BTreeMap::new())
    };
    let config = Config::load(&options)?.config;
    let path = &config.storage.sqlite_path;
    block_on(async {
        let waiting = pending(path).await?;
        for step in &waiting {
            println!("{step}");
        }
        if waiting.is_empty() {
            println!("{} is up to date.", path.display());
            return Ok(ExitCode::SUCCESS);
        }
        if args.check {
            println!("{} to do.", waiting.len());
            return Ok(ExitCode::FAILURE);
        }
        let database = open_database(&config, &Surroundings::system()).await?;
        database.close().await;
        println!("{} done.", waiting.len());
        Ok(ExitCode::SUCCESS)
    })
}

/// The steps to take; all of them where there is no database yet, which looking does not make.
async fn pending(path: &Path) -> Result<Vec<String>, CliError> {
    let line = |set: &str, version, name| format!("{set}/{version} {name}");
    if !path.exists() {
        let steps = MIGRATIONS.iter().flat_map(|set| {
            set.steps
                .iter()
                .map(move |step| line(set.name, step.version, step.name))
        });
        return Ok(steps.collect());
    }
    let database = Database::open_sqlite(path)
        .await
        .map_err(CliError::io(format!("{} can't be opened", path.display())))?;
    let mut steps = Vec::new();
    for set in MIGRATIONS {
        let pending = database
            .pending(set)
            .await
            .map_err(CliError::io("migrations"))?;
        steps.extend(
            pending
                .iter()
                .map(|step| line(step.set, step.version, step.name)),
        );
    }
    database.close().await;
    Ok(steps)
}
