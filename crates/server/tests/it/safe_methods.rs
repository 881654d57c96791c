//! What only looks changes nothing.

use super::walk::{self, Ids};
use http::Method;
use musicgen::routes::table;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Browser, TestApp};
use serde_json::json;

async fn scene(app: &TestApp) -> (Browser<'_>, Ids) {
    app.user("clara").await;
    app.make_admin("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let ids = Ids::of(&browser, "clara").await;
    (browser, ids)
}

/// CSRF-9, B74: GET, HEAD and OPTIONS of every path, also of those that change something, by the one
/// to whom all of it belongs and who sends all that a change would need, leave every row as it was.
#[tokio::test]
async fn safe_methods_change_nothing() {
    let app = TestApp::in_production().await;
    let (browser, ids) = scene(&app).await;
    let before = app.dump().await;
    for route in table() {
        let path = ids.path(&route);
        let streams = route.path.ends_with("/events");
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            // A queued task's stream ends with the task; its head is enough.
            if streams && method == Method::GET {
                continue;
            }
            let token = browser.cookie(CookieKind::Csrf);
            let tab = browser.fork().with("x-csrf-token", token.unwrap());
            let answer = tab.send(method.clone(), &path, None).await;
            let has_get = table()
                .iter()
                .any(|other| other.path == route.path && !walk::is_unsafe(other));
            if !has_get || method == Method::OPTIONS {
                assert_eq!(answer.status, 405, "{method} {path}");
                assert!(answer.set_cookies().is_empty(), "{method} {path}");
            }
            let text = answer.text();
            assert!(
                !text.contains("access_token")
                    || route.path.contains("openapi")
                    || route.path == "/docs"
            );
        }
    }
    assert_eq!(app.dump().await, before);
}

/// CSRF-11, AZ-10, B74: no header, field or query makes another method of a request.
#[tokio::test]
async fn a_method_cannot_be_overridden() {
    let app = TestApp::in_production().await;
    let (browser, ids) = scene(&app).await;
    let before = app.dump().await;
    let task = format!("/api/v1/generate/{}", ids.task);
    for header in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "_method",
    ] {
        for method in ["DELETE", "PATCH", "POST", "delete"] {
            let tab = browser.with(header, method);
            tab.get(&task).await.is(200);
            tab.get("/api/auth/me").await.is(200);
            let refused = tab.post(&task, json!({"_method": method})).await;
            refused.is_problem(405, "method_not_allowed");
            let logout = tab.get("/api/auth/logout").await;
            logout.is_problem(405, "method_not_allowed");
        }
        // Nor a safe one of an unsafe one: the token is still asked for.
        let tab = browser.without("x-csrf-token").with(header, "GET");
        let refused = tab.post_nothing("/api/auth/logout").await;
        refused.is_problem(403, "csrf_token_missing");
    }
    for query in [
        "_method=DELETE",
        "method=delete",
        "X-HTTP-Method-Override=DELETE",
    ] {
        let answer = browser.get(&format!("{task}?{query}")).await;
        assert!([200, 422].contains(&answer.status.as_u16()), "{query}");
    }
    assert_eq!(app.dump().await, before);
}
