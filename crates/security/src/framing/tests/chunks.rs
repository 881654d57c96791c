use super::*;

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
