//! Somebody else's things, and what is said of oneself.

use super::sign_in::uncounted;
use super::walk::{self, Ids};
use musicgen::routes::{Route, table};
use musicgen_security::authorization::Access;
use musicgen_testkit::{Answer, Browser, TestApp};
use serde_json::{Value, json};

/// An answer without what belongs to the request: its id, the path it named, how many came before.
fn faceless(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let skipped = ["x-request-id", "content-length"];
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !skipped.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .map(uncounted)
        .collect();
    headers.sort();
    let mut body = answer.body.clone();
    if let Ok(mut json) = serde_json::from_slice::<Value>(&answer.body) {
        for name in ["request_id", "instance"] {
            if json.get(name).is_some() {
                json[name] = json!("");
            }
        }
        body = json.to_string().into_bytes();
    }
    (answer.status.as_u16(), headers, body)
}

async fn call(browser: &Browser<'_>, route: &Route, ids: &Ids) -> Answer {
    let body = walk::body(route).map(|body| body.to_string());
    let path = ids.path(route);
    browser.send(walk::method(route), &path, body).await
}

/// AZ-2, AZ-3, B41: each route that names a thing: somebody else's is answered as an absent one, to
/// the byte, by session and by API key, and stays as it was. 401 without a credential.
#[tokio::test]
async fn somebody_elses_things_are_absent_at_every_route() {
    let app = TestApp::in_production().await;
    for name in ["clara", "bob"] {
        app.user(name).await;
        app.make_premium(name).await;
    }
    let (clara, bob) = (app.browser(), app.browser());
    clara.sign_in("clara").await;
    bob.sign_in("bob").await;
    let (hers, absent) = (Ids::of(&clara, "clara").await, Ids::absent());
    let scopes = json!({"name": "all", "scopes": ["music:generate", "models:view"]});
    let key = bob
        .post("/api/v1/user/api-keys", scopes)
        .await
        .is(201)
        .json();
    let program = app
        .browser()
        .with("x-api-key", key["key"].as_str().unwrap());
    let before = app.dump().await;
    let mut named = 0;
    for route in table() {
        if !route.path.contains("{id}") {
            continue;
        }
        assert!(
            hers.id(&route).is_some(),
            "nobody makes the thing of {route:?}: add it to `Ids`"
        );
        for (who, caller) in [("a session", &bob), ("a key", &program)] {
            let theirs = call(caller, &route, &hers).await;
            let nothing = call(caller, &route, &absent).await;
            assert_eq!(faceless(&theirs), faceless(&nothing), "{who} at {route:?}");
            let expected: &[u16] = match route.path {
                path if path.contains("/admin/") => &[403],
                _ if who == "a key" => &[404, 403],
                _ => &[404],
            };
            assert!(
                expected.contains(&theirs.status.as_u16()),
                "{who} at {route:?}"
            );
        }
        let nobody = call(&app.browser(), &route, &hers).await;
        nobody.is_problem(401, "unauthenticated");
        named += 1;
    }
    assert!(named >= 8);
    let after = app.dump().await;
    for (name, rows) in &before {
        // A key's own line says when it was used.
        if name != "api_keys" {
            assert_eq!(after.get(name), Some(rows), "{name}");
        }
    }
    // A queued piece has no file yet, and its events don't end.
    for (path, status) in [
        (format!("/api/v1/generate/{}", hers.task), 200),
        (format!("/api/v1/generate/{}/audio", hers.task), 409),
        (format!("/download/{}", hers.task), 409),
        (format!("/api/v1/generate/batch/{}", hers.batch), 200),
    ] {
        clara.get(&path).await.is(status);
    }
    for list in [
        "/api/v1/generate",
        "/api/v1/user/api-keys",
        "/api/auth/sessions",
    ] {
        let text = bob.get(list).await.is(200).text();
        for id in [
            &hers.session,
            &hers.task,
            &hers.batch,
            &hers.key,
            &hers.account,
        ] {
            assert!(!text.contains(id.as_str()), "{list}");
        }
    }
}

const PRIVILEGED: [(&str, &str); 22] = [
    ("role", "\"admin\""),
    ("roles", "[\"admin\"]"),
    ("permissions", "[\"admin:*\"]"),
    ("tier", "\"premium\""),
    ("id", "\"0b0f6a5e-0000-4000-8000-000000000000\""),
    ("account_id", "\"0b0f6a5e-0000-4000-8000-000000000000\""),
    ("user_id", "\"0b0f6a5e-0000-4000-8000-000000000000\""),
    ("owner_id", "\"0b0f6a5e-0000-4000-8000-000000000000\""),
    ("email_verified", "true"),
    ("email_verified_at", "1"),
    ("is_verified", "true"),
    ("is_active", "true"),
    ("is_admin", "true"),
    ("disabled", "false"),
    ("disabled_at", "null"),
    ("password_hash", "\"x\""),
    ("epoch", "0"),
    ("min_epoch", "0"),
    ("quota", "1000000"),
    ("priority", "9"),
    ("created_at", "\"2020-01-01T00:00:00Z\""),
    ("__proto__", "{\"roles\":[\"admin\"]}"),
];

