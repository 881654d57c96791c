//! Addresses that are to be confirmed, and invitations.

use crate::accounts::registration;
use crate::server::BINARY;
use crate::sign_in::{essence, login};
use musicgen_security::clock::{Clock as _, SystemClock};
use musicgen_testkit::{Answer, PASSWORD, TestApp};
use serde_json::{Value, json};
use std::process::Command;
use time::Duration;

const CONFIRM: &str = "Confirm your address";
const TAKEN: &str = "You have an account already";

async fn register(app: &TestApp, name: &str) -> Answer {
    let body = registration(&format!("{name}@example.com"), PASSWORD);
    app.anonymous().post("/api/auth/register", body).await
}

async fn verify(app: &TestApp, token: &str) -> Answer {
    let body = json!({"token": token});
    app.anonymous().post("/api/auth/email/verify", body).await
}

async fn tokens(app: &TestApp, name: &str) -> Vec<String> {
    let letters = app.letters(name, CONFIRM).await;
    letters
        .iter()
        .map(|letter| letter.token().unwrap())
        .collect()
}

async fn resend(app: &TestApp, name: &str) -> Answer {
    let body = json!({"email": format!("{name}@example.com")});
    app.anonymous().post("/api/auth/email/resend", body).await
}

async fn try_sign_in(app: &TestApp, name: &str, password: &str) -> u16 {
    let caller = app.anonymous();
    let answer = caller.post("/api/auth/login", login(name, password)).await;
    answer.status.as_u16()
}

fn required() -> [(&'static str, &'static str); 1] {
    [("EMAIL_VERIFICATION", "required")]
}

/// PWD-11, B124: nobody signs in before the link was opened; it is good once, for a day.
#[tokio::test]
async fn an_address_is_confirmed_before_the_first_sign_in() {
    let app = TestApp::with(&required()).await;
    let answer = register(&app, "clara").await;
    assert_eq!(answer.is(201).json()["verification"], "required");
    assert_eq!(try_sign_in(&app, "clara", "not the password").await, 401);
    assert_eq!(
        tokens(&app, "clara").await.len(),
        1,
        "a wrong password sends nothing"
    );
    app.advance(Duration::seconds(1));
    assert_eq!(try_sign_in(&app, "clara", PASSWORD).await, 401);
    let links = tokens(&app, "clara").await;
    assert_eq!(links.len(), 2, "a right one sends another letter");
    verify(&app, &links[0])
        .await
        .is_problem(400, "invalid_link");
    app.advance(Duration::days(1));
    verify(&app, &links[1])
        .await
        .is_problem(400, "invalid_link");
    resend(&app, "clara").await.is(202);
    let link = tokens(&app, "clara").await.pop().unwrap();
    app.advance(Duration::days(1) - Duration::seconds(1));
    verify(&app, &link).await.is(204);
    verify(&app, &link).await.is_problem(400, "invalid_link");
    let clara = app.sign_in("clara").await;
    let me = clara.get("/api/auth/me").await.json();
    assert_eq!(me["email_verified"], true);
    let wrong = [(); 8].map(|()| try_sign_in(&app, "unconfirmed", "wrong"));
    assert_eq!(
        futures_util::future::join_all(wrong).await.iter().max(),
        Some(&429)
    );
}

/// Whoever tries too early and often is let in once the link was opened.
#[tokio::test]
async fn early_attempts_are_forgotten() {
    let app = TestApp::with(&required()).await;
    register(&app, "clara").await.is(201);
    for expected in [401, 401, 401, 401, 401, 429] {
        assert_eq!(try_sign_in(&app, "clara", PASSWORD).await, expected);
        app.settle().await;
        app.advance(Duration::milliseconds(10));
    }
    let link = tokens(&app, "clara").await.pop().unwrap();
    verify(&app, &link).await.is(204);
    assert_eq!(try_sign_in(&app, "clara", PASSWORD).await, 200);
}

