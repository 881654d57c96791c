//! Who counts as the client, behind proxies and without them, and that everything counts the same one.

mod processes;
mod site;

use super::api_keys::{KEYS, make, text};
use musicgen_testkit::{PASSWORD, Persona, TestApp};
use serde_json::{Value, json};

const XFF: &str = "x-forwarded-for";
const WHOAMI: &str = "/api/v1/admin/whoami-network";
const PROXY: &str = "10.0.0.1";
const TRUSTED: (&str, &str) = ("TRUSTED_PROXIES", "10.0.0.0/24");

async fn behind_a_proxy() -> TestApp {
    TestApp::with(&[TRUSTED]).await
}

/// A wrong password for a name of its own, so that only the network counts.
async fn guess(caller: &Persona<'_>, name: &str) -> u16 {
    let body =
        json!({"email": format!("{name}@example.com"), "password": "wrong", "delivery": "body"});
    let answer = caller.post("/api/auth/login", body).await;
    answer.status.as_u16()
}

/// The statuses of many such guesses, each with another value of the header.
async fn guesses(app: &TestApp, count: usize, value: impl Fn(usize) -> String) -> Vec<u16> {
    let mut statuses = Vec::new();
    for n in 0..count {
        let caller = app.anonymous().from_address(PROXY).with(XFF, &value(n));
        statuses.push(guess(&caller, &format!("victim{n}")).await);
    }
    statuses
}

async fn through(app: &TestApp, client: &str) -> u16 {
    let caller = app.anonymous().from_address(PROXY).with(XFF, client);
    guess(&caller, "somebody").await
}

/// Looked at until the limit of a network, and no more.
fn is_limited(statuses: &[u16]) {
    let looked_at = statuses.iter().take_while(|status| **status == 401).count();
    assert!((1..=30).contains(&looked_at), "{statuses:?}");
    assert!(
        statuses[looked_at..].iter().all(|status| *status == 429),
        "{statuses:?}"
    );
}

/// B03, IP-2, IP-12: three hundred invented addresses share the bucket of the one that the proxy saw, and
/// burn nobody else's.
#[tokio::test]
async fn b03_invented_addresses_share_one_bucket() {
    let app = behind_a_proxy().await;
    let invented = |n: usize| match n % 3 {
        0 => format!("192.0.2.{}, 198.51.100.7", n % 250),
        1 => format!("127.0.0.1, 10.0.0.{}, 198.51.100.7", n % 250),
        _ => format!("{}198.51.100.7", "2001:db8::1,".repeat(n % 40)),
    };
    is_limited(&guesses(&app, 300, invented).await);
    for other in ["192.0.2.1", "127.0.0.1", "2001:db8::1", "203.0.113.9"] {
        assert_eq!(through(&app, other).await, 401, "{other}");
    }
    assert_eq!(through(&app, "192.0.2.99, 198.51.100.7").await, 429);
}

/// B05: clients behind one proxy count apart.
#[tokio::test]
async fn b05_one_client_does_not_lock_out_the_others() {
    let app = behind_a_proxy().await;
    is_limited(&guesses(&app, 200, |_| "203.0.113.10".to_owned()).await);
    assert_eq!(through(&app, "203.0.113.11").await, 401);
    assert_eq!(
        guess(&app.anonymous().from_address(PROXY), "nobody").await,
        401
    );
}

/// B07, RL-6: a network of IPv6 is one client, as wide as it is set.
#[tokio::test]
async fn b07_a_subscriber_is_one_client() {
    let app = behind_a_proxy().await;
    is_limited(&guesses(&app, 100, |n| format!("2001:db8:1:2::{n:x}")).await);
    assert_eq!(through(&app, "2001:db8:1:3::1").await, 401);
    let wide = TestApp::with(&[TRUSTED, ("CLIENT_IPV6_PREFIX", "56")]).await;
    is_limited(&guesses(&wide, 100, |n| format!("2001:db8:1:{:x}::1", n % 256)).await);
    assert_eq!(through(&wide, "2001:db8:1:100::1").await, 401);
}

