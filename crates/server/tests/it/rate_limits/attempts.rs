//! Guesses: by network before anything is looked at, wrong credentials afterwards.

use super::{DOCS, MODELS, app, is_limited, remaining};
use futures_util::future::join_all;
use musicgen_testkit::{PASSWORD, Persona, TestApp};
use serde_json::{Value, json};
use time::Duration;

const LOGIN: &str = "/api/auth/login";

fn sign_in(name: &str, password: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "password": password, "delivery": "body"})
}

async fn guess(from: &Persona<'_>, name: &str) -> u16 {
    let answer = from.post(LOGIN, sign_in(name, "a wrong one")).await;
    if answer.status == 429 {
        is_limited(&answer);
    }
    answer.status.as_u16()
}

/// RL-9, RL-14: each guess at another account, so that no account's own throttle speaks first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_has_ten_guesses() {
    let app = TestApp::with_default_limits().await;
    let from = |n: u32| app.anonymous().from_address(&format!("192.0.2.{n}"));
    for n in 0..10 {
        assert_eq!(guess(&from(1), &format!("somebody{n}")).await, 401, "{n}");
    }
    assert_eq!(guess(&from(1), "another").await, 429);
    assert_eq!(guess(&from(2), "another").await, 401);
    // One every six seconds from then on.
    app.advance(Duration::seconds(6));
    assert_eq!(guess(&from(1), "yet another").await, 401);
    assert_eq!(guess(&from(1), "and another").await, 429);
    // All at once they are no more.
    let names: Vec<_> = (0..40).map(|n| format!("other{n}")).collect();
    let crowd = from(3);
    let statuses = join_all(names.iter().map(|name| guess(&crowd, name))).await;
    let through = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(through, 10);
}

/// A school behind one address: who proves who they are has guessed nothing.
#[tokio::test]
async fn those_who_succeed_are_no_attempts() {
    let app = TestApp::with_default_limits().await;
    let school = app.anonymous().from_address("192.0.2.1");
    app.user("clara").await;
    for n in 0..30 {
        let answer = school.post(LOGIN, sign_in("clara", PASSWORD)).await;
        assert_eq!(remaining(answer.is(200)), 10, "{n}");
        let refresh = json!({"refresh_token": answer.json()["refresh_token"]});
        school.post("/api/auth/refresh", refresh).await.is(200);
    }
    // Honest ones among guesses change nothing for the guesses.
    for n in 0..10 {
        assert_eq!(guess(&school, &format!("somebody{n}")).await, 401);
        if n < 9 {
            school.post(LOGIN, sign_in("clara", PASSWORD)).await.is(200);
        }
    }
    assert_eq!(guess(&school, "another").await, 429);
}

/// Making accounts and sending letters succeeds for everybody: that is no proof.
#[tokio::test]
async fn what_anybody_may_ask_for_stays_scarce() {
    for (path, expected) in [
        ("/api/auth/register", 201),
        ("/api/auth/password/forgot", 202),
        ("/api/auth/email/resend", 202),
    ] {
        let app = TestApp::with_default_limits().await;
        let nobody = app.anonymous().from_address("192.0.2.1");
        let ask = async |n: u32| {
            let mut body = json!({"email": format!("user{n}@example.com")});
            if expected == 201 {
                body["username"] = json!("User");
                body["password"] = json!(PASSWORD);
            }
            nobody.post(path, body).await
        };
        for n in 0..10 {
            ask(n).await.is(expected);
        }
        is_limited(&ask(11).await);
    }
}

/// RL-10: who is over the limit isn't even read.
#[tokio::test]
async fn what_is_over_the_limit_is_not_looked_at() {
    let app = app(&[("AUTH", 1, 1)]).await;
    let nobody = app.anonymous();
    assert_eq!(guess(&nobody, "clara").await, 401);
    for answer in [
        nobody.post_text(LOGIN, "{").await,
        nobody
            .clone()
            .with("authorization", "Bearer x")
            .post(LOGIN, json!({}))
            .await,
        nobody
            .clone()
            .with("cookie", "a=")
            .post(LOGIN, json!({}))
            .await,
        nobody
            .clone()
            .with("origin", "https://evil.example")
            .post(LOGIN, json!({}))
            .await,
    ] {
        is_limited(&answer);
    }
}

