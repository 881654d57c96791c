//! From a request to queued jobs: the steps that one piece and a batch share.

use super::idempotency::IdempotencyKey;
use crate::config::TierLimits;
use crate::state::MusicService;
use aws_lc_rs::digest::{Context, SHA256};
use http::StatusCode;
use musicgen_music::jobs::{Enqueued, Idempotency, Limits, NewJob, Order, Refusal, StoreError};
use musicgen_music::request::{Draft, GenerationRequest, MAX_SEED};
use musicgen_security::authentication::Principal;
use musicgen_security::authorization::Tier;
use musicgen_security::problem::{FieldProblem, Problem};
use time::Duration;

impl MusicService {
    /// What a tier allows; nothing for one that isn't configured.
    pub(crate) fn limits_of(&self, tier: Tier) -> TierLimits {
        self.limits.get(&tier).copied().unwrap_or_default()
    }

    /// A job for a draft, or all that is wrong with it; pointers begin with `prefix`.
    pub(super) fn job(
        &self,
        draft: Draft,
        tier: Tier,
        prefix: &str,
    ) -> Result<NewJob, Vec<FieldProblem>> {
        let point = |pointer: &str| format!("{prefix}{pointer}");
        let request = GenerationRequest::new(draft).map_err(|errors| {
            let problem = |error: musicgen_music::request::FieldError| {
                FieldProblem::new(point(&error.pointer), error.code, error.detail)
            };
            errors.into_iter().map(problem).collect::<Vec<_>>()
        })?;
        let longest = self.limits_of(tier).longest_seconds;
        let mut errors = Vec::new();
        if request.duration() > longest {
            let detail = format!("from 1 to {longest} seconds in the tier `{tier}`");
            errors.push(FieldProblem::new(
                point("/duration"),
                "out_of_range",
                detail,
            ));
        }
        let engine = match request.model() {
            None => self.engines.first(),
            Some(model) => self.engines.iter().find(|engine| engine.id == model),
        };
        let Some(engine) = engine else {
            let known: Vec<&str> = self.engines.iter().map(|engine| engine.id).collect();
            let detail = format!("one of: {}", known.join(", "));
            errors.push(FieldProblem::new(point("/model"), "not_one_of", detail));
            return Err(errors);
        };
        if request.duration() > engine.max_seconds {
            let detail = format!(
                "the engine `{}` makes at most {} s",
                engine.id, engine.max_seconds
            );
            errors.push(FieldProblem::new(
                point("/duration"),
                "out_of_range",
                detail,
            ));
        }
        if errors.is_empty() {
            let seed = request.seed().unwrap_or_else(|| self.random_seed());
            Ok(NewJob::new(self.random.uuid(), &request, seed, engine.id))
        } else {
            Err(errors)
        }
    }

    fn random_seed(&self) -> u64 {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        u64::from_be_bytes(bytes) & MAX_SEED
    }

    pub(super) fn order_limits(&self, principal: &Principal) -> Limits {
        let tier = self.limits_of(principal.tier());
        Limits {
            queue_capacity: self.queue_capacity,
            generations_per_hour: tier.generations_per_hour,
            audio_seconds_per_day: tier.audio_seconds_per_day,
            at_once: tier.at_once,
        }
    }

    /// Queues an order, or says why not.
    pub(super) async fn enqueue(&self, order: Order) -> Result<Enqueued, Problem> {
        let outcome = self
            .queue
            .enqueue(order, self.clock.now())
            .await
            .map_err(store_problem)?;
        match outcome {
            Enqueued::Refused(refusal) => {
                metrics::counter!("musicgen_orders_refused_total").increment(1);
                Err(refusal_problem(&refusal))
            }
            accepted => Ok(accepted),
        }
    }
}

/// What an idempotency key stands for: the route and the drafts as they were read, so that white
/// space and the order of members don't matter. A seed that the server chooses is no part of it.
pub(super) fn idempotency(
    key: IdempotencyKey,
    route: &str,
    drafts: &[Draft],
) -> Result<Option<Idempotency>, Problem> {
    let Some(key) = key.0 else {
        return Ok(None);
    };
    let normalised =
        serde_json::to_vec(drafts).map_err(|error| Problem::internal().with_cause(error))?;
    let mut context = Context::new(&SHA256);
    context.update(route.as_bytes());
    context.update(&normalised);
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(context.finish().as_ref());
    Ok(Some(Idempotency { key, fingerprint }))
}

fn refusal_problem(refusal: &Refusal) -> Problem {
    let limit = |code, detail: String, retry_after: &Duration| {
        let title = "A limit of your account is reached";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, code, title, detail)
            .with_retry_after(whole_seconds(*retry_after))
    };
    match refusal {
        Refusal::QueueFull => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "queue_full",
            "The queue is full",
            "Too many pieces are waiting. Try again after the seconds in `Retry-After`.",
        )
        .with_retry_after(10),
        Refusal::HourlyLimit {
            limit: most,
            retry_after,
        } => limit(
            "generations_per_hour",
            format!("Your tier allows {most} generations in any hour."),
            retry_after,
        ),
        Refusal::DailySeconds {
            limit: most,
            used_ms,
            retry_after,
        } => limit(
            "audio_seconds_per_day",
            format!(
                "Your tier allows {most} seconds of audio in any 24 hours; {} are used or reserved.",
                used_ms.div_ceil(1000)
            ),
            retry_after,
        ),
        Refusal::IdempotencyConflict => Problem::new(
            StatusCode::CONFLICT,
            "idempotency_conflict",
            "This idempotency key stands for another request",
            "Use a new key for a new request; the same key only repeats the same one.",
        ),
        _ => Problem::internal().with_cause("an order was refused for a reason unknown here"),
    }
}

/// The answer to a repetition that has nothing to show. Making the task again would not be what was
/// asked for, and 404 would speak of the route.
pub(super) fn deleted_since() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "idempotency_deleted",
        "The task of this idempotency key was deleted",
        "This request was accepted before and its task has been deleted since; use a new key to make it again.",
    )
}

/// Rounded up: whoever waits as told is let in.
fn whole_seconds(duration: Duration) -> u64 {
    let up = duration + Duration::SECOND - Duration::NANOSECOND;
    up.whole_seconds().unsigned_abs().max(1)
}

/// A failing job store, as a caller may see it.
pub(crate) fn store_problem(error: StoreError) -> Problem {
    match error {
        StoreError::Unavailable(_) => Problem::unavailable(1).with_cause(error),
        _ => Problem::internal().with_cause(error),
    }
}
