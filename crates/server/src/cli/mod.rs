//! The command line, one command a file.
//!
//! Exit codes: 0 done, 1 failed, 2 called wrongly, 78 the configuration is wrong (sysexits).

mod check;
mod completions;
mod cors;
mod demo;
mod generate;
mod migrate;
mod policy;
mod progress;
mod serve;
mod user;

use crate::app::StartError;
use crate::config::{Config, ConfigErrors, LoadOptions, Loaded, ProcessEnvironment};
use crate::openapi;
use crate::routes::table;
use clap::{Args, Parser, Subcommand};
use musicgen_security::random::SystemRandom;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The configuration is wrong (sysexits.h, EX_CONFIG).
const EX_CONFIG: u8 = 78;
/// Called wrongly: what clap ends with too.
const EX_CALLED_WRONGLY: u8 = 2;

/// Text to music behind a real sign-in, in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "musicgen",
    version,
    after_help = "First steps:\n  \
        musicgen demo                      see it work\n  \
        musicgen serve                     run it; settings: docs/configuration.md\n  \
        musicgen user create --email me@example.com --username Me --role admin\n  \
        musicgen generate \"slow sad piano in C minor\" -o sad.wav"
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// A TOML file with settings, weaker than the environment
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    #[command(
        long_about = "Runs the service until SIGTERM or Ctrl-C. Brings the database up to date first. \
        Settings come from the environment, see docs/configuration.md; `musicgen check` tries them."
    )]
    Serve(serve::ServeArgs),
    /// Start a server of its own, sign in, make two tracks through the API
    #[command(
        long_about = "Starts a server on a free port with a folder of its own, registers, signs in, makes two \
        tracks through the HTTP API, shows what is refused and how, and keeps serving until Ctrl-C."
    )]
    Demo(DemoArgs),
    /// Make music without a server
    Generate(generate::GenerateArgs),
    /// Look after accounts, on the database itself
    #[command(subcommand)]
    User(user::UserCommand),
    /// Say what is wrong with the configuration, without starting
    #[command(
        long_about = "Reads the configuration as `serve` would and tries what only trying can tell: the folder, \
        the database and its migrations, the SoundFont, the address. Makes and changes nothing. \
        Lists everything at once and exits with 78 when something is wrong."
    )]
    Check(check::CheckArgs),
    /// Bring the database up to date; `serve` does it too
    #[command(
        long_about = "Takes the steps that bring the database's tables up to date, each in a transaction of \
        its own. `serve` does it at start; do it by hand to see it happen, or with --check to know before."
    )]
    Migrate(migrate::MigrateArgs),
    /// Show what each role may do, or try a policy file
    #[command(
        long_about = "Prints what each role may do by the configured policy, or by a policy file that is tried \
        before it is put in place. Exits with 78 and lists every fault when the file is wrong."
    )]
    Policy(policy::PolicyArgs),
    /// Try who may call from a browser
    #[command(subcommand)]
    Cors(cors::CorsCommand),
    /// Print the OpenAPI document
    Openapi,
    /// Print completions for a shell
    #[command(
        after_help = "For instance: musicgen completions bash > /etc/bash_completion.d/musicgen"
    )]
    Completions(completions::CompletionsArgs),
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// End after showing instead of serving on
    #[arg(long)]
    once: bool,
    /// Where to listen; a free port when it is 0
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The demo's own folder; one that an earlier demo made is emptied
    #[arg(long, default_value = "demo-data", value_name = "DIR")]
    dir: PathBuf,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Failed(String),
}

impl CliError {
    fn failed(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    /// For `map_err`: what went wrong with what.
    fn io<E: std::fmt::Display>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |error| Self::Failed(format!("{what}: {error}"))
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) => EX_CONFIG,
            Self::Usage(_) => EX_CALLED_WRONGLY,
            Self::Start(_) | Self::Failed(_) => 1,
        }
    }
}

type CliResult = Result<ExitCode, CliError>;

