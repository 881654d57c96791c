//! A small HTTP client for the demo: one host, JSON in and out, Server-Sent Events line by line.

use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Calls one server.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    base: String,
    token: Option<String>,
    pool: Pool<HttpConnector, Full<Bytes>>,
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("the server can't be reached: {0}")]
    Unreachable(String),
    #[error("the answer broke off: {0}")]
    Broken(String),
    #[error("{method} {path} answered {status}: {detail}")]
    Refused {
        method: Method,
        path: String,
        status: StatusCode,
        detail: String,
    },
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The text of a problem, or what else came.
    pub(crate) fn detail(&self) -> String {
        let json = self.json();
        let faults = json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|fault| {
                let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
                let detail = text("detail");
                format!(" {}: {}.", text("pointer"), detail.trim_end_matches('.'))
            });
        let faults: String = faults.collect();
        format!(
            "{}{faults}",
            json["detail"].as_str().unwrap_or("no explanation")
        )
    }
}

impl Client {
    /// A client of the server at `base`, for instance `http://127.0.0.1:8000`.
    pub(crate) fn new(base: impl Into<String>) -> Self {
        let pool = Pool::builder(TokioExecutor::new()).build_http();
        Self {
            base: base.into(),
            token: None,
            pool,
        }
    }

    /// The same, signed in.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    async fn open(
        &self,
        method: &Method,
        path: &str,
        json: Option<&Value>,
    ) -> Result<http::Response<Incoming>, ClientError> {
        let unreachable =
            |error: &dyn std::fmt::Display| ClientError::Unreachable(error.to_string());
        let uri: Uri = format!("{}{path}", self.base)
            .parse()
            .map_err(|error| unreachable(&error))?;
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match json {
            None => Full::default(),
            Some(json) => {
                request = request.header("content-type", "application/json");
                Full::from(json.to_string())
            }
        };
        let request = request.body(body).map_err(|error| unreachable(&error))?;
        self.pool
            .request(request)
            .await
            .map_err(|error| unreachable(&error))
    }

    /// A call, whatever it answers.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        json: Option<&Value>,
    ) -> Result<Reply, ClientError> {
        let response = self.open(&method, path, json).await?;
        let status = response.status();
        let collected = response.into_body().collect().await;
        let body = collected
            .map_err(|error| ClientError::Broken(error.to_string()))?
            .to_bytes();
        Ok(Reply { status, body })
    }

    /// A call that must succeed.
    pub(crate) async fn expect(
        &self,
        method: Method,
        path: &str,
        json: Option<&Value>,
    ) -> Result<Reply, ClientError> {
        let reply = self.call(method.clone(), path, json).await?;
        if reply.status.is_success() {
            return Ok(reply);
        }
        let (status, detail) = (reply.status, reply.detail());
        Err(ClientError::Refused {
            method,
            path: path.to_owned(),
            status,
            detail,
        })
    }

    /// Follows an event stream to its end, giving each event's data to `heard`.
    pub(crate) async fn events(
        &self,
        path: &str,
        mut heard: impl FnMut(&Value),
    ) -> Result<(), ClientError> {
        let mut body = self.open(&Method::GET, path, None).await?.into_body();
        let mut text = String::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| ClientError::Broken(error.to_string()))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            text.push_str(&String::from_utf8_lossy(&data));
            while let Some((line, rest)) = text.split_once('\n') {
                if let Some(json) = line.strip_prefix("data:") {
                    heard(&serde_json::from_str(json.trim()).unwrap_or(Value::Null));
                }
                text = rest.to_owned();
            }
        }
        Ok(())
    }
}
