use super::*;
use proptest::prelude::*;

/// The source, and whether it came by TLS.
type Named = (Option<IpAddr>, bool);

fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [SIGNATURE_2, &[command, family], &length, rest].concat()
}

const V4: &[u8] = &[203, 0, 113, 7, 10, 0, 0, 1, 0x10, 0x92, 0, 80];

fn mapped() -> Vec<u8> {
    let mut bytes = vec![0; 36];
    bytes.splice(10..16, [0xff, 0xff, 203, 0, 113, 7]);
    bytes
}

/// IP-16: what is a header, and whom it names.
#[test]
fn headers() {
    let source = |text: &str, tls| (Some(text.parse().unwrap()), tls);
    let nobody = (None, false);
    let tls = [V4, &[0x20, 0, 5, 1, 0, 0, 0, 0]].concat();
    let plain_tls = [V4, &[0x20, 0, 5, 0, 0, 0, 0, 0]].concat();
    let unknown_tlv = [V4, &[0xee, 0, 2, 1, 1]].concat();
    let broken_tlv = [V4, &[0x20, 0xff, 0xff, 1]].concat();
    let unix = vec![b'x'; 216];
    let rows: Vec<(&str, Vec<u8>, Named)> = vec![
        (
            "v1",
            b"PROXY TCP4 203.0.113.7 10.0.0.1 4242 80\r\n".into(),
            source("203.0.113.7", false),
        ),
        (
            "v1, IPv6",
            b"PROXY TCP6 2001:db8::7 ::1 4242 80\r\n".into(),
            source("2001:db8::7", false),
        ),
        (
            "v1, mapped",
            b"PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n".into(),
            source("203.0.113.7", false),
        ),
        ("v1, unknown", b"PROXY UNKNOWN\r\n".into(), nobody),
        (
            "v1, unknown with addresses",
            b"PROXY UNKNOWN ffff:: ::1 1 2\r\n".into(),
            nobody,
        ),
        ("v2", v2(0x21, 0x11, V4), source("203.0.113.7", false)),
        (
            "v2, IPv6",
            v2(0x21, 0x21, &[1; 36]),
            source("101:101:101:101:101:101:101:101", false),
        ),
        (
            "v2, mapped",
            v2(0x21, 0x21, &mapped()),
            source("203.0.113.7", false),
        ),
        ("v2, local", v2(0x20, 0x11, V4), nobody),
        ("v2, local without addresses", v2(0x20, 0, &[]), nobody),
        ("v2, local with a family alone", v2(0x20, 0x11, &[]), nobody),
        ("v2, no address", v2(0x21, 0, &[]), nobody),
        ("v2, a path", v2(0x21, 0x31, &unix), nobody),
        (
            "v2, over TLS",
            v2(0x21, 0x11, &tls),
            source("203.0.113.7", true),
        ),
        (
            "v2, TLS information but no TLS",
            v2(0x21, 0x11, &plain_tls),
            source("203.0.113.7", false),
        ),
        (
            "v2, an unknown extension",
            v2(0x21, 0x11, &unknown_tlv),
            source("203.0.113.7", false),
        ),
        (
            "v2, a broken extension",
            v2(0x21, 0x11, &broken_tlv),
            source("203.0.113.7", false),
        ),
    ];
    for (name, mut bytes, (source, tls)) in rows {
        let length = bytes.len();
        bytes.extend_from_slice(b"GET / HTTP/1.1\r\n");
        let header = Header {
            source,
            tls,
            length,
        };
        assert_eq!(read(&bytes), Found::Header(header), "{name}");
        for cut in 0..length {
            assert_eq!(
                read(&bytes[..cut]),
                Found::Incomplete,
                "{name}, {cut} bytes"
            );
        }
    }
}

/// IP-16: at the limit of the size and above it; other bytes.
#[test]
fn what_is_no_header() {
    let most = MAX_HEADER - 16;
    let rows: Vec<(&str, Vec<u8>, bool)> = vec![
        (
            "another family in the line",
            b"PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n".into(),
            true,
        ),
        (
            "no address",
            b"PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n".into(),
            true,
        ),
        (
            "an address of the other family",
            b"PROXY TCP4 ::1 ::1 1 2\r\n".into(),
            true,
        ),
        (
            "no port",
            b"PROXY TCP4 1.2.3.4 1.2.3.4 x 2\r\n".into(),
            true,
        ),
        (
            "a port that is none",
            b"PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n".into(),
            true,
        ),
        (
            "CR without LF",
            b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rGET /".into(),
            true,
        ),
        (
            "a line without an end",
            [b"PROXY UNKNOWN ".to_vec(), vec![b'x'; 107]].concat(),
            true,
        ),
        ("another version", v2(0x31, 0x11, V4), true),
        ("another command", v2(0x22, 0x11, V4), true),
        ("another family", v2(0x21, 0x41, V4), true),
        ("datagrams", v2(0x21, 0x12, V4), true),
        (
            "too short for its addresses",
            v2(0x21, 0x11, &V4[..11]),
            true,
        ),
        ("larger than allowed", v2(0x21, 0, &vec![0; most + 1]), true),
        ("a request", b"GET / HTTP/1.1\r\n".into(), false),
        (
            "a request that begins alike",
            b"PROPFIND / HTTP/1.1\r\n".into(),
            false,
        ),
        ("in lower case", b"proxy TCP4 ".into(), false),
        ("TLS", vec![0x16, 3, 1], false),
    ];
    for (name, bytes, begins) in rows {
        let expected = if begins { Found::Broken } else { Found::Other };
        assert_eq!(read(&bytes), expected, "{name}");
    }
    let largest = v2(0x21, 0, &vec![0; most]);
    assert!(matches!(
        read(&largest),
        Found::Header(Header {
            length: MAX_HEADER,
            ..
        })
    ));
    // The size alone is enough to refuse.
    let announced = [SIGNATURE_2, &[0x21, 0x11, 0xff, 0xff]].concat();
    assert_eq!(read(&announced), Found::Broken);
}

proptest! {
    #[test]
    fn any_bytes_are_judged(start in 0..3_usize, mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut all = [&b""[..], SIGNATURE_1, SIGNATURE_2][start].to_vec();
        all.append(&mut bytes);
        if let Found::Header(header) = read(&all) {
            prop_assert!(header.length <= all.len() && header.length <= MAX_HEADER);
            // What comes after a header changes nothing about it.
            prop_assert_eq!(read(&all[..header.length]), Found::Header(header));
        }
    }
}
