//! A request for each route of the table that its handler would heed.

use http::Method;
use musicgen::routes::{Route, table};
use musicgen_testkit::PASSWORD;
use serde_json::{Value, json};

/// Nobody's id.
pub(crate) const ABSENT: &str = "0b0f6a5e-0000-4000-8000-000000000000";

/// What the `{id}` of a path stands for.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    pub(crate) session: String,
    pub(crate) task: String,
    pub(crate) batch: String,
}

impl Ids {
    /// Things that aren't there.
    pub(crate) fn absent() -> Self {
        Self {
            session: ABSENT.to_owned(),
            task: ABSENT.to_owned(),
            batch: ABSENT.to_owned(),
        }
    }

    /// The path of a route.
    pub(crate) fn path(&self, route: &Route) -> String {
        let id = match route.path {
            path if path.contains("/sessions/") => &self.session,
            path if path.contains("/batch/") => &self.batch,
            path if path.contains("/generate/") || path.starts_with("/download/") => &self.task,
            _ => ABSENT,
        };
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
        (_, "/api/v1/generate/batch") => json!({"requests": [piece]}),
        // By its cookie.
        (_, "/api/auth/refresh") => return None,
        _ => json!({}),
    };
    (route.body_limit > 0).then_some(body)
}
