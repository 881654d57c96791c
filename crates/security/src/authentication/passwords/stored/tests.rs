use super::*;

/// What every hash of this table was made of, by Python's bcrypt, argon2-cffi, passlib and Django.
const PASSWORD: &str = "pässword of another service";

const HASHES: [(&str, &str); 13] = [
    (
        "bcrypt 2b",
        "$2b$05$VSwZYpY7dGZtskFUnuaz3udK5RqTqIhcFda4se.w4b85OQapIWYpu",
    ),
    (
        "bcrypt 2a",
        "$2a$04$bFoygXJupKEl9.VYQKqix.Vtae42ObdxLJ.JFVE.3DcS.2Ts6eGXq",
    ),
    (
        "bcrypt 2y, as PHP writes 2b",
        "$2y$05$VSwZYpY7dGZtskFUnuaz3udK5RqTqIhcFda4se.w4b85OQapIWYpu",
    ),
    (
        "bcrypt of Django",
        "bcrypt$$2b$04$.SAw9cNHJJMIL/j39i.M6eI1lK1gjSBuMcbIx/1G4eDKN28Zf073m",
    ),
    (
        "argon2d",
        "$argon2d$v=19$m=64,t=2,p=2$c0Q7ZXvTNhXFoLy5HrX4dA$VSUpoHMlYqUzQvU/DIYcP9FS9d+tAIyhbIaVdKafc8k",
    ),
    (
        "argon2i",
        "$argon2i$v=19$m=64,t=2,p=2$r04FMLuu79zUOxgstfokHg$zdIi9R9cnOWEm1QdhnBCFFNCG2/yklYBcnofPJ7OByY",
    ),
    (
        "argon2id of Django",
        "argon2$argon2id$v=19$m=64,t=1,p=1$YzJGc2RITmhiSFJ6WVd4MA$2ZRAk7GYANCx9n8yfUcjyZGTdMNMJLtjplIvQ4krslA",
    ),
    (
        "PBKDF2, SHA-256, passlib",
        "$pbkdf2-sha256$1000$q9UaQ0hpLWUsxXjPmbM2xg$qs3ZRNjKnXDwRh/KDlRdyPD5yZHDu19.5Ho2ZpbiGJs",
    ),
    (
        "PBKDF2, SHA-512, passlib",
        "$pbkdf2-sha512$1000$ijGmlPLee.9da631Pqc0xg$Vw99X68j4FzcCifmojdInszVyuAelW2QAR7I14wLQFpN53ej/Ta/TLAMa42cGq54V.kDntjNjrefUgKS0N.Cnw",
    ),
    (
        "PBKDF2, SHA-1, passlib",
        "$pbkdf2$1000$wxhjzJnTeo8xRghhTImxNg$P6R7UX8FA9753/89.Ed0SBheJT0",
    ),
    (
        "PBKDF2, PHC",
        "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$b64KuhW77cKUQBljf/byPmIz47wLufZ7jESYvJX9r/4",
    ),
    (
        "PBKDF2, Django",
        "pbkdf2_sha256$1000$saltSALT1234567890abcd$jee7AGxGPe6/ebmZHcwP01yqAegu96zf0LiTaioj24Q=",
    ),
    (
        "scrypt",
        "$scrypt$ln=6,r=8,p=2$xXjPWevdO2fsndN6j1GK0Q$hpIxEDQ+VrfJOBjLFbPGgNUO5qBKKrqppt9+4NQ/0LI",
    ),
];

