//! B108, B120: where mail goes, and what is said about a wrong setting.

use super::*;

fn relay(url: &str) -> SmtpRelay {
    let loaded = Case::development().with("SMTP_URL", url).load();
    loaded.unwrap().config.mail.relay.unwrap()
}

#[test]
fn the_forms_of_the_relay() {
    use Encryption::*;
    let rows = [
        ("smtps://mail.example", "mail.example", 465, Tls),
        ("smtps://mail.example:4650", "mail.example", 4650, Tls),
        (
            "smtp://mail.example?tls=required",
            "mail.example",
            587,
            StartTls,
        ),
        (
            "smtp+starttls://mail.example",
            "mail.example",
            587,
            StartTls,
        ),
        (
            "smtp://mail.example?tls=opportunistic",
            "mail.example",
            587,
            StartTlsIfOffered,
        ),
        ("smtp://LOCALHOST", "localhost", 25, None),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, None),
        ("smtp://[::1]:1025", "::1", 1025, None),
        (
            "smtps://b%C3%BCcher.example/",
            "xn--bcher-kva.example",
            465,
            Tls,
        ),
    ];
    for (url, host, port, encryption) in rows {
        let relay = relay(url);
        let found = (relay.host.as_str(), relay.port, relay.encryption);
        assert_eq!(found, (host, port, encryption), "{url}");
        assert!(relay.login.is_none() && relay.hello.is_none(), "{url}");
    }
    let full = relay("smtps://me%40here:p%2Fa%3As%23s@mail.example/host.example");
    let login = full.login.unwrap();
    assert_eq!(login.user.expose(), b"me@here");
    assert_eq!(login.password.expose(), b"p/a:s#s");
    assert_eq!(full.hello.as_deref(), Some("host.example"));
}

#[test]
fn wrong_relays_are_refused_without_quoting_them() {
    let rows = [
        "canary",
        "canary.example:25",
        "http://u:canary@h",
        "smtp://",
        "smtps://:canary@h",
        "smtps://u@h/canary",
        "smtps://u:canary@h:0",
        "smtps://u:canary@h:65536",
        "smtps://u:canary@h?tls=none",
        "smtp://u:canary@h?tls=none",
        "smtp://u:canary@h?tls=",
        "smtp://u:canary@h?TLS=required",
        "smtp://u:canary@h?tls=required&tls=opportunistic",
        "smtp://u:canary@h?starttls=true",
        "smtps://u:can#ary@h",
        "smtps://u:canary%00@h",
        "smtps://u:canary%0d%0aQUIT@h",
        "smtps://u:canary%ff@h",
        "smtps://u:canary@h/a%0d%0aRCPT",
        "smtps://u:canary@h/a/b",
        "smtps://u:canary@h h",
    ];
    for url in rows {
        let errors = Case::development()
            .with("SMTP_URL", url)
            .load()
            .unwrap_err();
        let text = format!("{errors} {errors:?}");
        assert_eq!(errors.problems().len(), 1, "{url}: {text}");
        assert_eq!(errors.problems()[0].variable(), "SMTP_URL", "{url}");
        assert!(!text.contains("canary") && !text.contains("ary@"), "{text}");
    }
}

#[test]
fn what_leaves_the_machine_is_encrypted_in_production() {
    let rows = [
        ("smtps://mail.example", true),
        ("smtp://mail.example?tls=required", true),
        ("smtp://localhost", true),
        ("smtp://127.0.0.1:1025", true),
        ("smtp://127.9.9.9", true),
        ("smtp://[::1]", true),
        ("smtp://[::ffff:127.0.0.1]", true),
        ("smtp://mail.example", false),
        ("smtp://mail.example?tls=opportunistic", false),
        ("smtp://u:p@mail.example:587", false),
        ("smtp://10.0.0.5", false),
        ("smtp://localhost.example", false),
        ("smtp://[fd00::1]", false),
    ];
    for (url, good) in rows {
        for environment in ["staging", "production"] {
            let case = Case::production()
                .with("ENVIRONMENT", environment)
                .with("SMTP_URL", url);
            let expected: &[&str] = if good { &[] } else { &["SMTP_URL"] };
            assert_eq!(case.refused(), expected, "{environment} {url}");
        }
        let loaded = Case::development().with("SMTP_URL", url).load().unwrap();
        let said = loaded.notices.iter().any(|n| n.variable == "SMTP_URL");
        assert_eq!(said, !good, "{url}");
    }
}

