use super::{EX_CONFIG, Global, block_on};
use crate::config::{Config, LoadOptions, Loaded, Notice, Problem};
use crate::store::MIGRATIONS;
use clap::Args;
use musicgen_music::sound_font::SoundFont;
use musicgen_security_store::Database;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Print one JSON object for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs, global: &Global) -> ExitCode {
    let options = LoadOptions {
        may_write: false,
        ..global.options(BTreeMap::new())
    };
    let found = match Config::load(&options) {
        Err(errors) => Found {
            problems: errors.problems().to_vec(),
            notices: errors.notices().to_vec(),
        },
        Ok(Loaded { config, notices }) => {
            let mut found = Found {
                problems: Vec::new(),
                notices,
            };
            found.by_trying(&config);
            found
        }
    };
    if args.json {
        println!("{}", found.for_programs());
    } else {
        found.print();
    }
    if found.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EX_CONFIG)
    }
}

struct Found {
    problems: Vec<Problem>,
    notices: Vec<Notice>,
}

impl Found {
    /// What only trying can tell.
    fn by_trying(&mut self, config: &Config) {
        self.try_database(config);
        if let Some(path) = &config.engine.sound_font
            && let Err(error) = SoundFont::load(path)
        {
            self.wrong("SOUNDFONT", error.to_string());
        }
        match TcpListener::bind(config.site.bind) {
            Ok(_) => {}
            // Most likely the service itself is running.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                self.note("BIND", format!("{} is in use now", config.site.bind));
            }
            Err(error) => {
                self.wrong(
                    "BIND",
                    format!("{} can't be listened on: {error}", config.site.bind),
                );
            }
        }
    }

    fn try_database(&mut self, config: &Config) {
        let path = &config.storage.sqlite_path;
        if !path.exists() {
            // DATA_DIR itself may be still to be made; reading the settings has looked at it.
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            match folder.filter(|folder| !folder.is_dir() && *folder != config.site.data_dir) {
                None => self.note("DATABASE_URL", format!("{} will be made", path.display())),
                Some(folder) => {
                    let what = format!("there is no folder {}", folder.display());
                    self.wrong("DATABASE_URL", what);
                }
            }
            return;
        }
        let waiting = block_on(async {
            let failed = |error: &dyn std::fmt::Display| {
                super::CliError::failed(format!("{}: {error}", path.display()))
            };
            let database = Database::open_sqlite(path)
                .await
                .map_err(|error| failed(&error))?;
            let mut waiting = 0;
            for set in MIGRATIONS {
                let pending = database
                    .pending(set)
                    .await
                    .map_err(|error| failed(&error))?;
                waiting += pending.len();
            }
            database.close().await;
            Ok(waiting)
        });
        match waiting {
            Ok(0) => {}
            Ok(count) => self.note(
                "DATABASE_URL",
                format!(
                    "{count} migrations will be taken at start; see `musicgen migrate --check`"
                ),
            ),
            Err(error) => self.wrong("DATABASE_URL", error.to_string()),
        }
    }

    fn wrong(&mut self, variable: &str, what: String) {
        self.problems.push(Problem::found(variable, what));
    }

    fn note(&mut self, variable: &str, text: String) {
        self.notices.push(Notice {
            variable: variable.to_owned(),
            text,
        });
    }

    fn for_programs(&self) -> serde_json::Value {
        json!({
            "ok": self.problems.is_empty(),
            "problems": self.problems,
            "notices": self.notices,
        })
    }

    fn print(&self) {
        for notice in &self.notices {
            println!("note   {notice}");
        }
        for problem in &self.problems {
            println!("wrong  {problem}");
        }
        match self.problems.len() {
            0 => println!("The configuration is good; `musicgen serve` will start."),
            count => println!("{count} to mend; `musicgen serve` would not start."),
        }
    }
}
