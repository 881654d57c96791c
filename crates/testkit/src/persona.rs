use crate::{Answer, TestApp};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request};
use serde_json::Value;
use std::net::SocketAddr;

/// Somebody who calls the service.
#[derive(Debug, Clone)]
pub struct Persona<'a> {
    app: &'a TestApp,
    headers: Vec<(String, String)>,
    peer: Option<SocketAddr>,
    /// The access token; empty for nobody.
    pub access_token: String,
    /// The refresh token; empty for nobody.
    pub refresh_token: String,
}

impl<'a> Persona<'a> {
    pub(crate) fn anonymous(app: &'a TestApp) -> Self {
        Self {
            app,
            headers: Vec::new(),
            peer: None,
            access_token: String::new(),
            refresh_token: String::new(),
        }
    }

    pub(crate) fn signed_in(app: &'a TestApp, pair: &Value) -> Self {
        let text = |name: &str| pair[name].as_str().unwrap_or_default().to_owned();
        let (access_token, refresh_token) = (text("access_token"), text("refresh_token"));
        let headers = vec![("authorization".to_owned(), format!("Bearer {access_token}"))];
        Self {
            app,
            headers,
            peer: None,
            access_token,
            refresh_token,
        }
    }

    /// The same, sending one more header with each request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same from this address.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[must_use]
    pub fn from_address(mut self, address: &str) -> Self {
        let address = address.parse().expect("an address");
        self.peer = Some(SocketAddr::new(address, 50_000));
        self
    }

    /// GET
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// POST with exactly this text, declared as JSON.
    pub async fn post_text(&self, path: &str, body: impl Into<String>) -> Answer {
        self.send(Method::POST, path, Some(body.into())).await
    }

    /// POST without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    /// DELETE
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request.
    ///
    /// # Panics
    ///
    /// When the path or a header of the test is malformed.
    pub async fn send(&self, method: Method, path: &str, json: Option<String>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(peer) = self.peer {
            request = request.extension(ConnectInfo(peer));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if json.is_some() && !self.headers.iter().any(|(name, _)| name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let body = json.map_or_else(Body::empty, Body::from);
        self.app
            .call(request.body(body).expect("a well-formed request"))
            .await
    }
}
