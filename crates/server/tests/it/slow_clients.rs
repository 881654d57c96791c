//! Clients that are slow on purpose: each is found out, and nobody else waits for it.

use musicgen_testkit::{Served, TestApp};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SHORT: Duration = Duration::from_millis(300);
const HEALTH: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Deadlines in tenths of a second instead of tens of seconds.
async fn impatient() -> Served {
    TestApp::start().await.serve_with(|options| {
        let limits = &mut options.limits;
        (limits.first_request, limits.head, limits.idle) = (SHORT, SHORT, SHORT);
        (limits.body_idle, limits.body_grace) = (SHORT, SHORT * 2);
        (limits.body_total, limits.body_rate) = (SHORT * 10, 2_000);
        (limits.write_window, limits.linger) = (SHORT, SHORT);
    })
}

/// All that comes until the end; the server must end it.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes));
    // A reset is an end too.
    let _ = read.await.expect("the server ends the connection");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes these pieces with pauses until the server has closed; then what it said.
async fn drip(served: &Served, begin: &str, piece: &str, pause: Duration) -> String {
    let mut stream = served.connect().await;
    stream.set_nodelay(true).unwrap();
    stream.write_all(begin.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let piece = piece.to_owned();
    let dripping = tokio::spawn(async move {
        while writer.write_all(piece.as_bytes()).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    });
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), reader.read_to_end(&mut bytes));
    let _ = read.await.expect("the server ends the connection");
    dripping.abort();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// HTTP-6: nothing at all, half a head, a head by single bytes, and the same after an answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_comes_in_time_or_not_at_all() {
    let served = impatient().await;
    assert_eq!(rest(&mut served.connect().await).await, "", "nothing");
    let half = "GET /health HTTP/1.1\r\nhost: loc";
    let mut stream = served.connect().await;
    stream.write_all(half.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "half a head: {answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(
        answer.contains("x-content-type-options: nosniff"),
        "{answer}"
    );
    let answer = drip(&served, half, "x", SHORT / 10).await;
    assert!(
        answer.starts_with("HTTP/1.1 408 "),
        "by single bytes: {answer}"
    );
    let answer = drip(
        &served,
        "GET /health HTTP/1.1\r\n",
        "x-a: b\r\n",
        SHORT / 10,
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "by lines: {answer}");
    let mut stream = served.connect().await;
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        !answer.contains("408"),
        "nothing is said to who asks nothing more: {answer}"
    );
    let answer = drip(&served, &format!("{HEALTH}{half}"), "x", SHORT / 10).await;
    assert!(
        answer.contains("HTTP/1.1 200 ") && answer.contains("HTTP/1.1 408 "),
        "{answer}"
    );
    let answer = drip(&served, "PRI * HTTP/2.0\r\n\r\n", "", SHORT / 10).await;
    assert!(
        answer.starts_with("HTTP/1.1 408 "),
        "half a preface: {answer}"
    );
}

/// HTTP-6: a body that stops, one that comes by single bytes, and one in slow chunks: 408, and the
/// connection ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_comes_in_time() {
    let served = impatient().await;
    let head =
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let sized = format!("{head}content-length: 60000\r\n\r\n");
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
    for (name, begin, piece, pause) in [
        ("nothing", sized.clone(), "", SHORT),
        ("it stops", format!("{sized}{{\"email\":"), "", SHORT),
        ("single bytes", sized.clone(), " ", SHORT / 10),
        ("slow chunks", chunked, "1\r\n \r\n", SHORT / 10),
        (
            "pauses just short enough",
            sized,
            &" ".repeat(100),
            SHORT * 2 / 3,
        ),
    ] {
        let answer = drip(&served, &begin, piece, pause).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{name}: {answer}");
        assert!(
            answer.contains("\"code\":\"request_timeout\""),
            "{name}: {answer}"
        );
        assert!(
            answer.contains("\r\nconnection: close\r\n"),
            "{name}: {answer}"
        );
    }
}

/// HTTP-6: a slow body that is fast enough is taken, and a connection in use is never idle.
#[tokio::test(flavor = "multi_thread")]
async fn honest_slowness_is_served() {
    let served = impatient().await;
    let body = format!(
        "{{\"email\": \"x\", \"password\": \"y\"{}}}",
        " ".repeat(3_000)
    );
    let mut stream = served.connect().await;
    stream.set_nodelay(true).unwrap();
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in body.as_bytes().chunks(1_000) {
        tokio::time::sleep(SHORT / 3).await;
        stream.write_all(piece).await.unwrap();
    }
    for _ in 0..6 {
        tokio::time::sleep(SHORT / 3).await;
        stream.write_all(HEALTH.as_bytes()).await.unwrap();
    }
    let answers = rest(&mut stream).await;
    assert!(answers.starts_with("HTTP/1.1 4"), "{answers}");
    assert!(!answers.contains(" 408 "), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 6, "{answers}");
}

/// HTTP-6: who asks for much and takes nothing is cut off. The kernel takes some megabytes by itself, so
/// much is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_takes_is_given_up() {
    let served = impatient().await;
    let mut stream = served.connect().await;
    let document = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(20);
    let (mut reader, mut writer) = stream.split();
    let (mut sent, mut asked) = (0, 0);
    // Asks until the server reads no more, or has closed.
    while asked < 100 {
        let wrote =
            tokio::time::timeout(SHORT * 2, writer.write(&document.as_bytes()[sent..])).await;
        match wrote {
            Ok(Ok(bytes)) => {
                sent = (sent + bytes) % document.len();
                asked += 1;
            }
            Ok(Err(_)) => break,
            Err(_) => tokio::time::sleep(SHORT * 2).await,
        }
    }
    let mut taken = 0;
    let mut buffer = vec![0; 64 * 1024];
    let ended = loop {
        match tokio::time::timeout(Duration::from_secs(20), reader.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => break true,
            Ok(Ok(bytes)) => taken += bytes,
            Err(_) => break false,
        }
    };
    assert!(ended, "after {taken} bytes");
    let whole = served
        .raw("GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await;
    assert!(taken < whole.len() * 20 * asked, "all was sent");
}

/// HTTP-6: an open stream in which nothing happens is no slow client.
#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_stays_open() {
    let served = impatient().await;
    let user = served.user("clara").await;
    let order = serde_json::json!({"prompt": "slow sad piano", "duration": 60});
    let task = user.post("/api/v1/generate", order).await.is(202).json();
    let mut stream = served.connect().await;
    let events = task["events_url"].as_str().unwrap();
    let token = &user.access_token;
    let request = format!(
        "GET {events} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(SHORT * 5).await;
    let mut open = vec![0; 64 * 1024];
    let bytes = stream.read(&mut open).await.unwrap();
    let text = String::from_utf8_lossy(&open[..bytes]).into_owned();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    let ended = tokio::time::timeout(SHORT, stream.read(&mut open)).await;
    assert!(!matches!(ended, Ok(Ok(0) | Err(_))), "it was closed");
}
