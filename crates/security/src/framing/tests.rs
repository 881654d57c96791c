use super::*;
use proptest::prelude::*;

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

/// HTTP-1, HTTP-2, HTTP-3, HTTP-4, HTTP-5, B129: what is refused as malformed, and nothing of it passes.
#[test]
fn b129_ambiguous_heads() {
    let with_host = [
        (
            "length and chunked",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
        ),
        (
            "chunked and length",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
        ),
        (
            "chunked and no length",
            "Transfer-Encoding: chunked\r\nContent-Length: 0",
        ),
        ("two lengths", "Content-Length: 5\r\nContent-Length: 6"),
        (
            "the same length twice",
            "Content-Length: 5\r\nContent-Length: 5",
        ),
        ("a signed length", "Content-Length: +5"),
        ("a negative length", "Content-Length: -5"),
        ("a list of lengths", "Content-Length: 5,5"),
        ("a hexadecimal length", "Content-Length: 0x5"),
        ("a length with a blank", "Content-Length: 5 5"),
        ("no length", "Content-Length:"),
        ("a fraction", "Content-Length: 5.0"),
        ("digits that are not ASCII", "Content-Length: \u{665}"),
        (
            "a length beyond numbers",
            "Content-Length: 99999999999999999999",
        ),
        ("another coding", "Transfer-Encoding: gzip"),
        ("a coding before", "Transfer-Encoding: gzip, chunked"),
        ("a coding after", "Transfer-Encoding: chunked, gzip"),
        ("identity", "Transfer-Encoding: identity"),
        (
            "identity before",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        ),
        (
            "chunked twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        ),
        (
            "chunked twice in a list",
            "Transfer-Encoding: chunked, chunked",
        ),
        ("like chunked", "Transfer-Encoding: xchunked"),
        ("quoted", "Transfer-Encoding: \"chunked\""),
        ("with a parameter", "Transfer-Encoding: chunked;q=1"),
        ("a vertical tab before", "Transfer-Encoding: \u{b}chunked"),
        ("no coding", "Transfer-Encoding:"),
        ("a blank before the colon", "Content-Length : 5"),
        ("a tab before the colon", "Content-Length\t: 5"),
        ("a blank before the name", " Content-Length: 5"),
        ("a folded line", "X-A: b\r\n c"),
        ("a line folded by a tab", "X-A: b\r\n\tc"),
        ("no name", ": b"),
        ("no colon", "X-A"),
        ("brackets in a name", "X[A]: b"),
        ("bytes beyond ASCII in a name", "X-\u{e4}: b"),
        ("a NUL", "X-A: b\0c"),
        ("a bare CR", "X-A: b\rc"),
        ("a bare CR before the end", "X-A: b\r\r"),
        ("an escape", "X-A: b\u{1b}c"),
        ("a delete", "X-A: b\u{7f}c"),
        ("a lone LF", "X-A: b\nX-C: d"),
        ("another Host", "Host: b"),
        ("the same Host", "host: a"),
    ];
    for (name, fields) in with_host {
        assert_eq!(
            whole(request(fields).as_bytes()),
            (0, 0, Some("malformed")),
            "{name}"
        );
    }
    let rows = [
        (
            "chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        ("no Host", "GET / HTTP/1.1\r\n\r\n"),
        (
            "no Host with an absolute target",
            "GET http://a/ HTTP/1.1\r\n\r\n",
        ),
        ("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        ("a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        ("a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ("a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        (
            "two Hosts in HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        ),
        ("lone LFs", "GET / HTTP/1.1\nHost: a\n\n"),
        ("a lone LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        ("HTTP/0.9", "GET /\r\n"),
        ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        ("http in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n"),
        ("two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a blank at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        ("a tab", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "a blank in the target",
            "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "a CR in the target",
            "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "bytes beyond ASCII in the target",
            "GET /\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("no slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an authority", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "a path after CONNECT",
            "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("a method that is none", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a blank first", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "three empty lines first",
            "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("TLS", "\u{16}\u{3}\u{1}"),
        ("an SSH greeting", "SSH-2.0-x\r\n"),
    ];
    for (name, bytes) in rows {
        assert_eq!(whole(bytes.as_bytes()), (0, 0, Some("malformed")), "{name}");
    }
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

/// HTTP-16, B129: what is wrong in chunks ends the body where it stands; what came before has passed.
#[test]
fn b129_broken_chunks() {
    let long = "x".repeat(2 * 1024);
    let trailers = format!("0\r\n{}\r\n", "X-A: b\r\n".repeat(1000));
    let rows = [
        ("no size", "\r\n", 0),
        ("no digit", "x\r\n", 0),
        ("a sign", "+5\r\nhello", 0),
        ("a prefix", "0x5\r\nhello", 1),
        ("a size that no number holds", "fffffffff\r\n", 8),
        ("leading zeros without end", "0000000005\r\nhello", 8),
        ("a blank after the size", "5 \r\nhello", 1),
        ("a lone LF after the size", "5\nhello", 1),
        ("a lone LF in an extension", "5;a\nhello", 3),
        ("a CR in an extension", "5;a\rb\r\nhello", 4),
        ("a NUL in an extension", "5;\0\r\nhello", 2),
        ("more data than the size", "5\r\nhello!\r\n0\r\n\r\n", 8),
        ("no CR after the data", "5\r\nhello\n0\r\n\r\n", 8),
        ("a lone LF at the end", "0\r\n\n", 3),
        ("a folded trailer", "0\r\n a: b\r\n\r\n", 3),
        ("a trailer without a name", "0\r\n: b\r\n\r\n", 3),
        ("a trailer without a colon", "0\r\nabc\r\n\r\n", 6),
    ];
    let head = request("Transfer-Encoding: chunked");
    for (name, body, good) in rows {
        let (passed, heads, refusal) = whole((head.clone() + body).as_bytes());
        assert_eq!(
            (passed, heads, refusal),
            (head.len() + good, 1, Some("body")),
            "{name}"
        );
    }
    for (name, body) in [
        ("a long extension", format!("5;{long}\r\nhello")),
        ("long trailers", trailers),
    ] {
        assert_eq!(
            whole((head.clone() + &body).as_bytes()).2,
            Some("body"),
            "{name}"
        );
    }
    let many = "1;abcdefgh\r\nx\r\n".repeat(200);
    assert_eq!(
        whole((head + &many).as_bytes()).2,
        Some("body"),
        "many extensions"
    );
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
