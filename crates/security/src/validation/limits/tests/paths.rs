use super::*;
use proptest::prelude::*;

/// AZ-11, B51, B52, B53: a path has one spelling.
#[test]
fn paths() {
    use PathFault::*;
    let good = [
        "/",
        "/a",
        "/a/",
        "/a/b-c_d.e~f",
        "/.well-known/x",
        "/...",
        "/..a",
        "/a!$&'()*+,=:@",
        "/%20",
        "/caf%C3%A9",
        "/%E9%9F%B3",
        "/%22%3C%3E%5B%5D%5E%60%7B%7C%7D",
    ];
    for path in good {
        assert_eq!(check_path(path), Ok(()), "{path}");
    }
    for (path, fault) in [
        ("", NotAbsolute),
        ("*", NotAbsolute),
        ("a", NotAbsolute),
        ("//", EmptySegment),
        ("//a", EmptySegment),
        ("/a//b", EmptySegment),
        ("/a//", EmptySegment),
        ("/.", DotSegment),
        ("/..", DotSegment),
        ("/a/./b", DotSegment),
        ("/a/../b", DotSegment),
        ("/a/..", DotSegment),
        ("/a;b", Parameter),
        ("/..;/a", Parameter),
        ("/a\\b", Character),
        ("/a\"b", Character),
        ("/a{b}", Character),
        ("/a b", Character),
        ("/a\0", Character),
        ("/caf\u{e9}", Character),
        ("/a\u{2215}b", Character),
        ("/a%", Encoding),
        ("/a%4", Encoding),
        ("/a%zz", Encoding),
        ("/a%+1", Encoding),
        ("/a%4/", Encoding),
        ("/a%c3%a9", SmallLetters),
        ("/a%2f", Encoded),
        ("/%2e%2e/a", Encoded),
        ("/a%u002f", Encoding),
        ("/%61", Encoded),
        ("/%2E%2E/a", Encoded),
        ("/.%2E/a", Encoded),
        ("/a%2Fb", Encoded),
        ("/a%5Cb", Encoded),
        ("/a%00", Encoded),
        ("/a%0D%0A", Encoded),
        ("/a%7F", Encoded),
        ("/a%2561", Encoded),
        ("/a%25", Encoded),
        ("/a%3F", Encoded),
        ("/a%23", Encoded),
        ("/a%3B", Encoded),
        ("/a%7E", Encoded),
        ("/a%FF", NotUtf8),
        ("/a%C0%AF", NotUtf8),
        ("/a%C3", NotUtf8),
        ("/a%C3/%A9", NotUtf8),
        ("/a%ED%A0%80", NotUtf8),
    ] {
        assert_eq!(check_path(path), Err(fault), "{path}");
    }
}

/// A segment's bytes by the plainest reading of RFC 3986.
fn decode(segment: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        let escape = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escape = escape.and_then(|two| u8::from_str_radix(two, 16).ok());
        if let (b'%', Some(byte)) = (first, escape) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

/// The spelling that a path of these segments has.
fn spell(segments: &[String]) -> String {
    segments.iter().fold(String::new(), |path, segment| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&b);
        let spelt = segment.bytes().map(|b| match b {
            b if plain(b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        });
        format!("{path}/{}", spelt.collect::<String>())
    })
}

proptest! {
    /// Whatever means something and can stand in a path passes in one spelling, unchanged.
    #[test]
    fn a_canonical_path_passes(
        segments in prop::collection::vec("[^/\\\\%?#;\\x00-\\x1f\\x7f]{1,8}", 1..5),
    ) {
        prop_assume!(segments.iter().all(|segment| segment != "." && segment != ".."));
        prop_assert_eq!(check_path(&spell(&segments)), Ok(()));
    }

    /// What passes is the only spelling of what it decodes to, and decoding it again changes nothing.
    #[test]
    fn no_other_spelling_passes(path in "(/([a-zA-Z.~;\\\\é]|%[0-9a-fA-F]{2}|%|//|\\.\\.){0,6}){1,4}") {
        if check_path(&path).is_ok() {
            let segments: Vec<_> = path[1..].split('/').map(decode).collect();
            let texts: Vec<_> =
                segments.iter().map(|bytes| String::from_utf8(bytes.clone()).unwrap()).collect();
            prop_assert_eq!(spell(&texts), path);
            for text in texts {
                prop_assert_eq!(decode(&text), text.as_bytes());
            }
        }
    }

    /// Another way to write one byte of a good path is refused.
    #[test]
    fn an_encoded_letter_is_refused(before in "[a-z]{0,4}", letter in "[a-zA-Z0-9._~!@-]", after in "[a-z]{0,4}") {
        let byte = letter.as_bytes()[0];
        for encoded in [format!("%{byte:02X}"), format!("%{byte:02x}"), format!("%25{byte:02X}")] {
            let path = format!("/{before}{encoded}{after}");
            prop_assert!(check_path(&path).is_err(), "{}", path);
        }
    }
}
