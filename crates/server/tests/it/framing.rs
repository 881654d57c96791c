//! What is no request, on a real socket: refused with our headers, and the connection ends.

use musicgen_testkit::{Served, TestApp};

const HEALTH: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
const LAST: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// The status of each answer in what came back.
fn statuses(answers: &str) -> Vec<u16> {
    let heads = answers.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head[..3].parse().unwrap()).collect()
}

/// One request with these lines instead of the usual ones.
fn post(fields: &str, body: &str) -> String {
    format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{fields}\r\n\r\n{body}"
    )
}

async fn refused(served: &Served, name: &str, request: &str, status: u16) {
    // What is smuggled behind it gets no answer: the connection ends.
    let answers = served.raw(format!("{request}{HEALTH}")).await;
    assert_eq!(statuses(&answers), [status], "{name}: {answers}");
    let head = answers
        .split_once("\r\n\r\n")
        .unwrap()
        .0
        .to_ascii_lowercase();
    for header in [
        "connection: close",
        "x-content-type-options: nosniff",
        "content-type: application/problem+json",
        "x-request-id: ",
    ] {
        assert!(head.contains(header), "{name} without {header}: {answers}");
    }
    assert!(!head.contains("server:"), "{name}: {answers}");
}

/// HTTP-1 to HTTP-5, B129: refused with 400 and the headers of every answer; nothing behind it is served.
#[tokio::test(flavor = "multi_thread")]
async fn b129_no_request_is_refused_and_the_connection_ends() {
    let served = TestApp::start().await.serve();
    let chunked = "0\r\n\r\n";
    let rows = [
        (
            "length and chunked",
            post("content-length: 5\r\ntransfer-encoding: chunked", chunked),
        ),
        (
            "chunked and length",
            post("transfer-encoding: chunked\r\ncontent-length: 5", chunked),
        ),
        (
            "two lengths",
            post("content-length: 2\r\ncontent-length: 3", "{}"),
        ),
        (
            "the same length twice",
            post("content-length: 2\r\ncontent-length: 2", "{}"),
        ),
        ("a signed length", post("content-length: +2", "{}")),
        ("a list of lengths", post("content-length: 2,2", "{}")),
        ("a hexadecimal length", post("content-length: 0x2", "{}")),
        ("a blank in a length", post("content-length: 2 2", "{}")),
        ("like chunked", post("transfer-encoding: xchunked", chunked)),
        (
            "chunked not last",
            post("transfer-encoding: chunked, identity", chunked),
        ),
        (
            "another coding first",
            post("transfer-encoding: gzip, chunked", chunked),
        ),
        (
            "identity, then chunked",
            post(
                "transfer-encoding: identity\r\ntransfer-encoding: chunked",
                chunked,
            ),
        ),
        (
            "chunked in HTTP/1.0",
            post("transfer-encoding: chunked", chunked).replace("HTTP/1.1", "HTTP/1.0"),
        ),
        ("a blank before the colon", post("content-length : 2", "{}")),
        ("a folded line", post("x-a: b\r\n content-length: 2", "")),
        ("a bare CR", post("x-a: b\rcontent-length: 2", "")),
        ("a NUL", post("x-a: b\0c", "")),
        (
            "a lone LF",
            "GET /health HTTP/1.1\nhost: localhost\n\n".to_owned(),
        ),
        ("no Host", "GET /health HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two Hosts",
            "GET /health HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n".to_owned(),
        ),
        (
            "no Host that could be one",
            "GET /health HTTP/1.1\r\nhost: a b\r\n\r\n".to_owned(),
        ),
        (
            "an authority as target",
            "GET localhost:80 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
        ),
        ("HTTP/0.9", "GET /health\r\n".to_owned()),
        (
            "HTTP/3.0",
            "GET /health HTTP/3.0\r\nhost: localhost\r\n\r\n".to_owned(),
        ),
        ("the beginning of TLS", "\u{16}\u{3}\u{1}\0\u{5}".to_owned()),
    ];
    for (name, request) in rows {
        refused(&served, name, &request, 400).await;
    }
}

/// HTTP-7: at the limits and above them.
#[tokio::test(flavor = "multi_thread")]
async fn heads_have_limits() {
    let served = TestApp::start().await.serve();
    let target = |length: usize| {
        let query = "x".repeat(length - "/health?".len());
        LAST.replace("/health", &format!("/health?{query}"))
    };
    // In fields of 1,000 bytes, for one alone has a limit of its own.
    let block = |length: usize| {
        let mut left = length - "host: localhost\r\nconnection: close\r\n".len();
        let mut fields = String::new();
        while left > 0 {
            let size = if left > 2_000 { 1_000 } else { left };
            fields.push_str("x-a: ");
            fields.push_str(&"x".repeat(size - "x-a: \r\n".len()));
            fields.push_str("\r\n");
            left -= size;
        }
        LAST.replace("\r\n\r\n", &format!("\r\n{fields}\r\n"))
    };
    let fields = |count: usize| {
        LAST.replace(
            "\r\n\r\n",
            &format!("\r\n{}\r\n", "x-a: b\r\n".repeat(count - 2)),
        )
    };
    for (name, request) in [
        ("8,000 bytes", target(8_000)),
        ("the longest target", target(8 * 1024)),
        ("the largest block", block(16 * 1024)),
        ("the most fields", fields(100)),
    ] {
        let answer = served.raw(request).await;
        assert!(
            !matches!(statuses(&answer)[..], [414 | 431]),
            "{name}: {answer}"
        );
        assert_eq!(statuses(&answer).len(), 1, "{name}: {answer}");
    }
    refused(&served, "a longer target", &target(8 * 1024 + 1), 414).await;
    refused(&served, "a target without end", &"x".repeat(100_000), 414).await;
    refused(&served, "a larger block", &block(16 * 1024 + 1), 431).await;
    refused(&served, "a block without end", &block(1_000_000), 431).await;
    refused(&served, "more fields", &fields(101), 431).await;
}

