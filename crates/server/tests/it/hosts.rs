//! The hosts under which the service answers.

use super::heads::{PUBLIC, bare, is_refused, path};
use super::walk;
use http::{Method, Version};
use musicgen::routes::{RateClass, table};
use musicgen_testkit::TestApp;

/// IP-18, PWD-19, B48: no route answers under another host, whoever asks; probes answer under any.
#[tokio::test]
async fn another_host_is_not_served() {
    let more = &[("ALLOWED_HOSTS", "api.example.com, 10.0.0.5:8000")];
    let app = TestApp::in_production_with(more).await;
    let admin = app.admin("ada").await;
    let bearer = format!("Bearer {}", admin.access_token);
    for route in table() {
        let (method, path) = (walk::method(&route), path(&route));
        let probe = route.class == RateClass::None;
        for host in [
            "evil.example",
            "localhost",
            "127.0.0.1",
            "music.example.com:8443",
        ] {
            let browser = app
                .browser()
                .with("host", host)
                .with("authorization", &bearer);
            let answer = browser.send(method.clone(), &path, None).await;
            if probe {
                assert_eq!(answer.status, 200, "{route:?} at {host}");
            } else {
                is_refused(
                    &answer,
                    421,
                    "misdirected_request",
                    &format!("{route:?} at {host}"),
                );
            }
        }
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            let nameless = bare(version, method.clone(), &path, None);
            let answer = app.call_as_it_is(nameless).await;
            if !probe || version > Version::HTTP_10 {
                is_refused(
                    &answer,
                    400,
                    "malformed_request",
                    &format!("{route:?} {version:?}"),
                );
            }
        }
        let twice = app.browser().with("host", PUBLIC).with("host", PUBLIC);
        let answer = twice.send(method, &path, None).await;
        is_refused(
            &answer,
            400,
            "malformed_request",
            &format!("{route:?} twice"),
        );
    }
    for host in [
        PUBLIC,
        "api.example.com",
        "API.example.com:443",
        "10.0.0.5:8000",
    ] {
        app.anonymous()
            .with("host", host)
            .get("/docs")
            .await
            .is(200);
    }
}

/// HTTP/2 names the host in `:authority`, a whole URL as the target in itself.
#[tokio::test]
async fn the_target_names_the_host_too() {
    let app = TestApp::in_production().await;
    for (version, target, host, status) in [
        (Version::HTTP_2, "https://music.example.com/docs", None, 200),
        (Version::HTTP_2, "https://evil.example/docs", None, 421),
        (
            Version::HTTP_2,
            "https://evil.example/docs",
            Some(PUBLIC),
            400,
        ),
        (
            Version::HTTP_11,
            "https://music.example.com/docs",
            Some(PUBLIC),
            200,
        ),
        (
            Version::HTTP_11,
            "https://evil.example/docs",
            Some(PUBLIC),
            400,
        ),
        (
            Version::HTTP_11,
            "https://music.example.com/docs",
            Some("evil.example"),
            400,
        ),
        (
            Version::HTTP_11,
            "https://music.example.com/docs",
            None,
            400,
        ),
    ] {
        let answer = app
            .call_as_it_is(bare(version, Method::GET, target, host))
            .await;
        assert_eq!(answer.status, status, "{version:?} {target} {host:?}");
    }
}

/// In development whoever is on this machine operates the service. A page of the internet that makes its
/// own name point here is on this machine as well, and reads nothing: the browser sends its name.
#[tokio::test]
async fn a_page_that_rebinds_its_name_reads_nothing_in_development() {
    let app = TestApp::start().await;
    for route in table() {
        for host in [
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
        ] {
            let page = app.browser().from_address("127.0.0.1").with("host", host);
            let answer = page.send(walk::method(&route), &path(&route), None).await;
            is_refused(
                &answer,
                421,
                "misdirected_request",
                &format!("{route:?} at {host}"),
            );
        }
    }
    for host in ["localhost", "localhost:3000", "127.0.0.1:8000", "[::1]:9"] {
        let here = app.browser().from_address("127.0.0.1").with("host", host);
        here.get("/metrics").await.is(200);
    }
}

/// IP-18: what a trusted proxy says the client asked for is judged as `Host` is; nobody else is heard.
#[tokio::test]
async fn the_host_that_a_proxy_names_is_judged_too() {
    let app = TestApp::in_production_with(&[("TRUSTED_PROXIES", "10.1.2.3")]).await;
    for (peer, forwarded, status) in [
        ("10.1.2.3", "music.example.com", 200),
        ("10.1.2.3", "MUSIC.example.com:443", 200),
        ("10.1.2.3", "evil.example", 421),
        ("10.1.2.3", "evil.example, music.example.com", 200),
        ("10.1.2.3", "music.example.com, evil.example", 421),
        ("10.1.2.3", "music example com", 400),
        ("192.0.2.9", "evil.example", 200),
    ] {
        let caller = app.anonymous().from_address(peer);
        let caller = caller.with("x-forwarded-host", forwarded);
        let answer = caller.get("/docs").await;
        assert_eq!(
            answer.status,
            status,
            "{forwarded} by {peer}: {}",
            answer.text()
        );
    }
}
