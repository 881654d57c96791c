//! By the old password; and what a password may be.

use super::*;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::PASSWORD;
use serde_json::Value;

/// B14, PWD-18, SES-10: the other client is out at once; this one goes on, and ends when it says so.
#[tokio::test]
async fn a_change_ends_all_other_sessions() {
    for by_cookie in [false, true] {
        let app = TestApp::in_production().await;
        let program = app.user("clara").await;
        let browser = app.browser();
        browser.sign_in("clara").await;
        let key = api_key(&app, "clara").await;
        let reset_link = link(&app, "clara").await;
        let other = browser.fork();
        let second = app.browser();
        second.sign_in("clara").await;
        let body = json!({"current_password": PASSWORD, "new_password": NEW});
        let before = browser.cookie(CookieKind::Access);
        let answer = if by_cookie {
            browser.post("/api/auth/password", body).await
        } else {
            program.post("/api/auth/password", body).await
        };
        answer.is(204);
        second
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
        second.post_nothing("/api/auth/refresh").await.is(401);
        if by_cookie {
            let kinds = [CookieKind::Access, CookieKind::Csrf, CookieKind::Device];
            assert_eq!(answer.set_cookies().len(), kinds.len());
            assert_ne!(browser.cookie(CookieKind::Access), before);
            program
                .get("/api/auth/me")
                .await
                .is_problem(401, "invalid_token");
            refresh(&app, &program.refresh_token).await.is(401);
            browser.get("/api/auth/me").await.is(200);
            browser.post_nothing("/api/auth/refresh").await.is(200);
            browser.post_nothing("/api/auth/logout").await.is(204);
            other
                .get("/api/auth/me")
                .await
                .is_problem(401, "invalid_token");
        } else {
            assert!(answer.set_cookies().is_empty());
            browser
                .get("/api/auth/me")
                .await
                .is_problem(401, "invalid_token");
            program.get("/api/auth/me").await.is(200);
            let next = refresh(&app, &program.refresh_token).await;
            next.is(200);
            program.post_nothing("/api/auth/logout").await.is(204);
            program
                .get("/api/auth/me")
                .await
                .is_problem(401, "invalid_token");
            refresh(&app, next.json()["refresh_token"].as_str().unwrap())
                .await
                .is(401);
        }
        assert!(
            key_works(&app, &key).await,
            "whoever knew the password keeps the keys"
        );
        reset(&app, &reset_link, PASSWORD)
            .await
            .is_problem(400, "invalid_link");
        assert_eq!(try_sign_in(&app, "clara", PASSWORD).await, 401);
        assert_eq!(try_sign_in(&app, "clara", NEW).await, 200);
        assert_eq!(app.letters("clara", CHANGED).await.len(), 1);
    }
}

/// PWD-18: what a change needs.
#[tokio::test]
async fn a_change_needs_a_fresh_sign_in_the_old_password_and_a_good_new_one() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let change = async |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        clara.post("/api/auth/password", body).await
    };
    let fault = |pointer: &str, code: &str| [(pointer.to_owned(), code.to_owned())];
    let answer = change("not the password at all", NEW).await;
    assert_eq!(
        answer.faults(),
        fault("/current_password", "wrong_password")
    );
    for (new, code) in [
        ("too short", "too_short"),
        ("passwordpassword", "too_common"),
    ] {
        // Nothing is tried against the old one, so nothing is counted.
        for _ in 0..6 {
            let answer = change("not the password at all", new).await;
            assert_eq!(answer.faults(), fault("/new_password", code));
        }
    }
    let answer = clara.post("/api/auth/password", json!({})).await;
    assert_eq!(answer.faults().len(), 2);
    app.advance(Duration::minutes(14) + Duration::seconds(59));
    let answer = change("not the password at all", NEW).await;
    assert_eq!(
        answer.faults(),
        fault("/current_password", "wrong_password")
    );
    app.advance(Duration::seconds(2));
    let again = refresh(&app, &clara.refresh_token).await.json();
    let bearer = format!("Bearer {}", again["access_token"].as_str().unwrap());
    let late = app.anonymous().with("authorization", &bearer);
    let body = json!({"current_password": PASSWORD, "new_password": NEW});
    let answer = late.post("/api/auth/password", body.clone()).await;
    answer.is_problem(428, "step_up_required");
    let key = api_key(&app, "clara").await;
    let program = app.anonymous().with("x-api-key", &key);
    let answer = program.post("/api/auth/password", body).await;
    answer.is_problem(403, "session_required");
    assert_eq!(try_sign_in(&app, "clara", PASSWORD).await, 200);
}

/// Overlapping changes with the same old password: one goes through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_overlapping_changes_succeeds() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let name = format!("clara{round}");
        let clara = app.user(&name).await;
        // Four: so many that are under way at once are counted as failures until they aren't.
        let calls = (0..4).map(|n| {
            let new = format!("the new phrase number {n}");
            let body = json!({"current_password": PASSWORD, "new_password": new});
            let clara = &clara;
            async move { clara.post("/api/auth/password", body).await }
        });
        let answers = futures_util::future::join_all(calls).await;
        let good = answers.iter().filter(|answer| answer.status == 204).count();
        assert_eq!(good, 1, "round {round}: {answers:?}");
        for answer in answers.iter().filter(|answer| answer.status != 204) {
            assert_eq!(answer.faults()[0].1, "wrong_password");
        }
    }
}

#[tokio::test]
async fn password_managers_find_the_page() {
    let app = TestApp::in_production().await;
    let stranger = app.anonymous().with("x-forwarded-host", "evil.example");
    let answer = stranger.get("/.well-known/change-password").await;
    answer.is(303);
    assert_eq!(answer.header("location"), "/settings/password");
}

/// B107: whole passwords count, in one Unicode form, with their blanks.
#[tokio::test]
async fn passwords_are_taken_as_they_are() {
    let app = TestApp::start().await;
    let long = "correct horse battery staple ".repeat(3);
    let rows: [(&str, &str, &[(&str, u16)]); 3] = [
        (
            "long",
            &long,
            &[(&long[..72], 401), (&long[..86], 401), (&long, 200)],
        ),
        (
            "accents",
            "caf\u{e9} caf\u{e9} caf\u{e9} caf\u{e9}",
            &[
                ("cafe\u{301} cafe\u{301} cafe\u{301} cafe\u{301}", 200),
                ("cafe cafe cafe cafe", 401),
            ],
        ),
        (
            "blanks",
            "  two blanks around  ",
            &[("two blanks around", 401), ("  two blanks around  ", 200)],
        ),
    ];
    for (name, password, tries) in rows {
        let body: Value =
            json!({"email": format!("{name}@example.com"), "username": "C", "password": password});
        app.anonymous()
            .post("/api/auth/register", body)
            .await
            .is(201);
        for (tried, status) in tries {
            assert_eq!(
                try_sign_in(&app, name, tried).await,
                *status,
                "{name}: {tried:?}"
            );
        }
    }
    let endless = "x".repeat(1_000_000);
    for _ in 0..20 {
        assert_eq!(try_sign_in(&app, "long", &endless).await, 413);
    }
    let most = "x".repeat(1025);
    assert_eq!(try_sign_in(&app, "long", &most).await, 422);
    assert_eq!(
        try_sign_in(&app, "long", &long).await,
        200,
        "none of it was counted"
    );
}
