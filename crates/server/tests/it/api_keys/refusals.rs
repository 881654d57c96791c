use super::*;
use musicgen::routes::table;
use musicgen_security::authorization::Access;
use std::io::Write;
use std::sync::Mutex;
use time::Duration;

const MODELS: &str = "/api/v1/models";

/// KEY-4, B36: the scopes and the owner's rights at that moment, both.
#[tokio::test]
async fn a_key_gives_no_more_than_its_owner_has() {
    let app = TestApp::start().await;
    let ada = app.admin("ada").await;
    let narrow = make(&ada, &["models:view"]).await;
    let wide = make(&ada, &["admin:*"]).await;
    let generation = json!({"prompt": "a", "duration": 1});
    let narrow = program(&app, &narrow);
    narrow.get(MODELS).await.is(200);
    let answer = narrow.post("/api/v1/generate", generation.clone()).await;
    answer.is_problem(403, "insufficient_permission");
    narrow
        .get("/metrics")
        .await
        .is_problem(403, "insufficient_permission");
    let body = json!({"name": "a", "scopes": ["admin:*"]});
    narrow
        .post(KEYS, body.clone())
        .await
        .is_problem(403, "session_required");

    let wide = program(&app, &wide);
    wide.get("/metrics").await.is(200);
    wide.post(KEYS, body)
        .await
        .is_problem(403, "session_required");
    let one_more = app.admin("bea").await;
    app.make_user("ada").await;
    wide.get("/metrics")
        .await
        .is_problem(403, "insufficient_permission");
    wide.post("/api/v1/generate", generation).await.is(202);
    app.make_premium("ada").await;
    let me = wide.get("/api/auth/me").await.json();
    assert_eq!(me["tier"], "premium");
    app.disable("ada").await;
    wide.get(MODELS).await.is_problem(401, "invalid_token");
    one_more.get("/metrics").await.is(200);
}

/// KEY-9: whatever the scopes, what concerns the account is its owner's to do.
#[tokio::test]
async fn a_key_never_reaches_account_security() {
    let app = TestApp::start().await;
    let ada = app.admin("ada").await;
    let made = make(&ada, &["admin:*"]).await;
    let program = program(&app, &made);
    let guarded = [Access::Session, Access::Fresh, Access::Holder];
    let routes = table().into_iter();
    let routes = routes.filter(|route| guarded.contains(&route.access));
    let mut tried = 0;
    for route in routes {
        let id = made["id"].as_str().unwrap();
        let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
        let body = (route.body_limit > 0).then(|| "{}".to_owned());
        let answer = program
            .send(method, &route.path.replace("{id}", id), body)
            .await;
        answer.is_problem(403, "session_required");
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
}

/// KEY-14, B86, B89: one answer, whatever was wrong.
#[tokio::test]
async fn every_wrong_key_gets_the_same_answer() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let good = make(&clara, &["models:view"]).await;
    let revoked = make(&clara, &["models:view"]).await;
    clara.delete(&path(&revoked)).await.is(204);
    let body = json!({"name": "a", "scopes": ["models:view"], "networks": ["192.0.2.0/24"]});
    let elsewhere = clara.post(KEYS, body).await.json();
    let body = json!({"name": "a", "scopes": ["models:view"], "expires_in_days": 1});
    let expired = clara.post(KEYS, body).await.json();
    let disabled = make(&bob, &["models:view"]).await;
    app.disable("bob").await;
    app.advance(Duration::days(1));
    let key = text(&good);
    let half = key.len() / 2;
    let mut other = key.to_owned();
    other.replace_range(10..11, if &key[10..11] == "A" { "B" } else { "A" });
    // Right in form, and nobody's.
    let unknown = "mg_test_fZm7EkC7FQZMem8gzQxBZtnvLMojWWwB5ryK8SAd6rc3lWm9E";
    let mut bodies = Vec::new();
    for (name, wrong) in [
        ("empty", ""),
        ("blank", " "),
        ("prefix", "mg_live_"),
        ("id", good["id"].as_str().unwrap()),
        ("tail", good["tail"].as_str().unwrap()),
        ("one less", &key[..key.len() - 1]),
        ("four less", &key[..key.len() - 4]),
        ("half", &key[..half]),
        ("one more", &format!("{key}A")),
        ("upper case", &key.to_uppercase()),
        ("lower case", &key.to_lowercase()),
        ("changed", &other),
        ("unknown", unknown),
        ("revoked", text(&revoked)),
        ("expired", text(&expired)),
        ("another network", text(&elsewhere)),
        ("owner disabled", text(&disabled)),
    ] {
        for by in ["x-api-key", "authorization"] {
            let value = match by {
                "authorization" => format!("Bearer {wrong}"),
                _ => wrong.to_owned(),
            };
            for path in [MODELS, "/health"] {
                let answer = app.anonymous().with(by, &value).get(path).await;
                answer.is_problem(401, "invalid_token");
                let challenge = answer.header("www-authenticate").to_owned();
                let mut body = answer.json();
                body["request_id"] = json!("");
                body["instance"] = json!("");
                bodies.push((name, body, challenge));
            }
        }
    }
    for (name, body, challenge) in &bodies {
        assert_eq!((body, challenge), (&bodies[0].1, &bodies[0].2), "{name}");
    }
    program(&app, &good).get(MODELS).await.is(200);
}

