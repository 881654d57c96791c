//! A request for each route of the table that its handler would heed.

use http::Method;
use musicgen::routes::{Route, table};
use musicgen_testkit::{Browser, PASSWORD};
use serde_json::{Value, json};

/// Nobody's id.
pub(crate) const ABSENT: &str = "0b0f6a5e-0000-4000-8000-000000000000";

/// What the `{id}` of a path stands for.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    pub(crate) session: String,
    pub(crate) task: String,
    pub(crate) batch: String,
    pub(crate) key: String,
    pub(crate) account: String,
}

impl Ids {
    /// Things that aren't there.
    pub(crate) fn absent() -> Self {
        let absent = || ABSENT.to_owned();
        Self {
            session: absent(),
            task: absent(),
            batch: absent(),
            key: absent(),
            account: absent(),
        }
    }

    /// Things of whoever is signed in there, which has the right to all of them: another session, a
    /// task, a batch, an API key, the account.
    pub(crate) async fn of(browser: &Browser<'_>, name: &str) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let elsewhere = browser.fork();
        elsewhere.clear_cookies();
        elsewhere.sign_in(name).await;
        let sessions = browser.get("/api/auth/sessions").await.json();
        let sessions = sessions["items"].as_array().unwrap().clone();
        let other = sessions.iter().find(|one| one["current"] == false);
        let piece = json!({"prompt": "slow sad piano", "duration": 1});
        let task = browser.post("/api/v1/generate", piece.clone()).await;
        let batch = json!({"requests": [piece]});
        let batch = browser.post("/api/v1/generate/batch", batch).await;
        let key = json!({"name": "radio", "scopes": ["music:generate"]});
        let key = browser.post("/api/v1/user/api-keys", key).await;
        let me = browser.get("/api/auth/me").await;
        Self {
            session: text(&other.unwrap()["id"]),
            task: text(&task.is(202).json()["task_id"]),
            batch: text(&batch.is(202).json()["batch_id"]),
            key: text(&key.is(201).json()["id"]),
            account: text(&me.is(200).json()["id"]),
        }
    }

    /// What a route's `{id}` is; `None` when this doesn't know such things.
    pub(crate) fn id(&self, route: &Route) -> Option<&str> {
        let id = match route.path {
            path if path.contains("/sessions/{id}") => &self.session,
            path if path.contains("/batch/{id}") => &self.batch,
            path if path.contains("/api-keys/{id}") => &self.key,
            path if path.contains("/users/{id}") => &self.account,
            path if path.contains("/generate/{id}") || path.starts_with("/download/") => &self.task,
            _ => return None,
        };
        Some(id)
    }

    /// The path of a route.
    pub(crate) fn path(&self, route: &Route) -> String {
        let id = self.id(route).unwrap_or(ABSENT);
        route.path.replace("{id}", id).replace("{model}", "builtin")
    }
}

pub(crate) fn method(route: &Route) -> Method {
    Method::from_bytes(route.method.as_str().as_bytes()).unwrap()
}

pub(crate) fn is_unsafe(route: &Route) -> bool {
    route.method.as_str() != "GET"
}

/// The routes that change something.
pub(crate) fn unsafe_routes() -> Vec<Route> {
    table().into_iter().filter(is_unsafe).collect()
}

/// A body that the route takes from `clara@example.com`; an empty object where it isn't known here,
/// and nothing where none is read.
pub(crate) fn body(route: &Route) -> Option<Value> {
    let piece = json!({"prompt": "slow sad piano", "duration": 1});
    let body = match (route.method.as_str(), route.path) {
        (_, "/api/auth/register") => {
            json!({"email": "walker@example.com", "username": "walker", "password": PASSWORD})
        }
        (_, "/api/auth/login") => json!({"email": "clara@example.com", "password": PASSWORD}),
        (_, "/api/auth/confirm") => json!({"password": PASSWORD}),
        ("PATCH", "/api/auth/me") => json!({"username": "walked over"}),
        ("POST", "/api/v1/generate") => piece,
        ("POST", "/api/v1/user/api-keys") => json!({"name": "walked", "scopes": ["models:view"]}),
        ("PATCH", "/api/v1/admin/users/{id}") => json!({"tier": "premium"}),
        (_, "/api/v1/generate/batch") => json!({"requests": [piece]}),
        // By its cookie.
        (_, "/api/auth/refresh") => return None,
        _ => json!({}),
    };
    (route.body_limit > 0).then_some(body)
}
