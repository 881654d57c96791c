use super::*;

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
