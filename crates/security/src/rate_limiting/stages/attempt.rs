use super::Tally;
use super::tally::Paid;
use crate::client_ip::ClientIp;
use crate::gate::Gate;
use crate::problem::Problem;
use crate::rate_limiting::limiter::Passed;
use crate::rate_limiting::{RateClass, RateLimiter};
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{Response, StatusCode};

/// The outermost stage of a route. Counts attempts by network: those to prove somebody before anything
/// of them is looked at, and refusals of requests of which it was never known who sends them. Says on
/// each answer what is left.
#[derive(Debug, Clone)]
pub struct AttemptRateLimitGate {
    limiter: RateLimiter,
    class: RateClass,
}

/// Whether an attempt proved what it claimed: then it was no guess, and a school behind one address
/// signs in as often as it likes. 201 made something and 202 promised something to anybody who asked;
/// that has to stay scarce. What failed on our side is nobody's guess.
fn is_given_back(status: StatusCode) -> bool {
    matches!(status, StatusCode::OK | StatusCode::NO_CONTENT) || status.is_server_error()
}

/// Says on an answer where somebody stands. What already says when to come back keeps its word: two
/// limits on one answer would contradict each other.
fn say<A>(passed: &Passed, answer: &mut Response<A>) {
    if let Some(standing) = passed
        && !answer.headers().contains_key(RETRY_AFTER)
    {
        standing.write_headers(answer.headers_mut());
    }
}

impl Gate for AttemptRateLimitGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        let client = parts.extensions.get::<ClientIp>().copied();
        let paid = if self.class == RateClass::Auth {
            // Paid before it is made.
            Paid::Attempt(self.limiter.attempt(client).await?)
        } else {
            Paid::Open
        };
        parts.extensions.insert(Tally { client, paid });
        Ok(())
    }
}

impl AttemptRateLimitGate {
    /// The stage of a route of this class.
    pub fn new(limiter: RateLimiter, class: RateClass) -> Self {
        Self { limiter, class }
    }

    /// Looks at the answer, whoever gave it.
    ///
    /// A refusal that nobody was charged with is paid now, by the network: a wrong credential, a cookie
    /// that is broken, a page of another site. Nothing was asked of the network before: whoever proves
    /// who they are has nothing to do with what others send from there.
    pub async fn settle<A: Default + Send>(
        &self,
        tally: Tally,
        mut answer: Response<A>,
    ) -> Response<A> {
        let attempt = match tally.paid {
            Paid::Nothing => return answer,
            Paid::Open if !answer.status().is_client_error() => return answer,
            Paid::Open => {
                let nobody = self.limiter.nobody(tally.client, self.class).await;
                return match nobody {
                    Ok(passed) => {
                        say(&passed, &mut answer);
                        answer
                    }
                    Err(problem) => problem.into_response(),
                };
            }
            Paid::Attempt(attempt) => Some(attempt),
            Paid::Caller { attempt, .. } => attempt,
        };
        let mut standing = attempt.flatten();
        if attempt.is_some() && is_given_back(answer.status()) {
            standing = self
                .limiter
                .attempt_succeeded(tally.client)
                .await
                .or(standing);
        }
        // What a caller has left tells more than what the network has.
        if let Paid::Caller { passed, .. } = tally.paid {
            standing = passed.or(standing);
        }
        say(&standing, &mut answer);
        answer
    }
}
