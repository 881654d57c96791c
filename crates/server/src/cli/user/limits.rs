use super::Whom;
use crate::api::rate_limits;
use crate::cli::CliError;
use clap::Args;
use musicgen_security::authentication::accounts::{AccountChange, LimitsChange};
use musicgen_security::rate_limiting::RateLimits;

pub(super) const HELP: &str = "\
A request costs 1, an order of music 5; docs/rate-limits.md has the table. It counts at the next request.
  musicgen user set-limits me@example.com --burst 50 --per-minute 300 --per-hour 5000 --per-day 50000
  musicgen user set-limits me@example.com --of-tier";

#[derive(Debug, Args)]
pub(in crate::cli) struct SetLimits {
    #[command(flatten)]
    whom: Whom,
    /// Take them back: those of the tier count again
    #[arg(long, conflicts_with_all = ["burst", "per_minute", "per_hour", "per_day"])]
    of_tier: bool,
    /// Requests at once
    #[arg(long, required_unless_present = "of_tier")]
    burst: Option<u32>,
    /// Requests in a minute
    #[arg(long, required_unless_present = "of_tier")]
    per_minute: Option<u32>,
    /// Requests in an hour; without it the hour has no limit of its own
    #[arg(long)]
    per_hour: Option<u32>,
    /// Requests in a day; without it the day has no limit of its own
    #[arg(long)]
    per_day: Option<u32>,
}

impl SetLimits {
    /// Whose limits, and what becomes of them.
    pub(super) fn change(self) -> Result<(Whom, AccountChange), CliError> {
        let limits = match (self.burst, self.per_minute) {
            (Some(burst), Some(per_minute)) => {
                let limits = rate_limits(burst, per_minute, (self.per_hour, self.per_day));
                let limits = limits.map_err(|(name, what)| {
                    CliError::failed(format!("--{}: {what}", name.replace('_', "-")))
                })?;
                LimitsChange::Own(limits)
            }
            _ => LimitsChange::OfTier,
        };
        let change = AccountChange {
            limits: Some(limits),
            ..AccountChange::default()
        };
        Ok((self.whom, change))
    }
}

/// What an account has in the place of its tier's limits, for a line about it.
pub(super) fn described(limits: Option<RateLimits>) -> String {
    let Some(own) = limits else {
        return String::new();
    };
    let part = |name, number: Option<u32>| {
        number.map_or_else(String::new, |number| format!(", {number} {name}"))
    };
    format!(
        "\n  limits {} at once, {} a minute{}{}",
        own.burst(),
        own.per_minute(),
        part("an hour", own.per_hour()),
        part("a day", own.per_day())
    )
}
