use crate::client_ip::ClientIp;
use crate::rate_limiting::limiter::Passed;
use http::Extensions;

/// What was counted of one request, until its answer is there. The gates keep it in the request's
/// extensions; it doesn't reach the handler.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub(super) client: Option<ClientIp>,
    pub(super) paid: Paid,
}

/// Who has paid for a request so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Paid {
    /// It was refused here, or no such stage stands before the route: there is nothing to settle.
    #[default]
    Nothing,
    /// Nobody yet; the network will if nobody else does.
    Open,
    /// The network, for an attempt.
    Attempt(Passed),
    /// Whoever it was known to be, and the network for an attempt if it was one.
    Caller {
        attempt: Option<Passed>,
        passed: Passed,
    },
}

impl Tally {
    /// Takes it out of a request's extensions, for its answer.
    pub(crate) fn take(extensions: &mut Extensions) -> Self {
        extensions.remove().unwrap_or_default()
    }

    /// Notes that whoever it is was charged, or refused.
    pub(super) fn note_caller(extensions: &mut Extensions, passed: Passed) {
        if let Some(Self { paid, .. }) = extensions.get_mut() {
            let attempt = match *paid {
                Paid::Attempt(attempt) => Some(attempt),
                _ => None,
            };
            *paid = Paid::Caller { attempt, passed };
        }
    }
}
