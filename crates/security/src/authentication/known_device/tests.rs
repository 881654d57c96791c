use super::*;
use crate::secrets::Secret;
use crate::testing::TestRandom;
use std::sync::Arc;

const ALICE: Uuid = Uuid::from_u128(1);
const EPOCH: u64 = 7;

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn devices(secrets: &[u8]) -> KnownDevices {
    let mut secrets = secrets.iter().map(|byte| Secret::new([*byte; 32]));
    let ring = SecretRing::with_previous(secrets.next().unwrap(), secrets.collect());
    KnownDevices::new(&ring, Arc::new(TestRandom::default()))
}

/// B60, PWD-17: who a token makes known, and who not.
#[test]
fn a_token_is_good_for_its_account_epoch_and_time() {
    let ours = devices(&[1]);
    let token = ours.issue(ALICE, EPOCH, None, start()).to_text();
    let day = Duration::DAY;
    let second = Duration::SECOND;
    let rows = [
        ("at once", ALICE, EPOCH, Duration::ZERO, true),
        ("in its last second", ALICE, EPOCH, LIFETIME - second, true),
        ("at its end", ALICE, EPOCH, LIFETIME, false),
        ("long after", ALICE, EPOCH, LIFETIME + day, false),
        ("another account", Uuid::from_u128(2), EPOCH, day, false),
        ("no account", Uuid::nil(), 0, day, false),
        ("the password was changed", ALICE, EPOCH + 1, day, false),
        ("an older epoch", ALICE, EPOCH - 1, day, false),
    ];
    for (name, account, epoch, after, good) in rows {
        let found = ours.verify(&token, account, epoch, start() + after);
        assert_eq!(found.is_some(), good, "{name}");
    }
}

#[test]
fn a_replaced_secret_is_understood_while_it_is_in_the_ring() {
    let token = devices(&[1]).issue(ALICE, EPOCH, None, start()).to_text();
    for (secrets, good) in [
        (&[1][..], true),
        (&[2, 1], true),
        (&[2, 3, 1], true),
        (&[2], false),
    ] {
        let found = devices(secrets).verify(&token, ALICE, EPOCH, start());
        assert_eq!(found.is_some(), good, "{secrets:?}");
    }
    let rotated = devices(&[2, 1]).issue(ALICE, EPOCH, None, start());
    let found = devices(&[2]).verify(&rotated.to_text(), ALICE, EPOCH, start());
    assert!(found.is_some(), "made with the current one");
}

#[test]
fn a_sign_in_renews_the_token_of_the_same_device() {
    let ours = devices(&[1]);
    let first = ours.issue(ALICE, EPOCH, None, start());
    let later = start() + Duration::days(300);
    let known = ours.verify(&first.to_text(), ALICE, EPOCH, later);
    let next = ours.issue(ALICE, EPOCH, known, later);
    assert_eq!(next.device(), first.device());
    assert_eq!(next.expires_at(), later + LIFETIME);
    assert_ne!(next.to_text(), first.to_text());
    let other = ours.issue(ALICE, EPOCH, None, later);
    assert_ne!(other.device(), first.device());
}

#[test]
fn one_spelling_and_no_forgery() {
    let ours = devices(&[1]);
    let token = ours.issue(ALICE, EPOCH, None, start());
    let text = token.to_text();
    assert_eq!(text.len(), 79);
    for at in 0..text.len() {
        for other in ["A", "B", "_", "=", " ", "é"] {
            let mut changed = text.clone();
            changed.replace_range(at..=at, other);
            let found = ours.verify(&changed, ALICE, EPOCH, start());
            assert_eq!(found.is_some(), changed == text, "{changed}");
        }
    }
    let cut = &text[..78];
    let long = "mgd_".to_owned() + &"A".repeat(1_000_000);
    let swapped = text.replace("mgd_", "mgr_");
    for wrong in ["", "mgd_", cut, &format!("{text}="), &swapped, &long] {
        assert!(ours.verify(wrong, ALICE, EPOCH, start()).is_none());
    }
    assert!(!format!("{token:?}").contains(&text[20..40]));
}
