use super::*;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use musicgen_security::secrets::SecretRing;

#[test]
fn secrets_have_a_past_and_a_future() {
    let config = Case::production()
        .with(
            "JWT_SECRET_KEY_PREVIOUS",
            &format!("{},{}", GOOD[2], GOOD[4]),
        )
        .load()
        .unwrap()
        .config;
    let texts = |ring: &SecretRing| -> Vec<String> {
        std::iter::once(ring.current())
            .chain(ring.previous())
            .map(|one| String::from_utf8(one.expose().to_vec()).unwrap())
            .collect()
    };
    assert_eq!(texts(&config.secrets.jwt), [GOOD[0], GOOD[2], GOOD[4]]);
    assert_eq!(texts(&config.secrets.session), [GOOD[1]]);
    assert_eq!(texts(&config.secrets.csrf), [GOOD[3]]);
    assert!(config.secrets.jwt_next.is_none());

    let case = Case::production().with("JWT_SECRET_KEY_NEXT", GOOD[2]);
    let next = case.load().unwrap().config.secrets.jwt_next.unwrap();
    assert_eq!(next.expose(), GOOD[2].as_bytes());
}

/// B35 for the secrets of the past and the future.
#[test]
fn replaced_secrets_are_judged_like_current_ones() {
    let list = |items: &[&str]| items.join(",");
    let weak = "a".repeat(64);
    let made: Vec<String> = (0..9_u128)
        .map(|n| {
            format!(
                "{:x}{n:x}",
                0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834_u128 / (n + 3)
            )
        })
        .map(|hex| format!("{hex:q>40}"))
        .collect();
    let made: Vec<&str> = made.iter().map(String::as_str).collect();
    for current in ["JWT_SECRET_KEY", "SESSION_SECRET_KEY", "CSRF_SECRET_KEY"] {
        let rows = [
            ("two", list(&[GOOD[2], GOOD[4]]), true),
            ("eight", list(&made[..8]), true),
            ("nine", list(&made), false),
            ("short", list(&[GOOD[2], &GOOD[4][..31]]), false),
            ("weak", list(&[&weak]), false),
            ("an empty one", list(&[GOOD[2], "", GOOD[4]]), false),
            ("a comma behind", list(&[GOOD[2], ""]), false),
            (
                "a blank after a comma",
                list(&[GOOD[2], &format!(" {}", GOOD[4])]),
                false,
            ),
            (
                "a blank before a comma",
                list(&[&format!("{} ", GOOD[2]), GOOD[4]]),
                false,
            ),
            ("the same twice", list(&[GOOD[2], GOOD[2]]), false),
            ("the current one of its own", list(&[GOOD[0]]), false),
            ("the current one of another", list(&[GOOD[1]]), false),
        ];
        for (name, value, good) in rows {
            let variable = format!("{current}_PREVIOUS");
            let refused = Case::production().with(&variable, &value).refused();
            let expected = if good { vec![] } else { vec![variable] };
            assert_eq!(refused, expected, "{name}: {current}");
        }
    }
}

#[test]
fn secrets_have_no_comma_and_the_next_one_is_judged_too() {
    let comma = GOOD[2].replace('#', ",");
    let rows = [
        ("JWT_SECRET_KEY", comma.as_str()),
        ("SESSION_SECRET_KEY", &comma),
        ("CSRF_SECRET_KEY", &comma),
        ("JWT_SECRET_KEY_NEXT", &comma),
        ("JWT_SECRET_KEY_NEXT", &GOOD[2][..31]),
        ("JWT_SECRET_KEY_NEXT", GOOD[0]),
        ("CSRF_SECRET_KEY", GOOD[0]),
        ("CSRF_SECRET_KEY", "changeme-changeme-changeme-1234567"),
    ];
    for (variable, value) in rows {
        let refused = Case::production().with(variable, value).refused();
        assert_eq!(refused, [variable], "{value}");
    }
    let absent = Case::production().without("CSRF_SECRET_KEY");
    assert_eq!(absent.refused(), ["CSRF_SECRET_KEY"]);
}

