use crate::jar::{Jar, SetCookie};
use crate::{Answer, PASSWORD, TestApp};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName, ORIGIN, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request};
use musicgen_security::cookies::CookieKind;
use musicgen_security::csrf::{CSRF_HEADER, SEC_FETCH_SITE};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// A browser on a page of the service: it keeps cookies, and says where its requests come from.
///
/// With each request it sends `Cookie` and `Sec-Fetch-Site: same-origin`; with each that is no GET
/// or HEAD, `Origin` and the CSRF token of its cookie too. A clone is another tab: the same cookies.
/// [`fork`](Self::fork) is another browser with a copy of them.
#[derive(Debug, Clone)]
pub struct Browser<'a> {
    app: &'a TestApp,
    jar: Arc<Mutex<Jar>>,
    headers: Vec<(HeaderName, Option<HeaderValue>)>,
    peer: Option<SocketAddr>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            jar: Arc::default(),
            headers: Vec::new(),
            peer: None,
        }
    }

    /// A tab that sends this header too; in the place of its own of that name, if it has one.
    ///
    /// # Panics
    ///
    /// When it is no header.
    #[must_use]
    pub fn with(&self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header's value");
        self.changed(name, Some(value))
    }

    /// A tab that doesn't send this header.
    ///
    /// # Panics
    ///
    /// When it is no header's name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        self.changed(name, None)
    }

    fn changed(&self, name: &str, value: Option<HeaderValue>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let mut other = self.clone();
        other.headers.push((name, value));
        other
    }

    /// A tab whose requests come from this address.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[must_use]
    pub fn from_address(&self, address: &str) -> Self {
        let address = address.parse().expect("an address");
        Self {
            peer: Some(SocketAddr::new(address, 50_000)),
            ..self.clone()
        }
    }

    /// Another browser with a copy of the cookies: a thief's, or a backup's.
    #[must_use]
    pub fn fork(&self) -> Self {
        let jar = self.jar(|jar| jar.clone());
        Self {
            jar: Arc::new(Mutex::new(jar)),
            ..self.clone()
        }
    }

    fn jar<T>(&self, work: impl FnOnce(&mut Jar) -> T) -> T {
        work(&mut self.jar.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn over_https(&self) -> bool {
        self.app.origin().starts_with("https://")
    }

    /// Signs an account of [`TestApp::user`] in.
    pub async fn sign_in(&self, name: &str) -> Answer {
        self.sign_in_with(name, json!({})).await
    }

    /// The same with more fields, for instance `remember_me`.
    ///
    /// # Panics
    ///
    /// When the sign-in is refused.
    pub async fn sign_in_with(&self, name: &str, more: Value) -> Answer {
        let mut body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        let answer = self.post("/api/auth/login", body).await;
        answer.is(200);
        answer
    }

    /// The value of a cookie of ours, as it would go with a request now; `None` without it.
    pub fn cookie(&self, kind: CookieKind) -> Option<String> {
        let name = self.app.cookie_name(kind);
        let now = self.app.now();
        self.jar(|jar| {
            let mut all = jar.going_to("/", self.over_https(), now);
            let found = all.find(|cookie| cookie.name == name)?;
            Some(String::from_utf8_lossy(&found.value).into_owned())
        })
    }

    /// Gives a cookie of ours this value, whatever it was.
    pub fn set_cookie(&self, kind: CookieKind, value: impl AsRef<[u8]>) {
        let name = self.app.cookie_name(kind);
        self.jar(|jar| {
            jar.remove(name);
            jar.plant(name, value.as_ref(), false);
        });
    }

    /// Plants a cookie of any name, as a sibling site can: before those that are there or after.
    pub fn plant_cookie(&self, name: &str, value: impl AsRef<[u8]>, first: bool) {
        self.jar(|jar| jar.plant(name, value.as_ref(), first));
    }

    /// Forgets a cookie of ours.
    pub fn remove_cookie(&self, kind: CookieKind) {
        let name = self.app.cookie_name(kind);
        self.jar(|jar| jar.remove(name));
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&self) {
        self.jar(Jar::clear);
    }

    /// GET
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
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

    /// Any request; a body is declared as JSON unless [`with`](Self::with) says otherwise.
    ///
    /// # Panics
    ///
    /// When the path or a header of the test is malformed.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = path.parse().expect("a path");
        *request.headers_mut() = self.headers_of(&method, path, body.is_some());
        *request.method_mut() = method;
        if let Some(body) = body {
            *request.body_mut() = Body::from(body);
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let answer = self.app.call(request).await;
        self.heed(&answer.headers);
        answer
    }

    fn headers_of(&self, method: &Method, path: &str, has_body: bool) -> HeaderMap {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut headers = HeaderMap::new();
        let (https, now) = (self.over_https(), self.app.now());
        if let Some(cookies) = self.jar(|jar| jar.header(path, https, now)) {
            let value = HeaderValue::from_bytes(&cookies).expect("cookies of a header");
            headers.insert(COOKIE, value);
        }
        let text = |text: &str| HeaderValue::from_str(text).expect("a header's value");
        headers.insert(SEC_FETCH_SITE, text("same-origin"));
        headers.insert(USER_AGENT, text(Self::AGENT));
        if !matches!(*method, Method::GET | Method::HEAD) {
            headers.insert(ORIGIN, text(self.app.origin()));
            if let Some(token) = self.cookie(CookieKind::Csrf)
                && let Ok(token) = HeaderValue::from_str(&token)
            {
                headers.insert(CSRF_HEADER, token);
            }
        }
        if has_body {
            headers.insert(CONTENT_TYPE, text("application/json"));
        }
        for (name, _) in &self.headers {
            headers.remove(name);
        }
        for (name, value) in &self.headers {
            match value {
                Some(value) => drop(headers.append(name, value.clone())),
                None => drop(headers.remove(name)),
            }
        }
        headers
    }

    /// What it calls itself unless a test says otherwise.
    pub const AGENT: &'static str =
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

    /// Stores and forgets what an answer says.
    fn heed(&self, headers: &HeaderMap) {
        let now = self.app.now();
        let mut forget = headers.get_all("clear-site-data").iter();
        let says_so = |value: &HeaderValue| {
            let text = value.to_str().unwrap_or_default();
            text.contains("\"cookies\"") || text.contains("\"*\"")
        };
        let forgets = forget.any(says_so);
        self.jar(|jar| {
            for value in headers.get_all(SET_COOKIE) {
                let text = value.to_str().expect("a cookie is ASCII");
                jar.take(&SetCookie::parse(text), self.over_https(), now);
            }
            if forgets {
                jar.clear();
            }
        });
    }
}