/// HTTP-16, B129: chunks that are broken end the request and the connection; extensions are bounded, and
/// trailers become no headers.
#[tokio::test(flavor = "multi_thread")]
async fn b129_chunks() {
    let served = TestApp::start().await.serve();
    let chunked = |body: &str| post("transfer-encoding: chunked", body);
    for (name, body) in [
        ("no size", "x\r\n{}\r\n0\r\n\r\n".to_owned()),
        (
            "a size that no number holds",
            "fffffffffffffffff\r\n{}\r\n0\r\n\r\n".to_owned(),
        ),
        ("a lone LF", "2\n{}\r\n0\r\n\r\n".to_owned()),
        ("more than its size", "1\r\n{}\r\n0\r\n\r\n".to_owned()),
        (
            "a long extension",
            format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "x".repeat(20_000)),
        ),
        (
            "long trailers",
            format!("2\r\n{{}}\r\n0\r\n{}\r\n", "x-a: b\r\n".repeat(2_000)),
        ),
    ] {
        let answers = served.raw(chunked(&body) + HEALTH).await;
        assert_eq!(statuses(&answers), [400], "{name}: {answers}");
    }
    // A token in a trailer signs nobody in: the answer is that of a request without one.
    let body = "2;a=b\r\n{}\r\n0\r\nauthorization: Bearer x\r\nhost: evil.example\r\n\r\n";
    let answers = served.raw(chunked(body) + LAST).await;
    assert_eq!(statuses(&answers), [422, 200], "{answers}");
}

/// B129: a body where none belongs ends the connection, and nothing in it or behind it is served; answers
/// keep their order when the last one is a refusal.
#[tokio::test(flavor = "multi_thread")]
async fn b129_requests_in_a_row() {
    let served = TestApp::start().await.serve();
    let hidden = "GET /evil HTTP/1.1\r\nhost: evil\r\n\r\n";
    let length = hidden.len();
    let with_body = format!(
        "GET /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n{hidden}"
    );
    let answers = served.raw(format!("{with_body}{LAST}")).await;
    assert_eq!(statuses(&answers), [413], "{answers}");
    let answers = served
        .raw(format!("{HEALTH}{HEALTH}GET / HTTP/1.1\r\n\r\n{HEALTH}"))
        .await;
    assert_eq!(statuses(&answers), [200, 200, 400], "{answers}");
    // By single bytes it is the same.
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = served.connect().await;
    stream.set_nodelay(true).unwrap();
    for byte in LAST.bytes() {
        stream.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(statuses(&answer), [200]);
}

/// HTTP-12: nobody is upgraded, and the request is answered as what it is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_upgraded_to_http2() {
    let served = TestApp::start().await.serve();
    let upgrade = LAST.replace(
        "connection: close",
        "connection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__",
    );
    let answer = served.raw(upgrade).await;
    assert!(!matches!(statuses(&answer)[..], [101, ..]), "{answer}");
    assert_eq!(statuses(&answer).len(), 1, "{answer}");
}

/// HTTP-10: neither changes anything, and CONNECT opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn trace_and_connect_do_nothing() {
    let served = TestApp::start().await.serve();
    for request in [
        "TRACE /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "CONNECT localhost:22 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    ] {
        let answer = served.raw(request).await;
        assert!(matches!(statuses(&answer)[..], [400..=499]), "{answer}");
    }
}

/// HTTP-13: somebody who is refused by the head never hears that the body is wanted.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_asked_for_after_the_heads_checks() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let served = TestApp::start().await.serve();
    let order = "POST /api/v1/generate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                 content-length: 41\r\nexpect: 100-continue\r\n";
    let answer = served.raw(format!("{order}\r\n")).await;
    assert_eq!(statuses(&answer), [401], "{answer}");
    let user = served.user("clara").await;
    let bearer = format!(
        "authorization: Bearer {}\r\nconnection: close\r\n",
        user.access_token
    );
    let large = order.replace("content-length: 41", "content-length: 100000000");
    let answer = served.raw(format!("{large}{bearer}\r\n")).await;
    assert_eq!(statuses(&answer), [413], "{answer}");
    let mut stream = served.connect().await;
    stream
        .write_all(format!("{order}{bearer}\r\n").as_bytes())
        .await
        .unwrap();
    let mut wanted = [0; 25];
    stream.read_exact(&mut wanted).await.unwrap();
    assert_eq!(&wanted, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
        .write_all(b"{\"prompt\": \"slow sad piano\",\"duration\":2}")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(statuses(&answer), [202], "{answer}");
}
