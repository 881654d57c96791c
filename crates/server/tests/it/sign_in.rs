//! Guessing passwords, and not being kept out by those who guess.

use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, PASSWORD, TestApp};
use serde_json::{Value, json};
use time::Duration;

const WRONG: &str = "this is not the password";
const TOLD: &str = "Wrong passwords for your account";

pub(crate) fn login(name: &str, password: &str) -> Value {
    let email = format!("{name}@example.com");
    json!({"email": email, "password": password, "delivery": "body"})
}

async fn try_from(app: &TestApp, address: &str, name: &str, password: &str) -> Answer {
    let caller = app.anonymous().from_address(address);
    caller.post("/api/auth/login", login(name, password)).await
}

/// A header, without how many requests there were before: that is of the caller, not of what was asked.
pub(crate) fn uncounted((name, value): (String, String)) -> (String, String) {
    if name == "ratelimit" || name.starts_with("x-ratelimit-") {
        return (name, "<count>".to_owned());
    }
    (name, value)
}

/// Status, body and headers, without what names this one request.
pub(crate) fn essence(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let id = answer.header("x-request-id");
    let plain = |text: &str| text.replace(id, "<id>");
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), plain(value.to_str().unwrap())))
        .map(uncounted)
        .collect();
    headers.sort();
    (answer.status.as_u16(), plain(&answer.text()), headers)
}

/// B17: the right one is the last of a hundred that overlap; rounds with accounts, addresses and
/// names of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_guesses_at_once_five_are_looked_at() {
    let app = TestApp::start().await;
    for round in 0..8 {
        let name = format!("clara{round}");
        app.user(&name).await;
        let calls = (0..100).map(|n| {
            let address = format!("198.51.{round}.{n}");
            let password = if n == 99 { PASSWORD } else { WRONG };
            let (app, name) = (&app, &name);
            async move { try_from(app, &address, name, password).await }
        });
        let answers = futures_util::future::join_all(calls).await;
        let looked_at = answers.iter().filter(|answer| answer.status == 401);
        assert_eq!(looked_at.count(), 5, "round {round}");
        for answer in answers.iter().filter(|answer| answer.status != 401) {
            answer.is_problem(429, "too_many_attempts");
            assert_eq!(answer.header("retry-after"), "30");
        }
        let last = try_from(&app, "198.51.100.200", &name, PASSWORD).await;
        last.is_problem(429, "too_many_attempts");
        app.advance(Duration::seconds(30));
        try_from(&app, "198.51.100.200", &name, PASSWORD)
            .await
            .is(200);
    }
}

/// PWD-13 to PWD-16: below, at and above the limit, for a name that is there and one that isn't.
#[tokio::test]
async fn guesses_are_refused_at_the_limit_and_after_it() {
    let app = TestApp::start().await;
    app.user("clara").await;
    for _ in 0..4 {
        try_from(&app, "192.0.2.1", "clara", WRONG).await.is(401);
    }
    try_from(&app, "192.0.2.1", "clara", PASSWORD).await.is(200);
    let mut refused = Vec::new();
    for name in ["clara", "nobody"] {
        for spelling in [name, "CLARA", "ｃｌａｒａ", name, name] {
            let spelling = if name == "nobody" { name } else { spelling };
            try_from(&app, "192.0.2.2", spelling, WRONG).await.is(401);
        }
        for password in [WRONG, PASSWORD, ""] {
            let answer = try_from(&app, "192.0.2.3", name, password).await;
            answer.is_problem(429, "too_many_attempts");
            refused.push(essence(&answer));
        }
    }
    assert!(
        refused.iter().all(|answer| *answer == refused[0]),
        "{refused:?}"
    );
    for (seconds, status) in [(29, 429), (1, 401), (0, 429), (59, 429), (1, 401)] {
        app.advance(Duration::seconds(seconds));
        let answer = try_from(&app, "192.0.2.3", "clara", WRONG).await;
        assert_eq!(answer.status, status, "after {seconds} more seconds");
    }
}

/// PWD-15: a network's counter isn't cleared by signing in to an account of one's own.
#[tokio::test]
async fn a_network_is_refused_though_its_own_account_is_right() {
    let app = TestApp::start().await;
    app.user("mallory").await;
    for n in 0..30 {
        let victim = format!("victim{n}");
        try_from(&app, "2001:db8::1", &victim, WRONG).await.is(401);
        if n < 29 {
            let own = format!("2001:db8::{n}");
            try_from(&app, &own, "mallory", PASSWORD).await.is(200);
        }
    }
    let same = try_from(&app, "2001:db8::ffff", "mallory", PASSWORD).await;
    same.is_problem(429, "too_many_attempts");
    assert_eq!(same.header("retry-after"), "600");
    try_from(&app, "2001:db8:0:1::1", "mallory", PASSWORD)
        .await
        .is(200);
}