/// AZ-4, B123: what nobody sets of themselves is refused by name in every body, and nothing of the
/// request counts.
#[tokio::test]
async fn nobody_sets_what_is_not_theirs_to_set() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.make_premium("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let before = app.dump().await;
    let mut cells = 0;
    for route in walk::unsafe_routes() {
        let admin = route.path.contains("/admin/");
        let refresh = route.path == "/api/auth/refresh";
        // What a form doesn't know it ignores (RFC 6749, section 3.2): `oauth` holds that.
        if route.body_limit == 0 || admin || route.takes_form() {
            continue;
        }
        let known = if refresh {
            json!({"refresh_token": "x"})
        } else {
            walk::body(&route).unwrap()
        };
        for (field, value) in PRIVILEGED {
            let mut body = known.clone();
            body[field] = serde_json::from_str(value).unwrap();
            let path = Ids::absent().path(&route);
            let answer = browser
                .send(walk::method(&route), &path, Some(body.to_string()))
                .await;
            if answer.status == 404 && route.path.contains("{id}") {
                continue;
            }
            assert_eq!(
                answer.status,
                422,
                "{field} at {route:?}: {}",
                answer.text()
            );
            let pointer = format!("/{field}");
            let named = answer.faults().into_iter().find(|(at, _)| *at == pointer);
            assert_eq!(named.unwrap().1, "unknown_field", "{field} at {route:?}");
            cells += 1;
        }
    }
    assert!(cells >= 6 * PRIVILEGED.len(), "{cells}");
    assert_eq!(app.dump().await, before);
}

/// AZ-8, B50: what a caller says of itself, in whichever header, counts for nothing: nobody stays
/// nobody, and a user a user.
#[tokio::test]
async fn headers_of_proxies_and_probes_give_nobody_rights() {
    let app = TestApp::in_production().await;
    app.admin("ada").await;
    let clara = app.user("clara").await;
    let ada = app.account("ada").await.id.to_string();
    let spray: Vec<(&str, &str)> = vec![
        ("x-user-id", &ada),
        ("x-user", "ada"),
        ("x-roles", "admin"),
        ("x-role", "admin"),
        ("x-permissions", "admin:*"),
        ("x-tier", "internal"),
        ("x-forwarded-user", "ada"),
        ("x-forwarded-email", "ada@example.com"),
        ("x-auth-request-user", "ada"),
        ("x-auth-request-groups", "admin"),
        ("remote-user", "ada"),
        ("x-remote-user", "ada"),
        ("x-authenticated-userid", &ada),
        ("x-webauth-user", "ada"),
        ("x-goog-authenticated-user-email", "ada@example.com"),
        ("x-amzn-oidc-identity", &ada),
        ("x-internal", "1"),
        ("x-internal-request", "true"),
        ("x-health-check", "1"),
        ("user-agent", "kube-probe/1.28"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("true-client-ip", "::1"),
        ("forwarded", "for=127.0.0.1;host=localhost;proto=https"),
        ("x-forwarded-host", "music.example.com"),
        ("x-original-url", "/health"),
        ("x-rewrite-url", "/health"),
        ("x-forwarded-prefix", "/health"),
        ("x-forwarded-server", "localhost"),
        ("via", "1.1 internal"),
        ("proxy-authorization", "Basic YWRhOng="),
    ];
    for address in ["192.0.2.7", "127.0.0.1"] {
        let mut nobody = app.browser().from_address(address);
        for (name, value) in &spray {
            nobody = nobody.with(name, value);
        }
        let bearer = format!("Bearer {}", clara.access_token);
        let user = nobody.with("authorization", &bearer);
        for route in table() {
            let body = (route.body_limit > 0).then(|| "{}".to_owned());
            let path = Ids::absent().path(&route);
            let answer = nobody.send(walk::method(&route), &path, body).await;
            if route.access == Access::Public {
                assert_ne!(answer.status, 401, "{route:?}");
                continue;
            }
            answer.is_problem(401, "unauthenticated");
            if route.method.as_str() != "GET" || route.path.ends_with("/events") {
                continue;
            }
            let plain = app.browser().with("authorization", &bearer);
            let plain = call(&plain, &route, &Ids::absent()).await;
            let answer = call(&user, &route, &Ids::absent()).await;
            assert_eq!(faceless(&answer), faceless(&plain), "{route:?}");
        }
        let detail = nobody.get("/health").await.json();
        assert_eq!(detail.get("detail"), None, "no detail for a probe");
    }
}
