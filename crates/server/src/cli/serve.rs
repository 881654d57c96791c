use super::{CliError, CliResult, Global, block_on};
use crate::app::{App, Surroundings};
use crate::config::{Config, Loaded};
use crate::serving::{ServeOptions, serve, stop_signal};
use crate::telemetry::start_logs;
use clap::Args;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Where to listen, for instance 127.0.0.1:8000; sets BIND
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<String>,
}

pub(super) fn run(args: ServeArgs, global: &Global) -> CliResult {
    let flags: BTreeMap<String, String> = args
        .bind
        .into_iter()
        .map(|address| ("BIND".to_owned(), address))
        .collect();
    let Loaded { config, notices } = Config::load(&global.options(flags))?;
    start_logs(&config.logs.filter, config.logs.format);
    for notice in &notices {
        tracing::warn!(variable = %notice.variable, "{}", notice.text);
    }
    block_on(async {
        let listener = TcpListener::bind(config.site.bind).map_err(CliError::io(format!(
            "{} can't be listened on",
            config.site.bind
        )))?;
        let address = listener
            .local_addr()
            .map_err(CliError::io("the listener"))?;
        let app = App::build(&config, Surroundings::system()).await?;
        tracing::info!(
            listening = %address,
            environment = config.site.environment.id(),
            version = env!("CARGO_PKG_VERSION"),
            workers = config.engine.workers,
            "serving"
        );
        serve(
            Arc::new(app),
            listener,
            ServeOptions::of(&config),
            stop_signal(),
        )
        .await
        .map_err(CliError::io("serving failed"))
    })?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
