//! HTTP/2 on a socket, spoken by a client that keeps no rules.

mod frames;

use crate::connections::resident;
use frames::*;
use musicgen_testkit::{Served, TestApp};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(300);
/// What a flood may add to the memory of this process, in kB: both sides are in it.
const FLAT: u64 = 40_000;

async fn impatient() -> Served {
    TestApp::start().await.serve_with(|options| {
        let limits = &mut options.limits;
        (limits.first_request, limits.idle) = (SHORT, SHORT);
        (limits.body_idle, limits.body_grace) = (SHORT, SHORT * 2);
        (limits.write_window, limits.linger) = (SHORT, SHORT);
    })
}

/// Whether somebody else is answered.
async fn others_are_served(served: &Served) {
    for path in ["/health", "/no-such-path"] {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = served.raw(request).await;
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    }
    let mut client = Client::open(served, &[]).await;
    client.send(&get(1, b"/health")).await;
    assert_eq!(
        client.first(&[HEADERS, GOAWAY]).await.unwrap().status(),
        200
    );
}

/// HTTP-12: HTTP/2 begins with its preface, several requests share a connection, and answers are whole.
#[tokio::test(flavor = "multi_thread")]
async fn requests_share_a_connection() {
    let served = TestApp::start().await.serve();
    let mut client = Client::open(&served, &[]).await;
    client
        .send(
            &[
                get(1, b"/health"),
                get(3, b"/no-such-path"),
                get(5, b"/health"),
            ]
            .concat(),
        )
        .await;
    let mut found = Vec::new();
    while found.len() < 3 {
        let frame = client.first(&[HEADERS]).await.unwrap();
        found.push((frame.stream, frame.status()));
    }
    found.sort_unstable();
    assert_eq!(found, [(1, 200), (3, 404), (5, 200)]);
}

/// HTTP-9, HTTP-11: what is no request on a stream ends the stream or the connection, or is 400; it never
/// reaches a handler.
#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_end_their_stream() {
    let served = TestApp::start().await.serve();
    let fields: [(&str, Field<'_>); 16] = [
        ("connection", (b"connection", b"close")),
        ("keep-alive", (b"keep-alive", b"timeout=5")),
        ("proxy-connection", (b"proxy-connection", b"keep-alive")),
        ("transfer-encoding", (b"transfer-encoding", b"chunked")),
        ("upgrade", (b"upgrade", b"h2c")),
        ("te", (b"te", b"gzip")),
        ("upper case", (b"X-Upper", b"a")),
        ("no name", (b"", b"a")),
        ("a blank in a name", (b"x a", b"a")),
        ("CR LF in a value", (b"x-a", b"b\r\nx-evil: c")),
        ("LF in a value", (b"x-a", b"b\nc")),
        ("NUL in a value", (b"x-a", b"b\0c")),
        ("a pseudo-header behind others", (b":path", b"/health")),
        ("an unknown pseudo-header", (b":version", b"2")),
        ("a status", (b":status", b"200")),
        ("a length without a body", (b"content-length", b"5")),
    ];
    for (name, field) in fields {
        let all = [GET, &[(b":path", b"/health"), (b"x-b", b"c"), field]].concat();
        never_served(
            &served,
            name,
            &frame(HEADERS, END_STREAM | END_HEADERS, 1, &block(&all)),
        )
        .await;
    }
    let post: &[Field<'_>] = &[
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":authority", b"localhost"),
        (b":path", b"/api/auth/login"),
        (b"content-type", b"application/json"),
    ];
    for (name, lengths, data) in [
        ("shorter than its length", &[&b"5"[..]][..], &b"{}"[..]),
        ("longer than its length", &[b"1"], b"{}"),
        ("two lengths", &[b"2", b"3"], b"{}"),
        ("a signed length", &[b"+2"], b"{}"),
        ("a list of lengths", &[b"2,2"], b"{}"),
    ] {
        let lengths = lengths
            .iter()
            .map(|length| (&b"content-length"[..], *length));
        let all: Vec<_> = post.iter().copied().chain(lengths).collect();
        let bytes = [
            frame(HEADERS, END_HEADERS, 1, &block(&all)),
            frame(DATA, END_STREAM, 1, data),
        ]
        .concat();
        never_served(&served, name, &bytes).await;
    }
    let without = |left_out: &[u8]| {
        let all = [GET, &[(b":path", b"/health")]].concat();
        let all: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| *name != left_out)
            .collect();
        frame(HEADERS, END_STREAM | END_HEADERS, 1, &block(&all))
    };
    let twice = [GET, &[(b":path", b"/health"), (b":method", b"GET")]].concat();
    let rows = [
        ("no method", without(b":method")),
        ("no path", without(b":path")),
        ("no scheme", without(b":scheme")),
        (
            "two methods",
            frame(HEADERS, END_STREAM | END_HEADERS, 1, &block(&twice)),
        ),
        ("an empty path", get(1, b"")),
        ("data before headers", frame(DATA, END_STREAM, 1, b"x")),
        (
            "a frame that is too large",
            frame(DATA, 0, 1, &vec![0; 20_000]),
        ),
        (
            "headers on no stream",
            frame(HEADERS, END_STREAM | END_HEADERS, 0, &block(GET)),
        ),
        ("a stream of the server's", get(2, b"/health")),
        (
            "a continuation of nothing",
            frame(CONTINUATION, END_HEADERS, 1, &block(GET)),
        ),
        (
            "broken compression",
            frame(HEADERS, END_STREAM | END_HEADERS, 1, &[0xff; 20]),
        ),
        (
            "an increment of nothing",
            frame(WINDOW_UPDATE, 0, 0, &[0; 4]),
        ),
    ];
    for (name, bytes) in rows {
        never_served(&served, name, &bytes).await;
    }
    others_are_served(&served).await;
}

