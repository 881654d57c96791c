//! What a log holds of a whole life of an account: nothing that opens anything.

use super::server::{Exchanged, PASSWORD, Server, wait_for};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const JSON: (&str, &str) = ("content-type", "application/json");
const EMAIL: &str = "clara.canary@example.com";
const NAME: &str = "Klara Kanarienvogel";
const WRONG: &str = "wrong-password-canary-77";
const INTERNAL_KEY: &str = "internal-key-canary-0123456789abcdefgh";

/// Everything that must not be logged, by what it is.
#[derive(Default)]
struct Secrets(BTreeMap<String, String>);

impl Secrets {
    fn add(&mut self, what: &str, secret: &str) {
        assert!(secret.len() >= 8, "{what} is no secret: {secret}");
        self.0.insert(what.to_owned(), secret.to_owned());
    }

    /// The cookies and tokens of an answer.
    fn learn(&mut self, step: &str, answer: &Exchanged) {
        for pair in answer.cookies().split("; ") {
            if let Some((name, value)) = pair.split_once('=').filter(|(_, value)| !value.is_empty())
            {
                self.add(&format!("{name} of {step}"), value);
            }
        }
        let body = answer.json();
        for name in ["access_token", "refresh_token", "csrf_token", "key"] {
            if let Some(token) = body[name].as_str() {
                self.add(&format!("{name} of {step}"), token);
            }
        }
    }

    /// Which of them a log holds, whole or the part that matters.
    fn found_in(&self, log: &str) -> Vec<&str> {
        let holds = |secret: &str| {
            let signature = secret.rsplit('.').next().unwrap_or_default();
            let middle = secret.get(secret.len() / 4..secret.len() * 3 / 4);
            let parts = [signature, middle.unwrap_or_default()];
            let long = parts
                .iter()
                .any(|part| part.len() > 20 && log.contains(part));
            long || log.contains(secret)
        };
        let found = self.0.iter().filter(|(_, secret)| holds(secret));
        found.map(|(what, _)| what.as_str()).collect()
    }
}

fn browser(server: &Server, held: &Exchanged, method: &str, path: &str, body: &str) -> Exchanged {
    let cookies = held.cookies();
    let token = held.json()["csrf_token"]
        .as_str()
        .unwrap_or("none-at-all")
        .to_owned();
    let mut headers = vec![("cookie", &cookies[..]), ("x-csrf-token", &token[..])];
    if !body.is_empty() {
        headers.push(JSON);
    }
    server.exchange(method, path, &headers, body)
}

/// From registration to sign-out, by cookies, tokens and keys, with every mistake on the way.
fn live(server: &Server) -> Secrets {
    let mut secrets = Secrets::default();
    for (what, secret) in [
        ("the password", PASSWORD),
        ("a wrong password", WRONG),
        ("the address", EMAIL),
        ("the name", NAME),
        ("the internal key", INTERNAL_KEY),
    ] {
        secrets.add(what, secret);
    }
    let account = json!({"email": EMAIL, "username": NAME, "password": PASSWORD}).to_string();
    for _ in 0..2 {
        let answer = server.exchange("POST", "/api/auth/register", &[JSON], &account);
        assert_eq!(answer.status, 201);
    }
    let login = |password: &str, delivery: &str| {
        let body = json!({"email": EMAIL, "password": password, "delivery": delivery});
        server.exchange("POST", "/api/auth/login", &[JSON], &body.to_string())
    };
    assert_eq!(login(WRONG, "body").status, 401);
    let broken = format!("{{\"email\": \"{EMAIL}\", \"password\": \"{PASSWORD}\", \"password\": 1");
    for path in ["/api/auth/login", "/api/auth/register", "/api/auth/refresh"] {
        let answer = server.exchange("POST", path, &[JSON], &broken);
        assert_eq!(answer.status, 400, "{}", answer.body);
        let typed = json!({"email": EMAIL, "password": [PASSWORD], "refresh_token": {WRONG: 1}});
        server.exchange("POST", path, &[JSON], &typed.to_string());
        let form = [("content-type", "application/x-www-form-urlencoded")];
        server.exchange("POST", path, &form, &format!("password={PASSWORD}"));
    }
    let visitor = server.exchange("GET", "/api/auth/csrf-token", &[], "");
    secrets.learn("a visit", &visitor);
    let signed_in = login(PASSWORD, "cookie");
    secrets.learn("the sign-in", &signed_in);
    assert_eq!(
        browser(server, &signed_in, "GET", "/api/auth/me", "").status,
        200
    );
    assert_eq!(
        browser(server, &visitor, "POST", "/api/auth/logout", "").status,
        401
    );
    let name = json!({"username": NAME}).to_string();
    assert_eq!(
        browser(server, &signed_in, "PATCH", "/api/auth/me", &name).status,
        200
    );
    let key = json!({"name": "radio", "scopes": ["models:view"]}).to_string();
    let key = browser(server, &signed_in, "POST", "/api/v1/user/api-keys", &key);
    assert_eq!(key.status, 201, "{}", key.body);
    secrets.learn("a key", &key);
    let refreshed = browser(server, &signed_in, "POST", "/api/auth/refresh", "");
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    secrets.learn("the refresh", &refreshed);
    let wrong = json!({"password": WRONG}).to_string();
    assert_eq!(
        browser(server, &refreshed, "POST", "/api/auth/confirm", &wrong).status,
        422
    );
    let right = json!({"password": PASSWORD}).to_string();
    let confirmed = browser(server, &refreshed, "POST", "/api/auth/confirm", &right);
    assert_eq!(confirmed.status, 200);
    secrets.learn("the confirmation", &confirmed);
    tokens_on_their_ways(server, &login(PASSWORD, "body"), &key, &mut secrets);
    assert_eq!(
        browser(server, &confirmed, "POST", "/api/auth/logout-all", "").status,
        204
    );
    assert_eq!(
        browser(server, &confirmed, "POST", "/api/auth/refresh", "").status,
        401
    );
    secrets
}

