use super::form::{MAX_FORM_BYTES, collect, field_token, is_form};
use super::gate::Verdict;
use super::{CsrfFault, CsrfGate};
use crate::client_ip::ClientIp;
use crate::gate::BodyGate;
use crate::problem::Problem;
use crate::validation::BodyLimit;
use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use std::sync::Arc;

/// The stage: all that [`CsrfGate`] decides, and the token of a form, whose body is read for that
/// and handed on as it came.
#[derive(Debug, Clone)]
#[must_use]
pub struct CsrfStage(CsrfGate);

impl CsrfStage {
    /// The stage of this gate.
    pub fn new(gate: CsrfGate) -> Self {
        Self(gate)
    }
}

impl<B> BodyGate<B> for CsrfStage
where
    B: Body + From<Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: std::fmt::Display,
{
    async fn admit(&self, parts: &mut Parts, body: &mut B) -> Result<(), Problem> {
        let admitted = self.judge(parts, body).await;
        if let Err(problem) = &admitted {
            let client = parts.extensions.get::<ClientIp>();
            tracing::info!(
                client = client.map(|client| tracing::field::display(client.address())),
                code = problem.code(),
                "a request that another site may have sent was refused"
            );
        }
        admitted
    }
}

impl CsrfStage {
    async fn judge<B>(&self, parts: &mut Parts, body: &mut B) -> Result<(), Problem>
    where
        B: Body + From<Bytes>,
        B::Error: std::fmt::Display,
    {
        let holder = match self.0.judge(parts)? {
            Verdict::Passed => return Ok(()),
            Verdict::FieldNeeded(holder) => holder,
        };
        if !is_form(&parts.headers) {
            return Err(CsrfFault::TokenMissing.into());
        }
        let sent = std::mem::replace(body, B::from(Bytes::new()));
        let limit = parts.extensions.get::<BodyLimit>().cloned();
        let mut share = limit.unwrap_or_default().share();
        let form = collect(Box::pin(sent), MAX_FORM_BYTES, &mut share).await?;
        self.0
            .verify(parts, holder, field_token(&form)?.as_bytes())?;
        *body = B::from(form);
        // The body goes on, and its share with it.
        parts.extensions.insert(Arc::new(share));
        Ok(())
    }
}