#[test]
fn development_secrets_are_kept_for_the_owner_alone_and_said_once() {
    let case = Case::development();
    let first = case.load().unwrap();
    let again = case.load().unwrap();
    let (first_secrets, secrets) = (&first.config.secrets, again.config.secrets);
    assert_eq!(first_secrets.jwt.current(), secrets.jwt.current());
    assert_ne!(first_secrets.jwt.current(), secrets.session.current());
    assert_ne!(first_secrets.jwt.current(), secrets.csrf.current());
    assert!(again.notices.is_empty());
    let folder = first.config.site.data_dir.join("secrets");
    for entry in std::fs::read_dir(folder).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn processes_that_start_together_agree_on_a_secret() {
    for _ in 0..20 {
        let case = Case::development();
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| case.load().unwrap().config.secrets.jwt.current().clone()))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn kept_development_secrets_that_others_can_reach_are_said() {
    let case = Case::development();
    let folder = case.load().unwrap().config.site.data_dir.join("secrets");
    let kept = folder.join("jwt_secret_key");
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(case.load().unwrap().notices.len(), 1);
    std::fs::write(&kept, "short").unwrap();
    assert_eq!(case.refused(), ["JWT_SECRET_KEY"]);
}

fn pem(der: impl AsRef<[u8]>) -> String {
    let body = STANDARD.encode(der);
    let (first, rest) = body.split_at(64);
    format!("-----BEGIN PRIVATE KEY-----\n{first}\n{rest}\n-----END PRIVATE KEY-----\n")
}

fn ed25519() -> String {
    pem(Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap())
}

fn p256() -> String {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
    pem(pair.unwrap().to_pkcs8v1().unwrap())
}

#[test]
fn signing_keys_in_pem() {
    let (p256, ed25519) = (p256(), ed25519());
    let (p256, ed25519) = (p256.as_str(), ed25519.as_str());
    let two = format!("{p256}{ed25519}");
    let joined = format!("{p256},{ed25519}");
    let mixed = format!("{},{ed25519}", GOOD[2]);
    let behind = format!("{ed25519},{}", GOOD[2]);
    let public = p256.replace("PRIVATE", "PUBLIC");
    let one_line = ed25519.replace('\n', "");
    let rows = [
        ("EdDSA", "JWT_SECRET_KEY", ed25519, true),
        ("EdDSA", "JWT_SECRET_KEY", &one_line, true),
        ("ES256", "JWT_SECRET_KEY", p256, true),
        ("ES256", "JWT_SECRET_KEY", GOOD[0], true),
        ("EdDSA", "JWT_SECRET_KEY", GOOD[0], true),
        ("EdDSA", "JWT_SECRET_KEY", p256, false),
        ("ES256", "JWT_SECRET_KEY", ed25519, false),
        ("ES256", "JWT_SECRET_KEY", &public, false),
        ("HS256", "JWT_SECRET_KEY", &public, false),
        ("HS256", "JWT_SECRET_KEY", p256, false),
        ("ES256", "JWT_SECRET_KEY", &two, false),
        ("ES256", "JWT_SECRET_KEY_NEXT", p256, true),
        ("ES256", "JWT_SECRET_KEY_NEXT", ed25519, false),
        ("HS256", "JWT_SECRET_KEY_PREVIOUS", p256, true),
        ("HS256", "JWT_SECRET_KEY_PREVIOUS", &two, true),
        ("EdDSA", "JWT_SECRET_KEY_PREVIOUS", &joined, true),
        ("ES256", "JWT_SECRET_KEY_PREVIOUS", &mixed, true),
        ("ES256", "JWT_SECRET_KEY_PREVIOUS", &behind, true),
        ("ES256", "JWT_SECRET_KEY_PREVIOUS", &public, false),
        ("HS256", "SESSION_SECRET_KEY", p256, false),
        ("HS256", "CSRF_SECRET_KEY_PREVIOUS", p256, false),
    ];
    for (algorithm, variable, value, good) in rows {
        let case = Case::production().with("JWT_ALGORITHM", algorithm);
        let refused = case.with(variable, value).refused();
        let expected = if good { vec![] } else { vec![variable] };
        assert_eq!(refused, expected, "{algorithm}: {value}");
    }
    let case = Case::production()
        .with("JWT_ALGORITHM", "EdDSA")
        .with("JWT_SECRET_KEY", ed25519)
        .with("JWT_SECRET_KEY_PREVIOUS", &one_line);
    assert_eq!(
        case.refused(),
        ["JWT_SECRET_KEY_PREVIOUS"],
        "one key, spelt twice"
    );
    let case = Case::production().with("JWT_SECRET_KEY_PREVIOUS", &two);
    let config = case.load().unwrap().config;
    assert_eq!(config.secrets.jwt.previous().len(), 2);
    assert_eq!(config.tokens.algorithm.id(), "HS256");
}