/// A program's tokens, sent rightly and in every wrong place.
fn tokens_on_their_ways(server: &Server, pair: &Exchanged, key: &Exchanged, secrets: &mut Secrets) {
    secrets.learn("the program", pair);
    let text = |body: Value, name: &str| body[name].as_str().unwrap().to_owned();
    let (access, refresh) = (
        text(pair.json(), "access_token"),
        text(pair.json(), "refresh_token"),
    );
    let key = text(key.json(), "key");
    let bearer = format!("Bearer {access}");
    let get =
        |path: &str, headers: &[(&str, &str)]| server.exchange("GET", path, headers, "").status;
    assert_eq!(get("/api/auth/me", &[("authorization", &bearer)]), 200);
    assert_eq!(get("/api/v1/models", &[("x-api-key", &key)]), 200);
    assert_eq!(get("/metrics", &[("x-api-key", INTERNAL_KEY)]), 200);
    for (name, value) in [
        ("authorization", format!("Bearer {refresh}")),
        ("authorization", format!("Basic {access}")),
        ("authorization", format!("{access} {access}")),
        ("x-api-key", format!("{key}x")),
        (
            "cookie",
            format!("musicgen_access={refresh}; musicgen_access={access}"),
        ),
        ("x-request-id", format!("{access}\u{e9}")),
        ("user-agent", access.clone()),
        ("referer", format!("http://127.0.0.1/?token={refresh}")),
    ] {
        let status = get("/api/auth/me", &[(name, &value)]);
        assert!([400, 401].contains(&status), "{name}: {status}");
    }
    for path in [
        format!("/api/auth/me?access_token={access}"),
        format!("/api/v1/models/{access}"),
        format!("/download/{refresh}"),
        format!("/nothing/{key}?password={PASSWORD}"),
        format!("/{}", PASSWORD.replace(' ', "%20")),
    ] {
        let status = get(&path, &[]);
        assert!([400, 401, 404].contains(&status), "{status}");
    }
    let body = json!({"refresh_token": refresh}).to_string();
    for status in [200, 200] {
        let next = server.exchange("POST", "/api/auth/refresh", &[JSON], &body);
        assert_eq!(next.status, status, "the second is a repetition");
        secrets.learn("the program's refresh", &next);
    }
}

/// B109, B94, CSRF-14, SES-15, REV-11: at the most talkative level, no token, cookie, key or password, whole or in
/// part, and no address or name.
#[test]
fn no_secret_is_logged_at_any_level() {
    let data = tempfile::tempdir().unwrap();
    let keys = format!("tests:{INTERNAL_KEY}");
    for format in ["json", "pretty"] {
        let folder = data.path().join(format);
        let server = Server::start_with(
            &folder,
            &[("LOG_LEVEL", "trace"), ("INTERNAL_API_KEYS", &keys)],
        );
        let mut secrets = live(&server);
        for entry in std::fs::read_dir(folder.join("secrets"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if let Ok(secret) = std::fs::read_to_string(entry.path()) {
                secrets.add(&entry.file_name().to_string_lossy(), secret.trim());
            }
        }
        wait_for("the last line", Duration::from_secs(10), || {
            server.log().contains("signed out everywhere")
        });
        let log = server.log();
        assert!(
            log.contains("DEBUG") && log.lines().count() > 100,
            "it talks"
        );
        assert!(secrets.0.len() > 20, "{}", secrets.0.len());
        let found = secrets.found_in(&log);
        let where_ = |what: &&str| {
            let secret = &secrets.0[*what];
            log.lines()
                .find(|line| line.contains(secret.as_str()))
                .map(str::to_owned)
        };
        let lines: Vec<_> = found.iter().map(where_).collect();
        assert!(found.is_empty(), "{found:?} in {lines:#?}");
        let encoded = URL_SAFE_NO_PAD.encode(PASSWORD);
        assert!(!log.contains(&encoded));
    }
}