async fn never_served(served: &Served, name: &str, bytes: &[u8]) {
    let mut client = Client::open(served, &[]).await;
    client.send(bytes).await;
    match client.first(&[RST_STREAM, GOAWAY, HEADERS]).await {
        Some(answer) if answer.kind == HEADERS => {
            assert!(matches!(answer.status(), 400..=431), "{name}: {answer:?}");
        }
        Some(_) | None => {}
    }
}

/// HTTP-8 (CVE-2023-44487): ten thousand streams, each reset at once.
#[tokio::test(flavor = "multi_thread")]
async fn rapid_resets_end_the_connection() {
    let served = TestApp::start().await.serve();
    others_are_served(&served).await;
    let before = resident();
    let mut client = Client::open(&served, &[]).await;
    let mut sent = 0;
    for burst in 0..100_u32 {
        let streams = (burst * 100..(burst + 1) * 100).map(|number| {
            let stream = number * 2 + 1;
            [
                get(stream, b"/health"),
                frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()),
            ]
            .concat()
        });
        if !client.send(&streams.collect::<Vec<_>>().concat()).await {
            break;
        }
        sent += 100;
    }
    others_are_served(&served).await;
    let end = client.first(&[GOAWAY]).await;
    let code = end.map(|frame| frame.payload[7]);
    assert!(
        matches!(code, None | Some(11)),
        "ENHANCE_YOUR_CALM after {sent}: {code:?}"
    );
    let used = resident().saturating_sub(before);
    assert!(used < FLAT, "{used} kB");
}

/// HTTP-8: headers without end, many settings, many pings, compression that unpacks to much, data of
/// nothing: bounded memory, an end, and others are served.
#[tokio::test(flavor = "multi_thread")]
async fn floods_of_frames_are_bounded() {
    let served = impatient().await;
    others_are_served(&served).await;
    let before = resident();
    let open = frame(HEADERS, 0, 1, &block(GET));
    // A literal of 4,000 bytes that is kept, and then a reference to it in each byte.
    let kept = [
        &[0x40, 1, b'x', 0x7f, 0xa1, 0x1e][..],
        &[b'y'; 4_000],
        &[0xbe; 12_000],
    ]
    .concat();
    let bomb = [block(GET), kept].concat();
    let post: &[Field<'_>] = &[
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":authority", b"localhost"),
        (b":path", b"/api/auth/login"),
        (b"content-type", b"application/json"),
    ];
    let rows: [(&str, Vec<u8>, Vec<u8>); 7] = [
        (
            "continuations",
            open.clone(),
            frame(CONTINUATION, 0, 1, &block(&[(b"x-a", &[b'b'; 100])])),
        ),
        ("empty continuations", open, frame(CONTINUATION, 0, 1, b"")),
        (
            "settings",
            vec![],
            frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0xff, 0xff]),
        ),
        ("pings", vec![], frame(PING, 0, 0, &[0; 8])),
        (
            "a bomb",
            frame(HEADERS, END_STREAM | END_HEADERS, 1, &bomb),
            vec![],
        ),
        (
            "empty data",
            frame(HEADERS, END_HEADERS, 1, &block(post)),
            frame(DATA, 0, 1, b""),
        ),
        ("priorities", vec![], frame(2, 0, 1, &[0, 0, 0, 3, 10])),
    ];
    for (name, begin, flood) in rows {
        let mut client = Client::open(&served, &[]).await;
        client.send(&begin).await;
        let many = flood.repeat(1_000);
        for _ in 0..200 {
            if flood.is_empty() || !client.send(&many).await {
                break;
            }
        }
        others_are_served(&served).await;
        // The connection ends, by what was wrong, by a deadline of its stream, or because it is idle.
        while client.first(&[GOAWAY]).await.is_some() {}
        let used = resident().saturating_sub(before);
        assert!(used < FLAT, "{name}: {used} kB");
    }
}

