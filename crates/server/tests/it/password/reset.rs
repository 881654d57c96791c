//! By a link in a letter.

use super::*;
use crate::sign_in::essence;
use musicgen_testkit::PASSWORD;

/// PWD-18, PWD-19, REF-12, SES-10: everything that was open is closed, and nothing is opened.
#[tokio::test]
async fn a_reset_ends_all_and_signs_nobody_in() {
    let app = TestApp::start().await;
    let other = app.user("bert").await;
    let session = app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let key = api_key(&app, "clara").await;
    assert!(key_works(&app, &key).await);
    let token = link(&app, "clara").await;
    let answer = reset(&app, &token, NEW).await;
    answer.is(204);
    assert!(answer.set_cookies().is_empty() && answer.body.is_empty());
    session
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    refresh(&app, &session.refresh_token).await.is(401);
    browser
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    browser.post_nothing("/api/auth/refresh").await.is(401);
    assert!(!key_works(&app, &key).await);
    other.get("/api/auth/me").await.is(200);
    assert_eq!(try_sign_in(&app, "clara", PASSWORD).await, 401);
    assert_eq!(try_sign_in(&app, "clara", NEW).await, 200);
    assert!(app.account("clara").await.email_verified_at.is_some());
    assert_eq!(app.letters("clara", CHANGED).await.len(), 1);
    assert!(app.letters("bert", CHANGED).await.is_empty());
}

/// B108, B124, PWD-19: used, voided, late, for something else, never made: one answer.
#[tokio::test]
async fn a_link_is_good_once_in_time_and_for_one_thing() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let used = link(&app, "clara").await;
    reset(&app, &used, NEW).await.is(204);
    let older = link(&app, "clara").await;
    let voided_by_reset = link(&app, "clara").await;
    let rows = [("used", used), ("replaced by a newer one", older)];
    for (name, token) in &rows {
        let answer = reset(&app, token, NEW).await;
        assert_eq!(answer.status, 400, "{name}");
    }
    let owner = app
        .anonymous()
        .post("/api/auth/login", login("clara", NEW))
        .await;
    let bearer = format!("Bearer {}", owner.json()["access_token"].as_str().unwrap());
    let owner = app.anonymous().with("authorization", &bearer);
    let body = json!({"current_password": NEW, "new_password": PASSWORD});
    owner.post("/api/auth/password", body).await.is(204);
    let late = link(&app, "clara").await;
    app.advance(Duration::minutes(30) - Duration::seconds(1));
    let resend = json!({"email": "bert@example.com"});
    app.user("bert").await;
    app.anonymous()
        .post("/api/auth/email/resend", resend)
        .await
        .is(202);
    let verify = app.letters("bert", "Confirm your address").await[0]
        .token()
        .unwrap();
    let mut answers = Vec::new();
    for (name, token) in [
        ("used", rows[0].1.as_str()),
        ("replaced", &rows[1].1),
        ("voided by a change", &voided_by_reset),
        ("late", &late),
        ("of another purpose", &verify),
        ("never made", &format!("mgo_{}", "A".repeat(43))),
        ("malformed", "x"),
        ("a refresh token", &app.sign_in("bert").await.refresh_token),
    ] {
        for path in ["/api/auth/password/reset", "/api/auth/email/verify"] {
            if (name, path) == ("of another purpose", "/api/auth/email/verify") {
                continue;
            }
            let mut body = json!({"token": token});
            if path.ends_with("reset") {
                body["new_password"] = json!(NEW);
            }
            let answer = app.anonymous().post(path, body).await;
            answer.is_problem(400, "invalid_link");
            let (_, text, headers) = essence(&answer);
            answers.push((name, text.replace(path, ""), headers));
        }
    }
    for (name, text, headers) in &answers {
        assert_eq!((text, headers), (&answers[0].1, &answers[0].2), "{name}");
    }
    assert_eq!(
        try_sign_in(&app, "clara", PASSWORD).await,
        200,
        "nothing was changed"
    );
    let verified = app
        .anonymous()
        .post("/api/auth/email/verify", json!({"token": verify}))
        .await;
    verified.is(204);
    let good = link(&app, "clara").await;
    app.advance(Duration::minutes(30) - Duration::seconds(2));
    reset(&app, &good, NEW).await.is(204);
}

/// PWD-1, PWD-2, PWD-6: a password that isn't good enough is said to be so and burns no link; only a
/// link that is good gets so far.
#[tokio::test]
async fn a_password_that_is_not_good_enough_leaves_the_link_good() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let token = link(&app, "clara").await;
    for (password, code) in [
        ("", "too_short"),
        ("fourteen chars", "too_short"),
        (&"ab".repeat(129), "too_long"),
        ("passwordpassword", "too_common"),
        ("clara@example.com", "too_easy"),
        ("Music Gen AI Music Gen AI", "too_easy"),
        ("with a NUL\0inside of it", "format"),
    ] {
        let expected = [("/new_password".to_owned(), code.to_owned())];
        assert_eq!(
            reset(&app, &token, password).await.faults(),
            expected,
            "{password:?}"
        );
        let unknown = format!("mgo_{}", "A".repeat(43));
        reset(&app, &unknown, password)
            .await
            .is_problem(400, "invalid_link");
    }
    reset(&app, &token, NEW).await.is(204);
}