#[test]
fn hashes_of_other_programs_match_their_password_and_no_other() {
    for (name, text) in HASHES {
        let hash = StoredHash::parse(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(hash.matches(PASSWORD.as_bytes()), "{name}");
        assert!(!hash.matches(b"another password"), "{name}");
        assert!(!hash.matches(b""), "{name}");
        let weak = ::argon2::Params::new(8, 1, 1, None).unwrap();
        // The argon2id one is stronger than these weakest parameters and salted well enough.
        assert_eq!(
            hash.is_as_strong_as(&weak),
            name.starts_with("argon2id"),
            "{name}"
        );
        assert!(
            !hash.is_as_strong_as(&::argon2::Params::DEFAULT),
            "{name} is made anew"
        );
    }
}

/// B107: bcrypt reads 72 bytes, so a longer password matches by its beginning until it is made anew.
#[test]
fn bcrypt_matches_by_the_first_72_bytes() {
    let text = "$2b$04$7sCrWELR2h8gb90sWBHdDOP37AtYQ6JnbmlJDaYGlLrIC1QjsbZtC";
    let hash = StoredHash::parse(text).unwrap();
    let long = "0123456789".repeat(8);
    let rows = [(71, false), (72, true), (73, true), (80, true)];
    for (length, matches) in rows {
        assert_eq!(
            hash.matches(&long.as_bytes()[..length]),
            matches,
            "{length}"
        );
    }
}

/// B121, RUSTSEC-2026-0199: cut anywhere, or with any character replaced, it is refused or doesn't
/// match, and never panics.
#[test]
fn damaged_hashes_never_panic_and_never_match() {
    for (name, text) in HASHES {
        for end in 0..text.len() {
            if let Ok(hash) = StoredHash::parse(&text[..end]) {
                assert!(!hash.matches(PASSWORD.as_bytes()), "{name} cut at {end}");
            }
            for other in ["é", "$", "=", ",", "-", "\0", "🎸", " "] {
                let mut changed = text.to_owned();
                changed.replace_range(end..=end, other);
                let _ = StoredHash::parse(&changed);
                changed = text.to_owned();
                changed.insert_str(end, other);
                let _ = StoredHash::parse(&changed);
            }
        }
    }
}

#[test]
fn costs_are_judged_by_the_text_before_any_work() {
    const SALT: &str = "c2FsdHNhbHRzYWx0c2FsdA";
    const OUT: &str = "b64KuhW77cKUQBljf/byPmIz47wLufZ7jESYvJX9r/4";
    let argon2 = |costs: &str| format!("$argon2id$v=19${costs}${SALT}${OUT}");
    let scrypt = |costs: &str| format!("$scrypt${costs}${SALT}${OUT}");
    let pbkdf2 = |costs: &str| format!("$pbkdf2-sha256${costs}${SALT}${OUT}");
    let bcrypt =
        |cost: &str| format!("$2b${cost}$VSwZYpY7dGZtskFUnuaz3udK5RqTqIhcFda4se.w4b85OQapIWYpu");
    let too = |scheme| Err(HashFault::TooCostly(scheme));
    let damaged = |scheme| Err(HashFault::Damaged(scheme));
    use Scheme::{Argon2, Bcrypt, Pbkdf2, Scrypt};
    for (text, expected) in [
        (argon2("m=262144,t=4,p=1"), Ok(Argon2)),
        (argon2("m=262144,t=5,p=1"), too(Argon2)),
        (argon2("m=262145,t=1,p=1"), too(Argon2)),
        (argon2("m=4294967295,t=1,p=1"), too(Argon2)),
        (argon2("m=8,t=4294967295,p=1"), too(Argon2)),
        (argon2("m=8,t=0,p=1"), damaged(Argon2)),
        (argon2("m=65536,t=1,p=65"), too(Argon2)),
        (bcrypt("15"), Ok(Bcrypt)),
        (bcrypt("16"), too(Bcrypt)),
        (bcrypt("31"), too(Bcrypt)),
        (bcrypt("99"), too(Bcrypt)),
        (bcrypt("04"), Ok(Bcrypt)),
        (bcrypt("03"), damaged(Bcrypt)),
        (bcrypt("+5"), damaged(Bcrypt)),
        (scrypt("ln=18,r=8,p=4"), Ok(Scrypt)),
        (scrypt("ln=18,r=8,p=5"), too(Scrypt)),
        (scrypt("ln=19,r=8,p=1"), too(Scrypt)),
        (scrypt("ln=31,r=4294967295,p=4294967295"), too(Scrypt)),
        (scrypt("ln=64,r=8,p=1"), too(Scrypt)),
        (scrypt("ln=1,r=1,p=1024"), Ok(Scrypt)),
        (scrypt("ln=1,r=1,p=1025"), too(Scrypt)),
        (scrypt("ln=14,r=0,p=1"), damaged(Scrypt)),
        (scrypt("r=8,ln=14,p=1"), damaged(Scrypt)),
        (pbkdf2("i=5000000"), Ok(Pbkdf2)),
        (pbkdf2("i=5000001"), too(Pbkdf2)),
        (pbkdf2("4294967295"), too(Pbkdf2)),
        (pbkdf2("i=0"), damaged(Pbkdf2)),
        (pbkdf2("i=01"), damaged(Pbkdf2)),
        (pbkdf2("i=1,l=31"), damaged(Pbkdf2)),
    ] {
        let found = StoredHash::parse(&text).map(|hash| hash.scheme());
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_is_not_supported_is_named() {
    for (text, name) in [
        ("$1$salt$hash", "md5-crypt"),
        ("$6$rounds=5000$salt$hash", "sha512-crypt"),
        ("$y$j9T$salt$hash", "yescrypt"),
        (
            "$2x$05$VSwZYpY7dGZtskFUnuaz3udK5RqTqIhcFda4se",
            "crypt_blowfish",
        ),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "a bare MD5"),
        ("{SSHA}c2FsdA==", "an LDAP hash"),
        ("bcrypt_sha256$$2b$12$x", "bcrypt over SHA-256"),
        ("hunter2 in the clear", "no known form"),
        ("", "no known form"),
    ] {
        let fault = StoredHash::parse(text).unwrap_err();
        assert!(fault.to_string().contains(name), "{text}: {fault}");
        assert!(
            text.is_empty() || !fault.to_string().contains(text),
            "{fault}"
        );
    }
    let endless = format!("$argon2id${}", "x".repeat(100_000));
    assert_eq!(StoredHash::parse(&endless).unwrap_err(), HashFault::Unknown);
}
