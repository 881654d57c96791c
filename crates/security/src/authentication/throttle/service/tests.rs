use super::*;
use crate::authentication::throttle::{MemoryThrottle, RefusedBy};
use std::net::IpAddr;
use time::Duration;
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn attempt(account: &str, host: u8) -> Attempt<'_> {
    Attempt {
        authenticator: Authenticator::Password,
        account,
        address: IpAddr::from([192, 0, 2, host]),
        known_device: None,
    }
}

/// PWD-11, PWD-16: a name that nobody has, one that can't be, and one in other spellings.
#[tokio::test]
async fn every_name_is_refused_alike() {
    let throttle = SignInThrottle::new(MemoryThrottle::default(), &Secret::new([1; 32]));
    let mut answers = Vec::new();
    for (host, spellings) in [
        (1, ["alice@example.com", "Alice@Example.com"]),
        (2, ["nobody@example.com", "NOBODY@example.com"]),
        (3, ["not an address", "NOT an address"]),
    ] {
        for n in 0..5 {
            let ticket = throttle.begin(&attempt(spellings[n % 2], host), NOW).await;
            drop(ticket.unwrap());
        }
        let refused = throttle.begin(&attempt(spellings[0], host), NOW).await;
        let problem = Problem::from(refused.unwrap_err());
        let response = problem.clone().into_response::<String>();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "30");
        answers.push((
            problem.to_json(None, "/"),
            format!("{:?}", response.headers()),
        ));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn retry_after_is_rounded_up() {
    for (milliseconds, seconds) in [(1, "1"), (1000, "1"), (1001, "2"), (3_600_000, "3600")] {
        let problem = Problem::from(ThrottleError::TooMany(Refused {
            retry_after: Duration::milliseconds(milliseconds),
            by: RefusedBy::Account,
        }));
        let response = problem.into_response::<String>();
        assert_eq!(response.headers()["retry-after"], seconds);
    }
}

/// B60, PWD-17: strangers stop an account; its owner signs in from a known device, and anybody
/// can after a reset.
#[tokio::test]
async fn strangers_cannot_lock_the_owner_out() {
    let throttle = SignInThrottle::new(MemoryThrottle::default(), &Secret::new([1; 32]));
    let mut now = NOW;
    for n in 0..100 {
        let stranger = throttle.begin(&attempt("alice@example.com", n), now).await;
        drop(stranger.unwrap());
        now += Duration::HOUR;
    }
    now += Duration::days(300);
    let elsewhere = attempt("alice@example.com", 200);
    assert!(throttle.begin(&elsewhere, now).await.is_err());
    let owner = Attempt {
        known_device: Some(Uuid::from_u128(7)),
        ..elsewhere
    };
    let ticket = throttle.begin(&owner, now).await.unwrap();
    throttle.succeed(ticket).await.unwrap();
    assert!(
        throttle.begin(&elsewhere, now).await.is_err(),
        "strangers stay out"
    );
    let password = Authenticator::Password;
    assert!(throttle.clear(password, "Alice@example.com").await.unwrap());
    assert!(throttle.begin(&elsewhere, now).await.is_ok());
    assert!(!throttle.clear(password, "bob@example.com").await.unwrap());
}
