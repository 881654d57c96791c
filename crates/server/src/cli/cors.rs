use super::{CliError, CliResult, Global};
use crate::app::own_origins;
use crate::config::{Config, LoadOptions};
use clap::{Args, Subcommand};
use http::{HeaderMap, StatusCode};
use musicgen_security::cors::{Asked, CorsPolicy, Explanation, METHODS, Standing};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(super) enum CorsCommand {
    /// Say why pages of an origin may call the service, or why not
    #[command(
        long_about = "Says in words whether a page of ORIGIN may send such a request and read its answer by the \
        configured policy, which setting decides, and what its browser would be told. \
        Exits with 0 when it may and with 1 when it may not."
    )]
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The page's origin as its browser sends it: scheme, host and, where it is not the usual one, port
    origin: String,
    /// The method of the request
    #[arg(long, default_value = "GET")]
    method: String,
    /// A header that the page's script sets; may be given several times
    #[arg(long = "header", value_name = "NAME")]
    headers: Vec<String>,
    /// Print one JSON object for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: CorsCommand, global: &Global) -> CliResult {
    let CorsCommand::Explain(args) = command;
    let options = LoadOptions {
        may_write: false,
        ..global.options(BTreeMap::new())
    };
    let config = Config::load(&options)?.config;
    let policy = policy(&config)?;
    let asked = Asked {
        origin: &args.origin,
        method: &args.method,
        headers: &args.headers,
    };
    let explanation = policy.explain(&asked);
    if args.json {
        println!("{}", for_programs(&asked, &explanation));
    } else {
        print!("{}", in_words(&asked, &explanation));
    }
    Ok(if explanation.allowed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn policy(config: &Config) -> Result<CorsPolicy, CliError> {
    let own = own_origins(config)?;
    Ok(config.cors.clone().of_service(&own))
}

/// Why, a sentence a line.
fn reasons(asked: &Asked<'_>, explanation: &Explanation) -> Vec<String> {
    let mut reasons = match &explanation.standing {
        Standing::Own => {
            vec!["It is one of the service's own origins; its pages need no CORS.".to_owned()]
        }
        Standing::Allowed(pattern) => {
            vec![format!(
                "CORS_ALLOWED_ORIGINS has {pattern}, which means it."
            )]
        }
        Standing::Anybody => vec!["CORS_ALLOWED_ORIGINS is `*`: every origin may read.".to_owned()],
        Standing::NoOrigin(fault) => {
            vec![format!(
                "No browser sends this as a page's origin: {fault}."
            )]
        }
        Standing::Pattern => vec!["This is a pattern; name the origin of a page.".to_owned()],
        Standing::NothingConfigured => {
            vec!["CORS_ALLOWED_ORIGINS names no origin: none is allowed.".to_owned()]
        }
        Standing::Missed(misses) => {
            let misses = misses.iter();
            let misses = misses.map(|(pattern, miss)| format!("It isn't {pattern}. {miss}."));
            misses.collect()
        }
    };
    if let Some(method) = &explanation.unknown_method {
        let known = METHODS.map(|method| method.to_string()).join(", ");
        reasons.push(format!(
            "No route is called by {method}; allowed are {known}."
        ));
    }
    for name in &explanation.unknown_headers {
        reasons.push(format!("CORS_ALLOWED_HEADERS has no {name}."));
    }
    if explanation.standing != Standing::Own && explanation.allowed {
        reasons.push(cookies(asked, explanation));
    }
    reasons
}

fn cookies(asked: &Asked<'_>, explanation: &Explanation) -> String {
    let text = match (explanation.credentials, explanation.same_site) {
        (false, _) => "Cookies don't count in its requests: CORS_ALLOW_CREDENTIALS is false.",
        (true, Some(false)) => {
            "Cookies would count, but its browser sends none: it is another site, and the cookies are \
             SameSite. Its pages send a token or an API key in a header."
        }
        (true, _) if matches!(asked.method, "GET" | "HEAD") => "Cookies count in its requests.",
        (true, _) => "Cookies count in its requests, with the session's CSRF token.",
    };
    text.to_owned()
}

fn in_words(asked: &Asked<'_>, explanation: &Explanation) -> String {
    let (may, origin) = (explanation.allowed, asked.origin.escape_debug());
    let mut text = format!(
        "{origin} may {}send {} and read the answer.\n",
        if may { "" } else { "not " },
        asked.method.escape_debug(),
    );
    // Writing to a String can't fail.
    for reason in reasons(asked, explanation) {
        let _ = writeln!(text, "  {reason}");
    }
    if let Some((status, headers)) = &explanation.preflight {
        let _ = writeln!(text, "Its browser asks first, and is told {status}:");
        add_headers(&mut text, headers);
    }
    if explanation.preflight.is_none() || explanation.allowed {
        text.push_str("Each answer, an error too, has:\n");
        add_headers(&mut text, &explanation.answer);
    }
    text
}

fn add_headers(text: &mut String, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let _ = writeln!(text, "  {name}: {value}");
    }
}

fn for_programs(asked: &Asked<'_>, explanation: &Explanation) -> Value {
    let pattern = match &explanation.standing {
        Standing::Allowed(pattern) => Some(pattern.as_str()),
        _ => None,
    };
    let preflight = explanation.preflight.as_ref();
    json!({
        "origin": asked.origin,
        "method": asked.method,
        "headers": asked.headers,
        "allowed": explanation.allowed,
        "reasons": reasons(asked, explanation),
        "pattern": pattern,
        "credentials": explanation.credentials,
        "same_site": explanation.same_site,
        "preflight": preflight.map(|(status, headers): &(StatusCode, HeaderMap)| json!({
            "status": status.as_u16(),
            "headers": as_object(headers),
        })),
        "answer": as_object(&explanation.answer),
    })
}

fn as_object(headers: &HeaderMap) -> Map<String, Value> {
    let each = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.to_string(), Value::from(value))
    });
    each.collect()
}
