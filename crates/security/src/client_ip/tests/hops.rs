use super::*;
use crate::client_ip::hop::{Form, parse};

/// IP-6, B47: the forms that proxies write.
#[test]
fn b47_every_form_of_a_hop() {
    let rows = [
        ("192.0.2.1", Some("192.0.2.1")),
        (" 192.0.2.1\t", Some("192.0.2.1")),
        ("192.0.2.1:443", Some("192.0.2.1")),
        ("192.0.2.1:0", Some("192.0.2.1")),
        ("192.0.2.1:65535", Some("192.0.2.1")),
        ("2001:db8::7", Some("2001:db8::7")),
        ("2001:DB8::7", Some("2001:db8::7")),
        ("[2001:db8::7]", Some("2001:db8::7")),
        ("[2001:db8::7]:443", Some("2001:db8::7")),
        ("\"[2001:db8::7]:443\"", Some("2001:db8::7")),
        ("\"192.0.2.1\"", Some("192.0.2.1")),
        ("::ffff:192.0.2.1", Some("192.0.2.1")),
        ("[::ffff:192.0.2.1]:80", Some("192.0.2.1")),
        ("::", Some("::")),
        ("192.0.2.1:000080", None),
        ("192.0.2.1:-1", None),
        ("192.0.2.1:80:80", None),
        ("[2001:db8::7]:443x", None),
        ("[2001:db8::7%25eth0]", None),
        ("2001:db8::7%eth0", None),
        ("192.0.2.01", None),
        ("192.0.2.1.", None),
        (".192.0.2.1", None),
        ("1234:5678", None),
        ("\"\"", None),
    ];
    for (text, expected) in rows {
        assert_eq!(
            parse(text.as_bytes(), Form::Plain),
            expected.map(ip),
            "{text}"
        );
    }
    assert_eq!(parse(b"192.0.2.1\xff", Form::Plain), None);
    assert_eq!(parse(&[b'1'; 65], Form::Plain), None);
}

#[test]
fn obfuscated_ports_stand_in_nodes_alone() {
    for (text, expected) in [
        ("192.0.2.1:_hidden", Some("192.0.2.1")),
        ("[2001:db8::7]:_a.b-c_1", Some("2001:db8::7")),
        ("192.0.2.1:_", None),
        ("192.0.2.1:_a!", None),
        ("192.0.2.1:443", Some("192.0.2.1")),
    ] {
        assert_eq!(
            parse(text.as_bytes(), Form::Node),
            expected.map(ip),
            "{text}"
        );
    }
}
