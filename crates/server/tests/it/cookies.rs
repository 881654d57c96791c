//! What a browser is given to keep, and what it brings back.

use musicgen_security::cookies::CookieKind;
use musicgen_testkit::TestApp;

/// The browser of the harness lives with the service as a real one does: signed in by cookies alone,
/// renewed, signed out, and left with nothing.
#[tokio::test]
async fn a_browser_signs_in_is_renewed_and_forgets() {
    for app in [TestApp::start().await, TestApp::in_production().await] {
        app.user("clara").await;
        let browser = app.browser();
        let answer = browser.sign_in("clara").await;
        let token = answer.json()["csrf_token"].as_str().map(str::to_owned);
        assert_eq!(token, browser.cookie(CookieKind::Csrf));
        browser.get("/api/auth/me").await.is(200);
        let before = browser.cookie(CookieKind::Refresh);
        browser.post_nothing("/api/auth/refresh").await.is(200);
        assert_ne!(browser.cookie(CookieKind::Refresh), before);
        let thief = browser.fork();
        browser.post_nothing("/api/auth/logout").await.is(204);
        for kind in CookieKind::ALL {
            assert_eq!(browser.cookie(kind), None, "{kind:?}");
        }
        browser
            .get("/api/auth/me")
            .await
            .is_problem(401, "unauthenticated");
        thief
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
    }
}
