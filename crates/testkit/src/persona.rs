use crate::{Answer, TestApp};
use axum::body::Body;
use http::{Method, Request};
use serde_json::Value;

/// Somebody who calls the service.
#[derive(Debug, Clone)]
pub struct Persona<'a> {
    app: &'a TestApp,
    headers: Vec<(String, String)>,
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