#[test]
fn the_relay_works_from_a_file_and_shows_no_secret() {
    let case = Case::production();
    let path = case.file(
        "smtp",
        "smtps://canary-user:canary-pass@mail.example\n",
        0o400,
    );
    let loaded = case.with("SMTP_URL_FILE", &path).load().unwrap();
    let mail = &loaded.config.mail;
    let login = mail.relay.as_ref().unwrap().login.as_ref().unwrap();
    assert_eq!(login.password.expose(), b"canary-pass");
    let text = format!("{loaded:?}");
    assert!(!text.contains("canary-"), "{text}");
    let open = Case::production();
    let path = open.file("smtp", "smtps://u:p@mail.example", 0o644);
    assert_eq!(open.with("SMTP_URL_FILE", &path).refused(), ["SMTP_URL"]);
}

#[test]
fn the_sender_is_the_services_own_unless_another_is_set() {
    let from = |case: Case| case.load().unwrap().config.mail.from.to_string();
    let rows = [
        (Case::development(), "\"Music Gen AI\" <no-reply@localhost>"),
        (
            Case::production(),
            "\"Music Gen AI\" <no-reply@music.example>",
        ),
        (
            Case::production().with("MAIL_FROM", "Studio <Hello@Studio.example>"),
            "Studio <Hello@studio.example>",
        ),
        (
            Case::development().with("MAIL_FROM", "hello@bücher.example"),
            "hello@xn--bcher-kva.example",
        ),
        (
            Case::development().with("MAIL_FROM", "me@localhost"),
            "me@localhost",
        ),
    ];
    for (case, expected) in rows {
        assert_eq!(from(case).replace('"', ""), expected.replace('"', ""));
    }
}

#[test]
fn wrong_senders_are_refused() {
    let rows = [
        "hello",
        "hello@",
        "@studio.example",
        "a@studio.example, b@studio.example",
        "Studio <hello@studio.example>\r\nBcc: victim@example.com",
        "Studio\r\nBcc: v@example.com <hello@studio.example>",
        "jörg@studio.example",
        "hello@127.0.0.1",
        "hello@studio",
        "hello@studio..example",
    ];
    for text in rows {
        let case = Case::development().with("MAIL_FROM", text);
        assert_eq!(case.refused(), ["MAIL_FROM"], "{text:?}");
    }
    let by_address = Case::production()
        .with("PUBLIC_URL", "https://203.0.113.5")
        .with("SMTP_URL", "smtps://mail.example");
    assert_eq!(by_address.refused(), ["MAIL_FROM"]);
}

#[test]
fn addresses_are_confirmed_once_mail_can_be_sent() {
    let rows = [
        (None, None, false),
        (Some("smtp://localhost"), None, true),
        (Some("smtp://localhost"), Some("none"), false),
        (None, Some("required"), true),
    ];
    for (relay, setting, required) in rows {
        let mut case = Case::development();
        for (name, value) in [("SMTP_URL", relay), ("EMAIL_VERIFICATION", setting)] {
            if let Some(value) = value {
                case = case.with(name, value);
            }
        }
        let mail = case.load().unwrap().config.mail;
        assert_eq!(
            mail.verification_required, required,
            "{relay:?} {setting:?}"
        );
    }
    let other = Case::development().with("EMAIL_VERIFICATION", "optional");
    assert_eq!(other.refused(), ["EMAIL_VERIFICATION"]);
}
