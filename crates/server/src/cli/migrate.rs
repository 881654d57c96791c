use super::{CliError, CliResult, Global, block_on};
use crate::app::{Surroundings, open_database};
use crate::store::MIGRATIONS;
use clap::Args;
use musicgen_security_store::Database;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// Only say what would be done; exits with 1 when something would
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &MigrateArgs, global: &Global) -> CliResult {
    let config = global.load()?.config;
    let path = config.storage.sqlite_path.clone();
    block_on(async {
        let database = Database::open_sqlite(&path)
            .await
            .map_err(CliError::io(format!("{} can't be opened", path.display())))?;
        let mut waiting = 0;
        for set in MIGRATIONS {
            let pending = database
                .pending(set)
                .await
                .map_err(CliError::io("migrations"))?;
            for step in &pending {
                println!("{}/{} {}", set.name, step.version, step.name);
            }
            waiting += pending.len();
        }
        database.close().await;
        if waiting == 0 {
            println!("{} is up to date.", path.display());
            return Ok(ExitCode::SUCCESS);
        }
        if args.check {
            println!("{waiting} to do.");
            return Ok(ExitCode::FAILURE);
        }
        let database = open_database(&config, &Surroundings::system()).await?;
        database.close().await;
        println!("{waiting} done.");
        Ok(ExitCode::SUCCESS)
    })
}
