//! Logs and figures.
//!
//! 1. Logs go to standard error: one line an event, JSON in production, readable in development.
//! 2. Accounts appear by id, never by name or mail address; bodies, headers and query strings are not
//!    logged. The client's network address (`client`) stands in lines about security alone: a sign-in, a
//!    refused credential, a refused request of another site, a throttle. Without it nobody could tell an
//!    attack from a mistake, or block it. It stands in no line of ordinary use.
//! 3. Labels of figures come from the route table and from fixed words, so their number is bounded.

mod decisions;
mod requests;

pub(crate) use decisions::decisions;
pub use requests::ObserveService;
pub(crate) use requests::{ObserveLayer, RouteFigures};

use crate::config::LogFormat;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use musicgen_security::client_ip::Finding;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// Seconds; from a cached answer to a slow download's first byte.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Starts logging; a second call in the same process does nothing.
pub fn start_logs(filter: &str, format: LogFormat) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Pretty => builder.with_target(false).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

/// The process's figures. There is one recorder a process, however many apps tests build.
pub(crate) fn figures() -> Result<PrometheusHandle, String> {
    static HANDLE: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let name = Matcher::Full("musicgen_request_seconds".to_owned());
            PrometheusBuilder::new()
                .set_buckets_for_metric(name, &BUCKETS)
                .and_then(PrometheusBuilder::install_recorder)
                .map_err(|error| error.to_string())
        })
        .clone()
}

/// Counts what proxies and this server don't agree about, and says it from time to time. Of the request
/// there is the sender's address in it, and nothing that it wrote.
pub(crate) fn tell_of_forwarding(finding: &Finding, said: bool) {
    metrics::counter!("musicgen_forwarding_faults_total", "fault" => finding.id()).increment(1);
    if !said {
        return;
    }
    let peer = finding.peer();
    match finding {
        Finding::Untrusted { header, .. } => tracing::warn!(
            %peer,
            header,
            "a forwarding header was ignored, for the peer is no trusted proxy; only if it is a proxy of \
             yours: TRUSTED_PROXIES={peer}"
        ),
        Finding::Unreadable { .. } => tracing::warn!(
            %peer,
            "the header of PROXY_HEADER names a hop that is no address; the hop before it counts as the \
             client"
        ),
        Finding::TooLong { .. } => tracing::warn!(
            %peer,
            "the header of PROXY_HEADER has more than 20 hops or 4 KiB; the peer counts as the client"
        ),
    }
}