fn forged<'a>(somebody: Persona<'a>, peer: &str) -> Persona<'a> {
    let somebody = somebody.from_address(peer).with(XFF, "127.0.0.1");
    let somebody = somebody.with("x-forwarded-proto", "https");
    somebody
        .with("x-forwarded-uri", "/health")
        .with("x-real-ip", "::1")
}

/// B04, IP-1, IP-3: where nobody is trusted, nothing that a request says of itself counts; in development
/// too, where the machine's own user is the operator.
#[tokio::test]
async fn b04_nobody_is_trusted_without_being_named() {
    let app = TestApp::start().await;
    let ada = app.admin("ada").await;
    for peer in ["192.0.2.7", "127.0.0.1", "::1", PROXY] {
        let nobody = forged(app.anonymous(), peer);
        nobody.get("/api/v1/admin/users").await.is(401);
        nobody.get("/metrics").await.is(401);
        let seen = forged(ada.clone(), peer).get(WHOAMI).await.is(200).json();
        assert_eq!(
            (&seen["client"], &seen["scheme"]),
            (&json!(peer), &json!("http"))
        );
        assert_eq!(
            (&seen["trusted"], &seen["ended"]),
            (&json!(false), &json!("not_read"))
        );
    }
    let figures = app.anonymous().with("x-api-key", TestApp::INTERNAL_KEY);
    let figures = figures.get("/metrics").await.text();
    assert!(figures.contains("musicgen_forwarding_faults_total{fault=\"untrusted\"}"));
}

/// B48: in development the operator is whoever is at the machine: the socket and the client are here, and
/// no proxy has left a mark, trusted or not.
#[tokio::test]
async fn b48_the_machines_own_user_is_behind_no_proxy() {
    let app = TestApp::with(&[("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/24")]).await;
    let rows: &[(&str, &str, &[(&str, &str)], u16)] = &[
        ("at the machine", "127.0.0.1", &[], 200),
        ("by IPv6", "::1", &[], 200),
        ("mapped", "::ffff:127.0.0.1", &[], 200),
        ("elsewhere", "192.0.2.7", &[], 401),
        (
            "elsewhere, claiming to be here",
            "192.0.2.7",
            &[(XFF, "127.0.0.1")],
            401,
        ),
        (
            "by a proxy on this machine",
            "127.0.0.1",
            &[(XFF, "198.51.100.7")],
            401,
        ),
        (
            "the same, claiming to be here",
            "127.0.0.1",
            &[(XFF, "127.0.0.1")],
            401,
        ),
        (
            "by a proxy elsewhere, claiming",
            PROXY,
            &[(XFF, "127.0.0.1")],
            401,
        ),
        (
            "another header",
            "127.0.0.1",
            &[("true-client-ip", "10.0.0.9")],
            401,
        ),
        (
            "a network's header",
            "127.0.0.1",
            &[("cf-connecting-ip", "127.0.0.1")],
            401,
        ),
        ("a host", "192.0.2.7", &[("host", "localhost")], 401),
        ("a mark alone", "127.0.0.1", &[("via", "1.1 proxy")], 401),
    ];
    for (name, peer, head, status) in rows {
        let mut caller = app.anonymous().from_address(peer);
        for (header, value) in *head {
            caller = caller.with(header, value);
        }
        let answer = caller.get("/metrics").await;
        assert_eq!(answer.status, *status, "{name}");
    }
}

