//! Many calls at the same moment, again and again: one of them counts, and nobody honest is hurt.

use futures_util::future::join_all;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Browser, PASSWORD, TestApp};
use serde_json::json;
use std::collections::BTreeSet;
use time::Duration;

const AT_ONCE: usize = 100;
const ROUNDS: usize = 100;

async fn refresh_by_body(app: &TestApp, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    app.anonymous().post("/api/auth/refresh", body).await
}

fn token_in(answer: &Answer) -> String {
    let body = answer.is(200).json();
    body["refresh_token"].as_str().unwrap().to_owned()
}

/// B01, B02, REF-1, REF-3, REF-4: a hundred refreshes of one token at once, a hundred times over, in
/// bodies: each gets the one successor, which is the next round's token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_refreshes_have_one_successor() {
    let app = TestApp::start().await;
    let mut token = app.user("clara").await.refresh_token;
    for round in 0..ROUNDS {
        let calls = (0..AT_ONCE).map(|_| refresh_by_body(&app, &token));
        let answers = join_all(calls).await;
        let successors: BTreeSet<_> = answers.iter().map(token_in).collect();
        assert_eq!(successors.len(), 1, "round {round}");
        token = successors.into_iter().next().unwrap();
    }
    let last = refresh_by_body(&app, &token).await.is(200).json();
    let access = format!("Bearer {}", last["access_token"].as_str().unwrap());
    let me = app.anonymous().with("authorization", &access);
    me.get("/api/auth/me").await.is(200);
}

/// B01, B02, REF-4, REF-13: the same by cookies, as a hundred tabs that wake up together: whichever
/// answers last, the browser goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tabs_are_renewed_together() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    for round in 0..ROUNDS {
        app.advance(Duration::minutes(1));
        let tabs: Vec<Browser<'_>> = (0..AT_ONCE).map(|_| browser.fork()).collect();
        let calls = tabs.iter().map(|tab| tab.post_nothing("/api/auth/refresh"));
        for answer in join_all(calls).await {
            answer.is(200);
        }
        let successors = tabs.iter().map(|tab| tab.cookie(CookieKind::Refresh));
        let successors: BTreeSet<_> = successors.collect();
        assert_eq!(successors.len(), 1, "round {round}");
        // The one that answered last, whichever that is.
        for kind in CookieKind::SESSION {
            browser.set_cookie(kind, tabs[round % AT_ONCE].cookie(kind).unwrap());
        }
    }
    browser.get("/api/auth/me").await.is(200);
    browser.post_nothing("/api/auth/logout").await.is(204);
}

/// B02: two tabs of one browser, with one jar, renew at the same moment and go on working.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_of_one_browser() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let one = app.browser();
    one.sign_in("clara").await;
    let two = one.clone();
    for round in 0..50 {
        app.advance(Duration::minutes(10));
        let path = "/api/auth/refresh";
        let (first, second) = tokio::join!(one.post_nothing(path), two.post_nothing(path));
        first.is(200);
        second.is(200);
        for tab in [&one, &two] {
            let name = json!({"username": format!("Clara {round}")});
            tab.patch("/api/auth/me", name).await.is(200);
        }
    }
}

/// REF-2, B02: after the grace the spent token is theft, however many bring it at once, and all that
/// came of the sign-in is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spent_token_after_the_grace_ends_the_session_for_all() {
    let app = TestApp::start().await;
    app.user("clara").await;
    for round in 0..20 {
        let program = app.sign_in("clara").await;
        let spent = program.refresh_token.clone();
        let current = token_in(&refresh_by_body(&app, &spent).await);
        app.advance(Duration::seconds(31));
        let calls = (0..30).map(|n| {
            // The owner comes in the middle of the thieves.
            let token = if n == 15 { &current } else { &spent };
            refresh_by_body(&app, token)
        });
        let mut out = 0;
        for answer in join_all(calls).await {
            if answer.status == 200 {
                out += 1;
                let late = token_in(&answer);
                let again = refresh_by_body(&app, &late).await;
                again.is_problem(401, "invalid_refresh_token");
            } else {
                answer.is_problem(401, "invalid_refresh_token");
            }
        }
        assert!(out <= 1, "round {round}: {out}");
        let answer = refresh_by_body(&app, &current).await;
        answer.is_problem(401, "invalid_refresh_token");
        let me = program.get("/api/auth/me").await;
        me.is_problem(401, "invalid_token");
    }
}

/// REF-12, SES-13: a sign-out, or one everywhere, amid refreshes: whatever they gave is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_outlives_a_sign_out_that_it_overlaps() {
    let app = TestApp::start().await;
    app.user("clara").await;
    for round in 0..40 {
        let program = app.sign_in("clara").await;
        let path = ["/api/auth/logout", "/api/auth/logout-all"][round % 2];
        let calls = (0..20).map(|n| {
            let (app, program) = (&app, &program);
            async move {
                if n == 7 {
                    program.post_nothing(path).await
                } else {
                    refresh_by_body(app, &program.refresh_token).await
                }
            }
        });
        let answers = join_all(calls).await;
        answers[7].is(204);
        for answer in &answers {
            if answer.status != 200 {
                continue;
            }
            let again = refresh_by_body(&app, &token_in(answer)).await;
            again.is_problem(401, "invalid_refresh_token");
            let access = answer.json()["access_token"].as_str().unwrap().to_owned();
            let me = app
                .anonymous()
                .with("authorization", &format!("Bearer {access}"));
            me.get("/api/auth/me")
                .await
                .is_problem(401, "invalid_token");
        }
        program
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
    }
}

/// SES-9: sign-ins at the same moment don't get past the limit of sessions. From devices that are known:
/// of strangers at one account no more than five are looked at at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_sign_ins_keep_to_the_limit() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let browsers: Vec<_> = (0..40).map(|_| app.browser()).collect();
    for browser in &browsers {
        browser.sign_in("clara").await;
    }
    for _ in 0..3 {
        app.advance(Duration::SECOND);
        // Each begins a session beside the one it has, as a program does.
        let devices = browsers.iter().map(|one| one.cookie(CookieKind::Device));
        let calls = devices.map(|device| {
            let body = json!({"email": "clara@example.com", "password": PASSWORD,
                "delivery": "body", "device_token": device});
            let caller = app.anonymous();
            async move { caller.post("/api/auth/login", body).await }
        });
        let answers = join_all(calls).await;
        let bearer = |answer: &Answer| {
            let token = answer.is(200).json()["access_token"].clone();
            format!("Bearer {}", token.as_str().unwrap())
        };
        let personas: Vec<_> = answers
            .iter()
            .map(|answer| app.anonymous().with("authorization", &bearer(answer)))
            .collect();
        let alive = join_all(personas.iter().map(|one| one.get("/api/auth/me"))).await;
        let alive = alive.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(alive, 20);
    }
}

/// One address is registered a hundred times at once: one account, and one answer for all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_registrations_of_one_address_make_one_account() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let email = format!("race{round}@example.com");
        let calls = (0..AT_ONCE).map(|n| {
            let password = format!("the password of call {n:03}");
            let body = json!({"email": email, "username": "racer", "password": password});
            let stranger = app.anonymous();
            async move { stranger.post("/api/auth/register", body).await }
        });
        let answers = join_all(calls).await;
        let same: BTreeSet<_> = answers.iter().map(|answer| answer.is(201).text()).collect();
        assert_eq!(same.len(), 1);
        let accounts = app.dump().await.remove("accounts").unwrap();
        let found = accounts.iter().filter(|row| row.contains(&email)).count();
        assert_eq!(found, 1, "round {round}");
    }
}
