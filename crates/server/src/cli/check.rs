use super::{EX_CONFIG, Global, block_on};
use crate::app::{Surroundings, open_database};
use crate::config::{Config, Loaded};
use clap::Args;
use musicgen_music::sound_font::SoundFont;
use serde_json::json;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Print one JSON object for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs, global: &Global) -> ExitCode {
    let (problems, notices) = match global.load() {
        Err(errors) => {
            let problems = errors.problems().iter().map(ToString::to_string).collect();
            (problems, Vec::new())
        }
        Ok(Loaded { config, notices }) => (
            beyond_settings(&config),
            notices.iter().map(ToString::to_string).collect(),
        ),
    };
    report(args, &problems, &notices);
    if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EX_CONFIG)
    }
}

/// What only trying can tell.
fn beyond_settings(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    let opened = block_on(async {
        let database = open_database(config, &Surroundings::system()).await?;
        database.close().await;
        Ok(())
    });
    if let Err(error) = opened {
        problems.push(format!("DATABASE_URL: {error}"));
    }
    if let Some(path) = &config.engine.sound_font
        && let Err(error) = SoundFont::load(path)
    {
        problems.push(format!("SOUNDFONT: {error}"));
    }
    problems
}

fn report(args: &CheckArgs, problems: &[String], notices: &[String]) {
    if args.json {
        let ok = problems.is_empty();
        println!(
            "{}",
            json!({"ok": ok, "problems": problems, "notices": notices})
        );
        return;
    }
    for notice in notices {
        println!("note   {notice}");
    }
    for problem in problems {
        println!("wrong  {problem}");
    }
    match problems.len() {
        0 => println!("The configuration is good; `musicgen serve` will start."),
        count => println!("{count} to mend; `musicgen serve` would not start."),
    }
}
