use super::*;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::sessions::describe_agent;
use uuid::Uuid;

const SITE: &str = "https://music.example";

fn words(message: Message) -> Words {
    let letter = Letter {
        id: Uuid::nil(),
        at: time::macros::datetime!(2026-11-05 23:07:59 +1),
        to: EmailAddress::parse("clara@example.com").unwrap(),
        message,
        failures: 0,
        _place: None,
    };
    Words::of(&letter, SITE)
}

fn every_message() -> Vec<Message> {
    let token = Secret::new("t0k-en_");
    let good_for = Duration::hours(1);
    let name = "laptop".to_owned();
    let key = |change| Message::ApiKey {
        change,
        name: name.clone(),
    };
    vec![
        Message::VerifyAddress {
            token: token.clone(),
            good_for,
        },
        Message::ResetPassword { token, good_for },
        Message::RegistrationAttempt,
        Message::PasswordChanged,
        Message::AddressLeft,
        Message::AddressTaken,
        Message::NewDevice {
            device: describe_agent("curl/8"),
            network: "203.0.113.9".parse().ok(),
        },
        Message::WrongPasswords,
        Message::TokenReuse,
        key(KeyChange::Created),
        key(KeyChange::Rotated),
        key(KeyChange::Revoked),
        Message::SessionsEnded,
        Message::AccountDisabled,
        Message::AccountEnabled,
    ]
}

/// PWD-18, PWD-19, REF-2, KEY-16.
#[test]
fn every_message_says_what_happened_when_and_what_to_do() {
    let mut kinds = std::collections::BTreeSet::new();
    for message in every_message() {
        let kind = message.kind();
        assert!(kinds.insert(kind), "{kind} twice");
        let Words { subject, body } = words(message);
        assert!(
            (10..=60).contains(&subject.len()) && subject != "Notice",
            "{kind}"
        );
        assert!(
            body.starts_with("On 5 November 2026 at 22:07 UTC "),
            "{kind}: {body}"
        );
        assert!(body.contains(SITE), "{kind}: {body}");
        let to_do = ["If it wa", "If you don't know", "Sign in again"];
        assert!(
            to_do
                .iter()
                .any(|words| body.replace('\n', " ").contains(words)),
            "{kind}"
        );
        assert!(
            body.lines().all(|line| line.chars().count() <= 76),
            "{kind}: {body}"
        );
        assert!(
            !body.contains("  ") && body.ends_with("nobody.\n"),
            "{kind}: {body}"
        );
    }
}

/// B108: there is nothing of a request to make a link from, and the token is in the fragment.
#[test]
fn links_are_made_from_the_public_url_with_the_token_in_the_fragment() {
    let rows = [
        ("t0k-en_", "t0k-en_"),
        ("a b&c=d#e\r\n/", "a%20b%26c%3Dd%23e%0D%0A%2F"),
        ("\u{e9}", "%C3%A9"),
    ];
    for (token, encoded) in rows {
        let good_for = Duration::hours(1);
        let token = Secret::new(token);
        let reset = Message::ResetPassword {
            token: token.clone(),
            good_for,
        };
        let verify = Message::VerifyAddress { token, good_for };
        for (message, page) in [(reset, "reset-password"), (verify, "verify-email")] {
            let body = words(message).body;
            let link = format!("{SITE}/{page}#token={encoded}");
            assert!(body.lines().any(|line| line == link), "{body}");
            let all = body.matches("://").count();
            assert_eq!(all, body.matches(SITE).count(), "{body}");
        }
    }
}

#[test]
fn a_long_link_is_not_broken() {
    let token = Secret::new("a".repeat(400));
    let body = words(Message::ResetPassword {
        token,
        good_for: Duration::hours(1),
    })
    .body;
    let link = body.lines().find(|line| line.contains("#token=")).unwrap();
    assert!(link.ends_with(&"a".repeat(400)));
}

#[test]
fn names_of_keys_lose_all_that_could_be_a_link_or_a_header() {
    let rows = [
        ("laptop", Some("laptop")),
        ("Jörg's key", Some("Jörg s key")),
        (
            "a\r\nBcc: victim@example.com",
            Some("a Bcc victim example com"),
        ),
        ("https://evil.example/?a=1", Some("https evil example a 1")),
        ("\"> <b>bold</b>", Some("b bold b")),
        ("\u{202e}\u{200b}\u{0}", None),
        ("", None),
        ("...", None),
    ];
    for (name, expected) in rows {
        assert_eq!(shown(name).as_deref(), expected, "{name:?}");
        let change = KeyChange::Created;
        let body = words(Message::ApiKey {
            change,
            name: name.to_owned(),
        })
        .body;
        assert!(
            !body.contains("evil.example") && !body.contains('\r'),
            "{body}"
        );
    }
    assert_eq!(shown(&"k".repeat(41)).unwrap().len(), 40);
}

#[test]
fn networks_and_devices_in_words() {
    let rows = [
        ("203.0.113.9", "the address 203.0.113.9"),
        ("::ffff:203.0.113.9", "the address 203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "the network 2001:db8:1:2::/64"),
        ("::1", "the network ::/64"),
    ];
    for (address, expected) in rows {
        assert_eq!(network(address.parse().unwrap()), expected);
    }
    let device = describe_agent("Firefox/145 (X11; Linux) https://evil.example");
    let body = words(Message::NewDevice {
        device,
        network: None,
    })
    .body;
    let body = body.replace('\n', " ");
    assert!(body.contains("seen before: Firefox on Linux."), "{body}");
    assert!(!body.contains("evil"), "{body}");
}

#[test]
fn spans_in_words() {
    let rows = [
        (0, "1 minute"),
        (60, "1 minute"),
        (15 * 60, "15 minutes"),
        (90 * 60, "90 minutes"),
        (3_600, "1 hour"),
        (86_400, "24 hours"),
        (2 * 86_400, "2 days"),
    ];
    for (seconds, expected) in rows {
        assert_eq!(span(Duration::seconds(seconds)), expected);
    }
}