/// Of sixty requests, how many were refused for their credential and how many by a limit.
async fn count<'a>(send: impl Fn(u32) -> Persona<'a>) -> [u32; 2] {
    let mut statuses = [0; 2];
    for n in 0..60 {
        let answer = send(n).get(MODELS).await;
        let limited = answer.status == 429;
        if limited {
            is_limited(&answer);
        } else {
            answer.is(401);
            assert!(remaining(&answer) < 20, "a refusal tells what is left");
        }
        statuses[usize::from(limited)] += 1;
    }
    statuses
}

/// B54, RL-7: a credential that nobody checked gives no bucket of its own.
#[tokio::test]
async fn b54_a_random_credential_counts_for_its_network() {
    let app = TestApp::with_default_limits().await;
    let clara = app.user("clara").await.from_address("192.0.2.1");
    let nobody = |address: &str| app.anonymous().from_address(address);
    let tokens = |n: u32| {
        let token = format!("Bearer {n}.{n}.{n}");
        nobody("192.0.2.1").with("authorization", &token)
    };
    assert_eq!(count(tokens).await, [20, 40]);
    let keys = |n: u32| nobody("192.0.2.2").with("x-api-key", &format!("key {n}"));
    assert_eq!(count(keys).await, [20, 40]);
    let cookies = |n: u32| {
        let name = app.cookie_name(musicgen_security::cookies::CookieKind::Access);
        nobody("192.0.2.3").with("cookie", &format!("{name}={n}.{n}.{n}"))
    };
    assert_eq!(count(cookies).await, [20, 40]);
    // Nothing at all is counted there too.
    is_limited(&nobody("192.0.2.1").get(DOCS).await);
    // Whoever proves who they are has nothing to do with them.
    for _ in 0..20 {
        clara.get(MODELS).await.is(200);
    }
    let devices = |n: u32| {
        let device = format!("device {n}");
        nobody("192.0.2.4").with("x-device-id", &device)
    };
    let mut refused = 0;
    for n in 0..60 {
        let name = format!("name{n}");
        refused += u32::from(guess(&devices(n), &name).await == 429);
    }
    assert_eq!(refused, 50);
}

/// What the stages before authentication refuse counts as well: another site's requests, cookies
/// that are broken, two credentials.
#[tokio::test]
async fn refusals_before_anybody_is_known_count() {
    let app = app(&[("ANONYMOUS", 4, 4)]).await;
    let nobody = app.anonymous();
    let two = nobody
        .clone()
        .with("authorization", "Bearer x")
        .with("x-api-key", "y");
    two.get(MODELS).await.is(400);
    nobody.get("/docs?access_token=x").await.is(401);
    let foreign = nobody.clone().with("origin", "https://evil.example");
    foreign.post_nothing("/api/auth/logout").await.is(401);
    nobody.get(MODELS).await.is(401);
    is_limited(&nobody.get(DOCS).await);
}

/// B60: guesses from one place lock nobody out elsewhere; the answer to a wrong password never
/// speaks of a lock.
#[tokio::test]
async fn b60_a_stranger_locks_nobody_out() {
    let app = TestApp::with_default_limits().await;
    let open = app.user("alice").await;
    let browser = app.browser().from_address("192.0.2.2");
    browser.sign_in("alice").await;
    let stranger = app.anonymous().from_address("192.0.2.1");
    let mut refused = 0;
    for _ in 0..20 {
        let answer = stranger.post(LOGIN, sign_in("alice", "a wrong one")).await;
        assert!(!answer.text().contains("lock"), "{}", answer.text());
        refused += u32::from(answer.status == 429);
    }
    assert!(refused >= 10, "{refused}");
    browser.sign_in("alice").await;
    open.get("/api/auth/me").await.is(200);
}

/// RL-9: by account too, wherever from.
#[tokio::test]
async fn an_account_has_as_many_attempts_from_everywhere() {
    let app = app(&[("AUTH", 3, 3)]).await;
    let clara = app.user("clara").await;
    let wrong = json!({"current_password": "a wrong one", "new_password": "another long password"});
    let change = async |n: u32| {
        let from = clara.clone().from_address(&format!("192.0.2.{n}"));
        from.post("/api/auth/password", wrong.clone()).await
    };
    for n in 0..3 {
        let answer = change(n).await;
        assert_ne!(answer.status, 429, "{n}: {}", answer.text());
        assert_eq!(remaining(&answer), u64::from(2 - n));
    }
    is_limited(&change(9).await);
    clara.get(MODELS).await.is(200);
}