/// B48, KEY-8: a key that may come from a network comes from there by the client's address, and from
/// nowhere by a claim.
#[tokio::test]
async fn b48_networks_of_keys_go_by_the_client() {
    let app = behind_a_proxy().await;
    let clara = app.user("clara").await;
    let body =
        json!({"name": "build server", "scopes": ["models:view"], "networks": ["203.0.113.0/24"]});
    let made = clara.post(KEYS, body).await.is(201).json();
    let rows: &[(&str, &str, &[(&str, &str)], u16)] = &[
        ("by the proxy", PROXY, &[(XFF, "203.0.113.7")], 200),
        (
            "by the proxy, from elsewhere",
            PROXY,
            &[(XFF, "198.51.100.7")],
            401,
        ),
        (
            "a claim through the proxy",
            PROXY,
            &[(XFF, "203.0.113.7, 198.51.100.7")],
            401,
        ),
        (
            "a claim in a line before",
            PROXY,
            &[(XFF, "203.0.113.7"), (XFF, "198.51.100.7")],
            401,
        ),
        (
            "a claim past the proxy",
            "192.0.2.7",
            &[(XFF, "203.0.113.7")],
            401,
        ),
        (
            "other headers",
            PROXY,
            &[
                ("x-real-ip", "203.0.113.7"),
                ("forwarded", "for=203.0.113.7"),
            ],
            401,
        ),
        ("directly", "203.0.113.7", &[], 200),
        (
            "B49: an underscore",
            PROXY,
            &[("x_forwarded_for", "203.0.113.7")],
            401,
        ),
    ];
    for (name, peer, head, status) in rows {
        let mut program = app
            .anonymous()
            .with("x-api-key", text(&made))
            .from_address(peer);
        for (header, value) in *head {
            program = program.with(header, value);
        }
        let answer = program.get("/api/v1/models").await;
        assert_eq!(answer.status, *status, "{name}");
    }
}

/// B49: of two credentials none is taken, whichever stands first.
#[tokio::test]
async fn b49_two_keys_are_none() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    for (first, second) in [(text(&made), "mg_live_x"), ("mg_live_x", text(&made))] {
        let caller = app
            .anonymous()
            .with("x-api-key", first)
            .with("x-api-key", second);
        let status = caller.get("/api/v1/models").await.status;
        assert!(status == 400 || status == 401, "{status}");
    }
    let named = app
        .anonymous()
        .with("x_user_id", "admin")
        .with("x-user-id", "admin");
    named.get("/api/v1/admin/users").await.is(401);
}

fn by_proxy<'a>(value: &str, somebody: Persona<'a>) -> Persona<'a> {
    somebody.from_address(PROXY).with(XFF, value)
}

/// B46: what can't be read gives the proxy's own address, never more rights and never a 500.
#[tokio::test]
async fn b46_what_cannot_be_read_gives_nobody_rights() {
    let app = behind_a_proxy().await;
    let ada = app.admin("ada").await;
    let body = json!({"name": "n", "scopes": ["models:view"], "networks": ["127.0.0.0/8"]});
    let made = ada.post(KEYS, body).await.is(201).json();
    let long = "a".repeat(70_000);
    let many = vec!["10.0.0.2"; 500].join(", ");
    for value in [
        "a",
        "",
        ", ,",
        "unknown",
        "1.2.3.4.5",
        "[::1",
        &long,
        &many,
        "127.0.0.1, x",
    ] {
        let shown: String = value.chars().take(20).collect();
        let status = guess(
            &by_proxy(value, app.anonymous()),
            &format!("nobody{}", value.len()),
        )
        .await;
        // A field of more than 8 KiB is no request, whoever sends it.
        if value.len() > 8 * 1024 {
            assert_eq!(status, 431, "`{shown}`");
            continue;
        }
        assert!(
            status == 401 || status == 429,
            "sign-in with `{shown}`: {status}"
        );
        by_proxy(value, app.anonymous())
            .get("/api/v1/admin/users")
            .await
            .is(401);
        let program = by_proxy(value, app.anonymous().with("x-api-key", text(&made)));
        program.get("/api/v1/models").await.is(401);
        let seen = by_proxy(value, ada.clone())
            .get(WHOAMI)
            .await
            .is(200)
            .json();
        assert_eq!(seen["client"], PROXY, "`{shown}`");
        assert!(seen["advice"].to_string().len() < 2_000, "`{shown}`");
    }
}