/// PWD-19: looking at a link doesn't use it: no GET or HEAD does anything at these routes.
#[tokio::test]
async fn looking_at_a_link_does_not_use_it() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let token = link(&app, "clara").await;
    for path in ["/api/auth/password/reset", "/api/auth/email/verify"] {
        for method in [http::Method::GET, http::Method::HEAD] {
            let with_query = format!("{path}?token={token}");
            for path in [path, &with_query] {
                let answer = app.anonymous().send(method.clone(), path, None).await;
                answer.is(405);
            }
        }
    }
    reset(&app, &token, NEW).await.is(204);
}

/// B108: the link is under `PUBLIC_URL`, whatever a request says of hosts.
#[tokio::test]
async fn links_follow_no_header() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let body = json!({"email": "clara@example.com"});
    let evil = "evil.example";
    let refused = [
        (app.anonymous().with("host", evil), 421),
        (
            app.anonymous()
                .with("host", "music.example.com")
                .with("host", evil),
            400,
        ),
    ];
    for (caller, status) in refused {
        let answer = caller.post("/api/auth/password/forgot", body.clone()).await;
        answer.is(status);
    }
    let absolute = "http://evil.example/api/auth/password/forgot";
    let caller = app.anonymous().with("host", evil);
    caller.post(absolute, body.clone()).await.is(421);
    let callers = [
        app.anonymous(),
        app.anonymous()
            .with("x-forwarded-host", evil)
            .with("x-forwarded-proto", "http"),
        app.anonymous()
            .with("forwarded", "host=evil.example;proto=http"),
    ];
    for caller in &callers {
        caller
            .post("/api/auth/password/forgot", body.clone())
            .await
            .is(202);
    }
    let letters = app.letters("clara", RESET).await;
    assert_eq!(letters.len(), callers.len());
    for letter in letters {
        let text = letter.body();
        assert!(!text.contains("evil"), "{text}");
        assert!(
            text.contains("https://music.example.com/reset-password#token=mgo_"),
            "{text}"
        );
    }
}

/// B61, PWD-19: the same answer for every address; a letter only where it is of use.
#[tokio::test]
async fn forgot_says_nothing() {
    let app = TestApp::start().await;
    app.user("clara").await;
    app.user("disabled").await;
    app.disable("disabled").await;
    let mut answers = Vec::new();
    for name in ["clara", "disabled", "nobody"] {
        answers.push(essence(forgot(&app, name).await.is(202)));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    for (name, count) in [("clara", 1), ("disabled", 0), ("nobody", 0)] {
        assert_eq!(app.letters(name, RESET).await.len(), count, "{name}");
    }
    let malformed = app
        .anonymous()
        .post("/api/auth/password/forgot", json!({"email": "x"}))
        .await;
    assert_eq!(
        malformed.faults(),
        [("/email".to_owned(), "format".to_owned())]
    );
    let disabled = link(&app, "clara").await;
    app.disable("clara").await;
    reset(&app, &disabled, NEW)
        .await
        .is_problem(400, "invalid_link");
}

/// A flood of requests sends five letters, and the last of them is good: what is not sent voids
/// nothing.
#[tokio::test]
async fn whoever_had_enough_letters_keeps_the_last_link() {
    let app = TestApp::start().await;
    app.user("clara").await;
    for _ in 0..12 {
        forgot(&app, "clara").await.is(202);
        app.settle().await;
        app.advance(Duration::seconds(1));
    }
    let letters = app.letters("clara", RESET).await;
    assert_eq!(letters.len(), 5);
    for (n, letter) in letters.iter().enumerate() {
        let token = letter.token().unwrap();
        let good = reset(&app, &token, NEW).await.status == 204;
        assert_eq!(good, n == 4, "letter {n}");
    }
}

/// B108: a hundred overlapping resets with one link, each with a password of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_hundred_overlapping_resets_succeeds() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let name = format!("clara{round}");
        app.user(&name).await;
        let token = link(&app, &name).await;
        let words: Vec<_> = (0..100)
            .map(|n| format!("the new phrase number {n:03}"))
            .collect();
        let calls = words.iter().map(|password| reset(&app, &token, password));
        let answers = futures_util::future::join_all(calls).await;
        let good: Vec<_> = (0..100).filter(|n| answers[*n].status == 204).collect();
        assert_eq!(good.len(), 1, "round {round}");
        for answer in answers.iter().filter(|answer| answer.status != 204) {
            answer.is_problem(400, "invalid_link");
        }
        assert_eq!(try_sign_in(&app, &name, &words[good[0]]).await, 200);
    }
}

/// PWD-13, PWD-17: after a hundred wrong ones only a reset opens the account again, or an administrator.
#[tokio::test]
async fn after_a_hundred_failures_a_reset_lets_the_owner_in() {
    let app = TestApp::start().await;
    let admin = app.admin("ada").await;
    for way in ["reset", "unlock"] {
        app.user(way).await;
        for n in 0..100 {
            let caller = app.anonymous().from_address(&format!("198.51.100.{n}"));
            let answer = caller.post("/api/auth/login", login(way, "wrong")).await;
            assert_eq!(answer.status, 401, "{n}");
            app.advance(Duration::HOUR);
        }
        app.advance(Duration::days(60));
        assert_eq!(try_sign_in(&app, way, PASSWORD).await, 429);
        if way == "reset" {
            let token = link(&app, way).await;
            reset(&app, &token, NEW).await.is(204);
            assert_eq!(try_sign_in(&app, way, NEW).await, 200);
        } else {
            let path = format!("/api/v1/admin/users/{}", app.account(way).await.id);
            drop(admin.clone());
            let admin = app.sign_in("ada").await;
            admin.patch(&path, json!({"unlock": true})).await.is(200);
            assert_eq!(try_sign_in(&app, way, PASSWORD).await, 200);
        }
    }
}