/// KEY-10, TOK-16, B49: one credential, in a header that is ours.
#[tokio::test]
async fn several_credentials_and_look_alike_headers() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let (key, bearer) = (text(&made), format!("Bearer {}", text(&made)));
    let token = format!("Bearer {}", clara.access_token);
    let rows: &[(&str, &[(&str, &str)])] = &[
        (
            "key and token",
            &[("x-api-key", key), ("authorization", &token)],
        ),
        (
            "key twice over",
            &[("x-api-key", key), ("authorization", &bearer)],
        ),
        ("good, then bad", &[("x-api-key", key), ("x-api-key", "x")]),
        ("bad, then good", &[("x-api-key", "x"), ("x-api-key", key)]),
        ("the same twice", &[("x-api-key", key), ("x-api-key", key)]),
        (
            "two schemes",
            &[("authorization", &bearer), ("authorization", "Basic eDp5")],
        ),
        (
            "internal key",
            &[
                ("x-api-key", TestApp::INTERNAL_KEY),
                ("authorization", &bearer),
            ],
        ),
    ];
    for (name, headers) in rows {
        let caller = headers
            .iter()
            .fold(app.anonymous(), |caller, (name, value)| {
                caller.with(name, value)
            });
        let answer = caller.get(MODELS).await;
        assert_eq!(answer.status, 400, "{name}");
        answer.is_problem(400, "malformed_request");
    }
    for (name, value) in [("x_api_key", key), ("api-key", key), ("x-apikey", key)] {
        let answer = app.anonymous().with(name, value).get(MODELS).await;
        answer.is_problem(401, "unauthenticated");
    }
    let basic = app.anonymous().with("authorization", "Basic eDp5");
    basic.get(MODELS).await.is_problem(401, "invalid_token");
    let ours = app
        .anonymous()
        .with("authorization", &format!("bEaReR   {key}"));
    ours.get(MODELS).await.is(200);
}

/// KEY-15: no cookie is a key, whatever its name.
#[tokio::test]
async fn a_cookie_is_no_key() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    for name in [
        "musicgen_access",
        "__Host-musicgen_access",
        "x-api-key",
        "api_key",
    ] {
        let cookie = format!("{name}={}", text(&made));
        let answer = app.anonymous().with("cookie", &cookie).get(MODELS).await;
        assert_eq!(answer.status, 401, "{name}");
    }
}

/// B54: a credential that doesn't hold makes nobody of its sender, on public routes too.
#[tokio::test]
async fn unverified_credentials_are_nobodys() {
    let app = TestApp::start().await;
    for n in 0..60 {
        for (name, value) in [
            ("x-api-key", format!("{n:040}")),
            ("x-api-key", format!("mg_live_{n:049}")),
            ("authorization", format!("Bearer mg_live_{n:049}")),
            ("authorization", format!("Bearer {n:040}")),
        ] {
            let answer = app.anonymous().with(name, &value).get(MODELS).await;
            answer.is_problem(401, "invalid_token");
        }
    }
}

/// KEY-8: the peer's address counts, and no header's word.
#[tokio::test]
async fn a_key_comes_from_its_networks_alone() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let networks = ["192.0.2.0/24", "2001:db8::/48"];
    let body = json!({"name": "a", "scopes": ["models:view"], "networks": networks});
    let made = clara.post(KEYS, body).await.is(201).json();
    let key = ("x-api-key", text(&made));
    let spoofed = ("x-forwarded-for", "192.0.2.1");
    let rows: &[(&str, &str, &[(&str, &str)], u16)] = &[
        ("v4 within", "192.0.2.200:1", &[key], 200),
        ("v4 beside", "192.0.3.1:1", &[key], 401),
        ("v6 within", "[2001:db8:0:7::1]:1", &[key], 200),
        ("v6 beside", "[2001:db8:1::1]:1", &[key], 401),
        ("mapped", "[::ffff:192.0.2.9]:1", &[key], 200),
        ("spoofed", "198.51.100.1:1", &[key, spoofed], 401),
    ];
    for (name, address, headers, status) in rows {
        let answer = get_from(&app, MODELS, headers, address).await;
        assert_eq!(answer.status.as_u16(), *status, "{name}");
    }
    let nowhere = program(&app, &made).get(MODELS).await;
    nowhere.is_problem(401, "invalid_token");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// KEY-3, TOK-15, B87: in an address a credential opens nothing, and no log line has it, nor one that
/// came by the right way.
#[tokio::test]
async fn a_credential_in_the_address_is_refused_and_no_log_has_it() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // One process a test: nobody else has set one.
    let _ = tracing::subscriber::set_global_default(subscriber);
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let key = text(&made);
    let token = &clara.access_token;
    for path in [MODELS, "/health", "/api/auth/me"] {
        for query in [
            format!("api_key={key}"),
            format!("access_token={token}"),
            format!("x=1&API_KEY={key}"),
            "api_key=".to_owned(),
        ] {
            let path = format!("{path}?{query}");
            let answer = app.anonymous().get(&path).await;
            answer.is_problem(401, "credential_in_query");
            assert!(!answer.text().contains(key) && !answer.text().contains(token.as_str()));
            let answer = clara.get(&path).await;
            answer.is_problem(400, "malformed_request");
        }
    }
    program(&app, &made).get(MODELS).await.is(200);
    clara.delete(&path(&made)).await.is(204);
    program(&app, &made).get(MODELS).await.is(401);
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        text.contains("an API key was refused"),
        "something is logged"
    );
    let id = made["id"].as_str().unwrap();
    assert!(text.contains(id), "which key it was");
    assert!(!text.contains(&key[8..]), "the key");
    assert!(!text.contains(token.as_str()), "the token");
}

/// REV-3: nobody can say whether the key works.
#[tokio::test]
async fn without_the_database_no_key_opens_anything() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    app.close_database().await;
    let answer = program(&app, &made).get(MODELS).await;
    answer.is_problem(503, "unavailable");
    let malformed = app.anonymous().with("x-api-key", "mg_live_x");
    malformed.get(MODELS).await.is_problem(401, "invalid_token");
}
