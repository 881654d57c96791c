use super::*;
use proptest::prelude::*;

mod chunks;
mod refused_heads;

/// What becomes of a whole connection, offered in these pieces: the bytes that passed, and the refusal.
fn run<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, u64, Option<Refusal>) {
    let (mut framing, mut held, mut passed) = (Framing::default(), Vec::new(), Vec::new());
    for piece in pieces {
        held.extend_from_slice(piece);
        let verdict = framing.advance(&held);
        passed.extend(held.drain(..verdict.pass));
        if verdict.refusal.is_some() {
            return (passed, framing.heads(), verdict.refusal);
        }
        assert!(held.len() <= MAX_HELD, "{} bytes are held", held.len());
    }
    (passed, framing.heads(), None)
}

fn whole(bytes: &[u8]) -> (usize, u64, Option<&'static str>) {
    let (passed, heads, refusal) = run([bytes]);
    (passed.len(), heads, refusal.map(Refusal::id))
}

fn request(fields: &str) -> String {
    format!("POST /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n")
}

/// What is a request passes whole, byte for byte.
#[test]
fn good_heads() {
    let rows = [
        ("the least", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1),
        (
            "an address as Host",
            "GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n",
            1,
        ),
        ("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 1),
        (
            "an empty line first",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            1,
        ),
        (
            "an absolute target",
            "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n",
            1,
        ),
        ("an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 1),
        (
            "an authority",
            "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
            1,
        ),
        (
            "an invented method",
            "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n",
            1,
        ),
        (
            "blanks around a value",
            "GET / HTTP/1.1\r\nHost: \t a \t\r\nX-A:\r\n\r\n",
            1,
        ),
        (
            "bytes beyond ASCII in a value",
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: \u{e4}\t\u{fc}\r\n\r\n",
            1,
        ),
        (
            "a body",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            1,
        ),
        (
            "a body of nothing",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            1,
        ),
        (
            "chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            1,
        ),
        (
            "chunks with extensions and trailers",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00a;x=\"y\"\r\n0123456789\r\n0;z\r\nX-A: b\r\nX-C:\r\n\r\n",
            1,
        ),
        (
            "two in a row",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            2,
        ),
        (
            "a GET with a body and another",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            2,
        ),
        (
            "chunks and another",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            2,
        ),
        (
            "HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0",
            0,
        ),
    ];
    for (name, bytes, heads) in rows {
        let bytes = bytes.as_bytes();
        assert_eq!(whole(bytes), (bytes.len(), heads, None), "{name}");
        for cut in 1..bytes.len() {
            let (passed, found, refusal) = run([&bytes[..cut], &bytes[cut..]]);
            assert!(
                passed == bytes && found == heads && refusal.is_none(),
                "{name}, cut at {cut}"
            );
        }
        let (passed, found, refusal) = run(bytes.chunks(1));
        assert!(
            passed == bytes && found == heads && refusal.is_none(),
            "{name}, by single bytes"
        );
        let incomplete = bytes.len() - 1;
        let passed = run([&bytes[..incomplete]]).0.len();
        assert!(passed <= incomplete, "{name}");
    }
}

/// HTTP-7: below, at and above the limits; and above them without an end.
#[test]
fn limits_of_a_head() {
    let target = |length: usize| {
        format!(
            "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n",
            "x".repeat(length - 1)
        )
    };
    let block = |length: usize| {
        let used = "Host: a\r\nX-A: \r\n".len();
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n",
            "x".repeat(length - used)
        )
    };
    let fields = |count: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "X-A: b\r\n".repeat(count - 1)
        )
    };
    let rows = [
        ("8,000 bytes of target", target(8_000), None),
        ("the longest target", target(MAX_TARGET), None),
        ("one more", target(MAX_TARGET + 1), Some("target_too_long")),
        (
            "a target without an end",
            "x".repeat(MAX_HELD),
            Some("target_too_long"),
        ),
        ("the largest block", block(MAX_FIELD_BYTES), None),
        (
            "one byte more",
            block(MAX_FIELD_BYTES + 1),
            Some("head_too_large"),
        ),
        (
            "a field without an end",
            block(2 * MAX_FIELD_BYTES).trim_end().to_owned(),
            Some("head_too_large"),
        ),
        ("99 fields", fields(99), None),
        ("100 fields", fields(MAX_FIELDS), None),
        ("101 fields", fields(MAX_FIELDS + 1), Some("head_too_large")),
        (
            "the longest of both",
            format!(
                "GET /{} HTTP/1.1\r\n{}",
                "x".repeat(MAX_TARGET - 1),
                block(MAX_FIELD_BYTES).split_once("\r\n").unwrap().1
            ),
            None,
        ),
    ];
    for (name, bytes, expected) in rows {
        assert_eq!(whole(bytes.as_bytes()).2, expected, "{name}");
        assert_eq!(
            run(bytes.as_bytes().chunks(100)).2.map(Refusal::id),
            expected,
            "{name}, in pieces"
        );
    }
}

/// After a refusal nothing passes any more.
#[test]
fn nothing_follows_a_refusal() {
    let mut framing = Framing::default();
    let bad = b"GET / HTTP/1.1\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    assert!(framing.advance(bad).refusal.is_some());
    let verdict = framing.advance(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!((verdict.pass, verdict.refusal), (0, None));
    assert!(framing.is_over());
}

fn piece() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "GET / HTTP/1.1\r\n",
        "POST /x HTTP/1.0\r\n",
        "Host: a\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "\r\n",
        "\n",
        "\r",
        "abc",
        "3\r\nabc\r\n",
        "0\r\n\r\n",
        "0\r\n",
        "X: y\r\n",
        " ",
        ":",
        "\0",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "5;a=b\r\n",
    ]);
    prop::collection::vec(words.prop_map(str::to_owned), 0..12).prop_map(|words| words.concat())
}

proptest! {
    /// However the bytes are cut, the same becomes of them; and nothing is passed that wasn't sent.
    #[test]
    fn pieces_change_nothing(bytes in piece(), cuts in prop::collection::vec(1..20_usize, 1..20)) {
        let bytes = bytes.as_bytes();
        let at_once = run([bytes]);
        let (mut pieces, mut rest) = (Vec::new(), bytes);
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        let in_pieces = run(pieces);
        prop_assert_eq!((&in_pieces.0, in_pieces.1), (&at_once.0, at_once.1));
        prop_assert_eq!(in_pieces.2.map(Refusal::id), at_once.2.map(Refusal::id));
        prop_assert!(bytes.starts_with(&at_once.0));
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (passed, ..) = run([&bytes[..]]);
        prop_assert!(bytes.starts_with(&passed));
    }
}