/// B47, IP-4, IP-6, IP-8, IP-9: the forms of hops, as an administrator is shown them.
#[tokio::test]
async fn b47_administrators_see_hop_by_hop() {
    let app = behind_a_proxy().await;
    let ada = app.admin("ada").await;
    let rows: &[(&[(&str, &str)], &str, &str)] = &[
        (
            &[(XFF, "192.0.2.66"), (XFF, "198.51.100.7")],
            "198.51.100.7",
            "client",
        ),
        (&[(XFF, "198.51.100.7:51234")], "198.51.100.7", "client"),
        (&[(XFF, "[2001:db8::7]:443")], "2001:db8::7", "client"),
        (&[(XFF, "fe80::1%eth0")], PROXY, "unreadable"),
        (&[(XFF, "10.0.0.9")], "10.0.0.9", "internal"),
        (
            &[("forwarded", "for=198.51.100.7;proto=https")],
            PROXY,
            "internal",
        ),
        (
            &[("forwarded", "for=192.0.2.1"), (XFF, "198.51.100.7")],
            "198.51.100.7",
            "client",
        ),
    ];
    for (head, client, ended) in rows {
        let mut caller = ada.clone().from_address(PROXY);
        for (name, value) in *head {
            caller = caller.with(name, value);
        }
        let seen = caller.get(WHOAMI).await.is(200).json();
        assert_eq!(
            (&seen["client"], &seen["ended"]),
            (&json!(client), &json!(ended)),
            "{head:?}"
        );
    }
    let caller = ada
        .clone()
        .from_address(PROXY)
        .with(XFF, "bogus, 2001:DB8::7, 10.0.0.2");
    let caller = caller
        .with("x-forwarded-proto", "https")
        .with("x-forwarded-host", "localhost:8000");
    let seen = caller
        .with("x-real-ip", "127.0.0.1")
        .get(WHOAMI)
        .await
        .is(200)
        .json();
    let expected = json!({
        "peer": PROXY,
        "source": null,
        "trusted": true,
        "proxy_protocol": "off",
        "header": XFF,
        "hops": [
            {"text": "10.0.0.2", "address": "10.0.0.2", "trusted": true},
            {"text": "2001:DB8::7", "address": "2001:db8::7", "trusted": false},
        ],
        "ended": "client",
        "client": "2001:db8::7",
        "network": "2001:db8::/64",
        "internal": false,
        "scheme": "https",
        "host": "localhost:8000",
        "ignored": ["x-real-ip"],
        "advice": [],
    });
    assert_eq!(seen, expected);
    app.user("bob")
        .await
        .get(WHOAMI)
        .await
        .is_problem(403, "insufficient_permission");
    app.anonymous()
        .get(WHOAMI)
        .await
        .is_problem(401, "unauthenticated");
}

/// IP-15: one request, and one address in whatever looks at it.
#[tokio::test]
async fn all_count_the_same_client() {
    let app = behind_a_proxy().await;
    app.user("clara").await;
    app.make_admin("clara").await;
    let head = "192.0.2.66, 198.51.100.7, 10.0.0.2";
    let caller = app.anonymous().from_address(PROXY).with(XFF, head);
    let body = json!({"email": "clara@example.com", "password": PASSWORD, "delivery": "body"});
    let tokens = caller.post("/api/auth/login", body).await.is(200).json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let clara = caller.clone().with("authorization", &bearer);
    assert_eq!(clara.get(WHOAMI).await.json()["client"], "198.51.100.7");
    let sessions = clara.get("/api/auth/sessions").await.is(200).json();
    let addresses: Vec<&Value> = sessions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["ip"])
        .collect();
    assert!(addresses.contains(&&json!("198.51.100.7")), "{sessions}");
    assert!(!sessions.to_string().contains("192.0.2.66") && !sessions.to_string().contains(PROXY));
    let body = json!({"name": "n", "scopes": ["models:view"], "networks": ["198.51.100.7"]});
    let made = clara.post(KEYS, body).await.is(201).json();
    let program = caller.clone().with("x-api-key", text(&made));
    program.get("/api/v1/models").await.is(200);
    is_limited(&guesses(&app, 40, |_| "198.51.100.7".to_owned()).await);
    assert_eq!(guess(&caller, "victim").await, 429);
}