/// HTTP-8: who opens no window for answers loses the streams, and nobody else waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_takes_are_reset() {
    let served = impatient().await;
    let before = resident();
    // SETTINGS_INITIAL_WINDOW_SIZE
    let mut client = Client::open(&served, &[(4, 0)]).await;
    let streams = (0..100).map(|number| get(number * 2 + 1, b"/openapi.json"));
    client.send(&streams.collect::<Vec<_>>().concat()).await;
    others_are_served(&served).await;
    let mut reset = 0;
    while reset < 100 {
        let frame = client.first(&[RST_STREAM, GOAWAY, DATA]).await;
        let frame = frame.expect("each stream is reset");
        assert_eq!(frame.kind, RST_STREAM, "{frame:?}");
        reset += 1;
    }
    let used = resident().saturating_sub(before);
    assert!(used < FLAT, "{used} kB");
    // A window of a few bytes now and then is no taking either.
    let mut client = Client::open(&served, &[(4, 1)]).await;
    client.send(&get(1, b"/openapi.json")).await;
    let increment = frame(WINDOW_UPDATE, 0, 1, &1_u32.to_be_bytes());
    for _ in 0..20 {
        tokio::time::sleep(SHORT / 10).await;
        client.send(&increment).await;
    }
    assert!(client.first(&[RST_STREAM, GOAWAY]).await.is_some());
}

/// HTTP-6: a slow body on a stream is 408; the connection goes on. One that is idle ends, also under
/// pings.
#[tokio::test(flavor = "multi_thread")]
async fn slow_streams_and_idle_connections_end() {
    let served = impatient().await;
    let mut client = Client::open(&served, &[]).await;
    let post: &[Field<'_>] = &[
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":authority", b"localhost"),
        (b":path", b"/api/auth/login"),
        (b"content-type", b"application/json"),
    ];
    client
        .send(
            &[
                frame(HEADERS, END_HEADERS, 1, &block(post)),
                frame(DATA, 0, 1, b"{"),
            ]
            .concat(),
        )
        .await;
    assert_eq!(
        client.first(&[HEADERS, GOAWAY]).await.unwrap().status(),
        408
    );
    client.send(&get(3, b"/health")).await;
    assert_eq!(
        client.first(&[HEADERS, GOAWAY]).await.unwrap().status(),
        200
    );
    let (mut sent, ping) = (0, frame(PING, 0, 0, &[0; 8]));
    while client.send(&ping).await {
        sent += 1;
        assert!(sent < 200, "an idle connection ends");
        tokio::time::sleep(SHORT / 10).await;
    }
}

/// HTTP-14: at the stop, streams under way are finished and new ones refused.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_says_goodbye() {
    let served = TestApp::start().await.serve();
    let mut client = Client::open(&served, &[]).await;
    let post: &[Field<'_>] = &[
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":authority", b"localhost"),
        (b":path", b"/api/auth/login"),
        (b"content-type", b"application/json"),
    ];
    client
        .send(&frame(HEADERS, END_HEADERS, 1, &block(post)))
        .await;
    // The server has seen the stream when it answers a later ping.
    client.send(&frame(PING, 0, 0, &[1; 8])).await;
    client.first(&[PING]).await.unwrap();
    let stopping = tokio::spawn(served.stop());
    assert!(client.first(&[GOAWAY]).await.is_some());
    // The server's own ping is answered, as a client must.
    let ping = client.first(&[PING]).await.unwrap();
    client.send(&frame(PING, ACK, 0, &ping.payload)).await;
    client
        .send(&frame(
            DATA,
            END_STREAM,
            1,
            b"{\"email\": \"a@example.com\", \"password\": \"b\"}",
        ))
        .await;
    assert_eq!(client.first(&[HEADERS]).await.unwrap().status(), 401);
    while client.next().await.is_some() {}
    stopping.await.unwrap();
}