/// Reads the command line, runs the command, says what went wrong.
pub fn run() -> ExitCode {
    let Cli { global, command } = Cli::parse();
    let outcome = match command {
        Command::Serve(args) => serve::run(args, &global),
        Command::Demo(args) => run_demo(&args, &global),
        Command::Generate(args) => generate::run(&args),
        Command::User(command) => user::run(command, &global),
        Command::Check(args) => Ok(check::run(&args, &global)),
        Command::Migrate(args) => migrate::run(&args, &global),
        Command::Policy(args) => policy::run(args, &global),
        Command::Cors(command) => cors::run(command, &global),
        Command::Openapi => {
            print!("{}", openapi::json(&table()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions(args) => {
            completions::run(&args);
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("musicgen: {error}");
        ExitCode::from(error.exit_code())
    })
}

impl Global {
    fn options(&self, flags: BTreeMap<String, String>) -> LoadOptions {
        LoadOptions {
            config_file: self.config.clone(),
            dotenv: Some(PathBuf::from(".env")),
            environment: ProcessEnvironment::of_process(),
            flags,
            random: Arc::new(SystemRandom),
            may_write: true,
        }
    }

    fn load(&self) -> Result<Loaded, ConfigErrors> {
        Config::load(&self.options(BTreeMap::new()))
    }
}

/// Runs a command that waits for things.
fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::io("the runtime can't be started"))?;
    runtime.block_on(work)
}

/// The demo's own settings: nothing of the machine's environment counts.
fn run_demo(args: &DemoArgs, global: &Global) -> CliResult {
    empty_folder(&args.dir)?;
    let listener = std::net::TcpListener::bind(("127.0.0.1", args.port)).map_err(CliError::io(
        format!("port {} can't be listened on", args.port),
    ))?;
    let address = listener
        .local_addr()
        .map_err(CliError::io("the listener"))?;
    let settings = [
        ("BIND", address.to_string()),
        ("DATA_DIR", args.dir.join("server").display().to_string()),
        ("LOG_LEVEL", "warn".to_owned()),
    ];
    let flags = settings
        .map(|(name, value)| (name.to_owned(), value))
        .into();
    let options = LoadOptions {
        environment: ProcessEnvironment::default(),
        dotenv: None,
        ..global.options(flags)
    };
    let config = Config::load(&options)?.config;
    crate::telemetry::start_logs(&config.logs.filter, config.logs.format);
    let demo = demo::Demo {
        config,
        listener,
        folder: args.dir.clone(),
        once: args.once,
    };
    block_on(demo.run())?;
    Ok(ExitCode::SUCCESS)
}

/// The file that says that a folder is the demo's, and may be emptied.
const DEMO_MARK: &str = ".musicgen-demo";

/// Makes the demo's folder, or empties one that an earlier demo made; nothing else is touched.
fn empty_folder(folder: &Path) -> Result<(), CliError> {
    let failed = |what| CliError::io(format!("{} can't be {what}", folder.display()));
    if folder.exists() {
        let mut entries = std::fs::read_dir(folder).map_err(failed("read"))?;
        if entries.next().is_some() {
            if !folder.join(DEMO_MARK).is_file() {
                return Err(CliError::Usage(format!(
                    "{} holds something that the demo did not make; choose another folder with --dir",
                    folder.display()
                )));
            }
            std::fs::remove_dir_all(folder).map_err(failed("emptied"))?;
        }
    }
    std::fs::create_dir_all(folder).map_err(failed("made"))?;
    std::fs::write(folder.join(DEMO_MARK), "").map_err(failed("written in"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_demo_empties_only_what_it_made() {
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("demo");
        empty_folder(&demo).unwrap();
        std::fs::write(demo.join("jazz.wav"), "sound").unwrap();
        empty_folder(&demo).unwrap();
        assert!(!demo.join("jazz.wav").exists());

        let other = folder.path().join("letters");
        std::fs::create_dir(&other).unwrap();
        empty_folder(&other).unwrap();
        std::fs::remove_file(other.join(DEMO_MARK)).unwrap();
        std::fs::write(other.join("letter.txt"), "dear").unwrap();
        assert_eq!(
            empty_folder(&other).unwrap_err().exit_code(),
            EX_CALLED_WRONGLY
        );
        assert!(other.join("letter.txt").exists());
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
