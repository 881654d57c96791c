use super::*;
use crate::random::SystemRandom;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tracing::{Event, Level, Metadata, span};

/// Counts what an operator is told.
#[derive(Clone, Default)]
struct Alerts(Arc<AtomicUsize>);

impl tracing::Subscriber for Alerts {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

fn hasher(memory: u32) -> PasswordHasher {
    let params = Params::new(memory, 1, 1, None).unwrap();
    PasswordHasher::with_params(params, Arc::new(SystemRandom))
}

#[test]
fn composed_and_decomposed_are_one_password_but_compatible_forms_are_not() {
    let hasher = hasher(8);
    let stored = hasher
        .hash(&Password::new("caf\u{e9} caf\u{e9} caf\u{e9}"))
        .unwrap();
    let rows = [
        ("composed", "caf\u{e9} caf\u{e9} caf\u{e9}", Verified::Match),
        (
            "decomposed",
            "cafe\u{301} cafe\u{301} cafe\u{301}",
            Verified::Match,
        ),
        (
            "other case",
            "Caf\u{e9} caf\u{e9} caf\u{e9}",
            Verified::Mismatch,
        ),
        (
            "blank at the end",
            "caf\u{e9} caf\u{e9} caf\u{e9} ",
            Verified::Mismatch,
        ),
    ];
    for (name, text, expected) in rows {
        assert_eq!(
            hasher.verify(&Password::new(text), &stored),
            expected,
            "{name}"
        );
    }
    let ligature = hasher
        .hash(&Password::new("\u{fb01}fteen letters!"))
        .unwrap();
    assert_eq!(
        hasher.verify(&Password::new("fifteen letters!"), &ligature),
        Verified::Mismatch
    );
}

#[test]
fn the_last_of_many_characters_counts() {
    let hasher = hasher(8);
    let long = "x".repeat(255) + "a";
    let stored = hasher.hash(&Password::new(&long)).unwrap();
    let other = "x".repeat(255) + "b";
    assert_eq!(
        hasher.verify(&Password::new(&long), &stored),
        Verified::Match
    );
    assert_eq!(
        hasher.verify(&Password::new(&other), &stored),
        Verified::Mismatch
    );
    assert_eq!(
        hasher.verify(&Password::new(&long[..72]), &stored),
        Verified::Mismatch
    );
}

#[test]
fn weaker_parameters_are_noticed() {
    let password = Password::new("correct horse battery");
    let stored = hasher(8).hash(&password).unwrap();
    assert_eq!(hasher(16).verify(&password, &stored), Verified::MatchWeak);
    assert_eq!(hasher(8).verify(&password, &stored), Verified::Match);
}

/// B121: a damaged or foreign hash in the store is a mismatch, and one alert each.
#[test]
fn damaged_hashes_never_match_and_alert_once() {
    let hasher = hasher(8);
    let long = "é".repeat(30);
    let endless = "$argon2id$".repeat(1000);
    let rows = [
        "",
        "x",
        "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=8,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=8,t=1,p=1$$",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$2b$12$abcdefghijklmnopqrstuéabcdefghijklmnopqrstuvwxyz012345",
        "$2b$é",
        "$scrypt$",
        "pbkdf2_sha256$",
        long.as_str(),
        endless.as_str(),
    ];
    for stored in rows {
        let alerts = Alerts::default();
        let found = tracing::subscriber::with_default(alerts.clone(), || {
            hasher.verify(&Password::new("x"), stored)
        });
        assert_eq!(found, Verified::Mismatch, "{stored}");
        assert_eq!(alerts.0.load(Ordering::SeqCst), 1, "{stored}");
    }
}

/// B107, PWD-9: what was imported matches once by its own rules and is made anew whole.
#[test]
fn imported_hashes_are_made_anew_at_the_first_match() {
    let hasher = hasher(8);
    let bcrypt = "$2b$04$7sCrWELR2h8gb90sWBHdDOP37AtYQ6JnbmlJDaYGlLrIC1QjsbZtC";
    let whole = Password::new(&"0123456789".repeat(8));
    let start = Password::new(&"0123456789".repeat(8)[..72]);
    assert_eq!(hasher.verify(&whole, bcrypt), Verified::MatchWeak);
    let anew = hasher.hash(&whole).unwrap();
    assert_eq!(hasher.verify(&whole, &anew), Verified::Match);
    assert_eq!(hasher.verify(&start, &anew), Verified::Mismatch);
}

#[test]
fn the_decided_parameters() {
    let hasher = PasswordHasher::new(Arc::new(SystemRandom));
    let stored = hasher.hash(&Password::new("x")).unwrap();
    assert!(
        stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{stored}"
    );
}

mod timing {
    use super::*;

    /// B61, B121: whatever is stored, a mismatch takes no less than a check of ours.
    #[test]
    fn a_mismatch_never_takes_less_than_a_check() {
        let hasher = hasher(4096);
        let password = Password::new("not the password");
        let ours = hasher.hash(&Password::new("another password")).unwrap();
        let time = |stored: &str| {
            let once = || {
                #[expect(clippy::disallowed_methods, reason = "it is the time that is measured")]
                let started = std::time::Instant::now();
                assert_eq!(hasher.verify(&password, stored), Verified::Mismatch);
                started.elapsed()
            };
            (0..7).map(|_| once()).min().unwrap()
        };
        time(&ours);
        let usual = time(&ours);
        for stored in [
            "",
            "$2b$99$VSwZYpY7dGZtskFUnuaz3udK5RqTqIhcFda4se.w4b85OQapIWYpu",
            "$2b$04$bFoygXJupKEl9.VYQKqix.Vtae42ObdxLJ.JFVE.3DcS.2Ts6eGXq",
            "pbkdf2_sha256$1$salt$jee7AGxGPe6/ebmZHcwP01yqAegu96zf0LiTaioj24Q=",
        ] {
            let found = time(stored);
            assert!(found > usual / 2, "{stored}: {found:?}, usually {usual:?}");
        }
    }
}