/// B61: resend says nothing, and sends only what is of use.
#[tokio::test]
async fn asking_for_the_letter_again_says_nothing() {
    let app = TestApp::start().await;
    for name in ["open", "done", "disabled"] {
        register(&app, name).await.is(201);
        assert!(tokens(&app, name).await.is_empty(), "none is needed");
    }
    resend(&app, "done").await.is(202);
    let link = tokens(&app, "done").await.remove(0);
    verify(&app, &link).await.is(204);
    app.disable("disabled").await;
    let mut answers = Vec::new();
    for (name, letters) in [("open", 1), ("done", 1), ("disabled", 0), ("nobody", 0)] {
        answers.push(essence(resend(&app, name).await.is(202)));
        assert_eq!(tokens(&app, name).await.len(), letters, "{name}");
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    let open = app.sign_in("open").await;
    app.advance(Duration::seconds(1));
    open.post_nothing("/api/auth/email/resend").await.is(202);
    assert_eq!(tokens(&app, "open").await.len(), 2);
    let nobody = app.anonymous().post_nothing("/api/auth/email/resend").await;
    assert_eq!(
        nobody.faults(),
        [("/email".to_owned(), "required".to_owned())]
    );
}

/// B61, B122: the owner of a taken address is told by mail, whoever asks is told nothing.
#[tokio::test]
async fn only_the_owner_learns_that_an_address_is_taken() {
    for variables in [&[][..], &required()] {
        let app = TestApp::with(variables).await;
        let first = register(&app, "clara").await;
        let letters = tokens(&app, "clara").await.len();
        let before = app.account("clara").await;
        let mut body = registration("Clara@EXAMPLE.com", "an entirely different phrase");
        body["username"] = json!("Clara");
        let again = app.anonymous().post("/api/auth/register", body).await;
        assert_eq!(essence(&first), essence(&again));
        assert_eq!(app.letters("clara", TAKEN).await.len(), 1);
        assert_eq!(tokens(&app, "clara").await.len(), letters);
        assert_eq!(app.account("clara").await, before);
    }
}

/// B124: of overlapping uses of one link one succeeds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_hundred_overlapping_confirmations_succeeds() {
    let app = TestApp::with(&required()).await;
    for round in 0..10 {
        let name = format!("clara{round}");
        register(&app, &name).await.is(201);
        let link = tokens(&app, &name).await.remove(0);
        let calls = (0..100).map(|_| verify(&app, &link));
        let answers = futures_util::future::join_all(calls).await;
        let good = answers.iter().filter(|answer| answer.status == 204).count();
        assert_eq!(good, 1, "round {round}");
    }
}

/// `musicgen user invite`, on the application's own database.
fn invite(app: &TestApp, address: Option<&str>) -> String {
    let output = Command::new(BINARY)
        .args(["user", "invite"])
        .args(address)
        .env_clear()
        .env("DATA_DIR", app.data_dir())
        .env("PUBLIC_URL", "http://localhost:8000")
        .env("REGISTRATION", "invite")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let link = text
        .trim_end()
        .strip_prefix("http://localhost:8000/register#token=");
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    link.unwrap_or_else(|| panic!("{text} {why}")).to_owned()
}

fn invited(name: &str, token: &str) -> Value {
    let mut body = registration(&format!("{name}@example.com"), PASSWORD);
    body["invite_token"] = json!(token);
    body
}

/// An application whose clock is the command line's: invitations are made by both.
async fn by_invitation() -> TestApp {
    let app = TestApp::with(&[("REGISTRATION", "invite")]).await;
    app.advance(SystemClock.now() - app.now());
    app
}

/// B124: nobody without an invitation, nobody with somebody else's, nobody with a used one.
#[tokio::test]
async fn registration_by_invitation() {
    let app = by_invitation().await;
    register(&app, "guest")
        .await
        .is_problem(403, "invitation_required");
    let for_guest = invite(&app, Some("Guest@example.com"));
    let for_anybody = invite(&app, None);
    let call = async |name: &str, token: &str| {
        let body = invited(name, token);
        app.anonymous().post("/api/auth/register", body).await
    };
    for (name, token) in [
        ("other", for_guest.as_str()),
        ("guest", "mgo_nothing"),
        ("guest", "x"),
        ("guest", &format!("mgo_{}", "A".repeat(43))),
    ] {
        call(name, token).await.is_problem(400, "invalid_link");
    }
    let mut weak = invited("guest", &for_guest);
    weak["password"] = json!("too short");
    let answer = app.anonymous().post("/api/auth/register", weak).await;
    assert_eq!(answer.faults()[0].1, "too_short");
    let first = call("guest", &for_guest).await;
    first.is(201);
    call("guest", &for_guest)
        .await
        .is_problem(400, "invalid_link");
    let again = call("guest", &for_anybody).await;
    assert_eq!(essence(&first), essence(&again), "the address is taken");
    assert_eq!(app.letters("guest", TAKEN).await.len(), 1);
    call("other", &for_anybody)
        .await
        .is_problem(400, "invalid_link");
    assert_eq!(try_sign_in(&app, "guest", PASSWORD).await, 200);
    let reset = json!({"token": invite(&app, None), "new_password": PASSWORD});
    let answer = app
        .anonymous()
        .post("/api/auth/password/reset", reset)
        .await;
    answer.is_problem(400, "invalid_link");
}

/// B124: an invitation in parallel, and a day later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_makes_one_account_and_runs_out() {
    let app = by_invitation().await;
    for round in 0..3 {
        let token = invite(&app, None);
        let calls = (0..30).map(|n| {
            let body = invited(&format!("guest{round}-{n}"), &token);
            let caller = app.anonymous();
            async move { caller.post("/api/auth/register", body).await }
        });
        let answers = futures_util::future::join_all(calls).await;
        let good = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(good, 1, "round {round}");
    }
    let late = invite(&app, None);
    app.advance(Duration::days(1) + Duration::minutes(1));
    let answer = app
        .anonymous()
        .post("/api/auth/register", invited("late", &late))
        .await;
    answer.is_problem(400, "invalid_link");
}