/// B60, PWD-17: twenty wrong passwords from elsewhere; the owner's browser and program are let in,
/// the session goes on, a stranger isn't let in with the right password, and the owner is told.
#[tokio::test]
async fn strangers_cannot_lock_the_owner_out() {
    let app = TestApp::start().await;
    let open = app.user("alice").await;
    let browser = app.browser().from_address("192.0.2.1");
    browser.sign_in("alice").await;
    assert!(browser.cookie(CookieKind::Device).is_some());
    browser.post_nothing("/api/auth/refresh").await.is(200);
    let program = app.anonymous().from_address("192.0.2.2");
    let signed_in = program
        .post("/api/auth/login", login("alice", PASSWORD))
        .await;
    let device = signed_in.is(200).json()["device_token"].clone();
    assert!(app.letters("alice", TOLD).await.is_empty());
    for n in 0..20 {
        let answer = try_from(&app, "203.0.113.9", "alice", WRONG).await;
        assert_eq!(answer.status, if n < 5 { 401 } else { 429 });
        assert!(!answer.text().contains("lock"), "{}", answer.text());
    }
    assert_eq!(app.letters("alice", TOLD).await.len(), 1);
    let stranger = try_from(&app, "203.0.113.9", "alice", PASSWORD).await;
    stranger.is_problem(429, "too_many_attempts");
    browser.sign_in("alice").await;
    let mut body = login("alice", PASSWORD);
    body["device_token"] = device.clone();
    let again = program.post("/api/auth/login", body).await;
    let next = again.is(200).json()["device_token"].clone();
    assert!(next.is_string());
    open.get("/api/auth/me").await.is(200);

    app.user("bob").await;
    for _ in 0..5 {
        try_from(&app, "203.0.113.8", "bob", WRONG).await.is(401);
    }
    let text = next.as_str().unwrap();
    for (whose, token) in [
        ("another account's", text.to_owned()),
        ("forged", format!("{}A", &text[..text.len() - 1])),
        ("none", "mgd_".to_owned()),
    ] {
        let mut body = login("bob", PASSWORD);
        body["device_token"] = json!(token);
        let answer = program.post("/api/auth/login", body).await;
        assert_eq!(answer.status, 429, "{whose}");
    }
}

/// A device that guesses has an allowance of its own, and then it is a stranger.
#[tokio::test]
async fn a_known_device_guesses_no_better() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let browser = app.browser().from_address("192.0.2.1");
    browser.sign_in("clara").await;
    let mut looked_at = 0;
    for _ in 0..40 {
        let answer = browser.post("/api/auth/login", login("clara", WRONG)).await;
        looked_at += u32::from(answer.status == 401);
    }
    assert_eq!(looked_at, 5);
    let elsewhere = try_from(&app, "192.0.2.7", "clara", PASSWORD).await;
    elsewhere.is(200);
}

/// A stolen session tries passwords at `confirm` and at the change: it is refused in time, and the
/// owner's sign-in is not concerned.
#[tokio::test]
async fn guesses_of_somebody_signed_in_are_counted_apart() {
    let app = TestApp::start().await;
    let stolen = app.user("clara").await.from_address("203.0.113.9");
    for n in 0..5 {
        let answer = if n % 2 == 0 {
            let body = json!({"password": WRONG});
            stolen.post("/api/auth/confirm", body).await
        } else {
            let body = json!({"current_password": WRONG, "new_password": "a longer new password"});
            stolen.post("/api/auth/password", body).await
        };
        let pointer = if n % 2 == 0 {
            "/password"
        } else {
            "/current_password"
        };
        let expected = [(pointer.to_owned(), "wrong_password".to_owned())];
        assert_eq!(answer.faults(), expected);
    }
    let body = json!({"password": PASSWORD});
    let answer = stolen.post("/api/auth/confirm", body.clone()).await;
    answer.is_problem(429, "too_many_attempts");
    assert_eq!(app.letters("clara", TOLD).await.len(), 1);
    let owner = app.sign_in("clara").await;
    owner.get("/api/auth/me").await.is(200);
    app.advance(Duration::seconds(30));
    owner.post("/api/auth/confirm", body).await.is(200);
}

/// PWD-11, B61: whatever is the matter with the account, the answer is the same to the byte.
#[tokio::test]
async fn every_refused_sign_in_is_the_same() {
    let app = TestApp::with(&[("EMAIL_VERIFICATION", "required")]).await;
    for name in ["wrong", "disabled", "unverified", "bare", "empty"] {
        let body =
            json!({"email": format!("{name}@example.com"), "username": name, "password": PASSWORD});
        app.anonymous()
            .post("/api/auth/register", body)
            .await
            .is(201);
    }
    for name in ["wrong", "disabled", "bare", "empty"] {
        let letters = app.letters(name, "Confirm your address").await;
        let token = json!({"token": letters[0].token()});
        app.anonymous()
            .post("/api/auth/email/verify", token)
            .await
            .is(204);
    }
    app.disable("disabled").await;
    let bare = "UPDATE accounts SET password_hash = NULL WHERE email = 'bare@example.com'";
    app.database().execute(bare, &[]).await.unwrap();
    let rows = [
        ("wrong", WRONG),
        ("disabled", PASSWORD),
        ("disabled", WRONG),
        ("unverified", PASSWORD),
        ("unverified", WRONG),
        ("bare", PASSWORD),
        ("bare", ""),
        ("empty", ""),
        ("nobody", PASSWORD),
        ("nobody", ""),
        ("no address", PASSWORD),
    ];
    let mut answers = Vec::new();
    for (name, password) in rows {
        for delivery in ["cookie", "body"] {
            let mut body = login(name, password);
            body["delivery"] = json!(delivery);
            let answer = app.anonymous().post("/api/auth/login", body).await;
            answer.is_problem(401, "wrong_credentials");
            answers.push((name, essence(&answer)));
        }
    }
    for (name, answer) in &answers {
        assert_eq!(*answer, answers[0].1, "{name}");
    }
    app.sign_in("wrong").await;
}
