use super::*;
use crate::problem::Problem;

async fn faults(service: &ApiKeys<Watched>, wish: NewApiKey, maker: &str) -> Vec<KeyFault> {
    match service.create(wish, &rights(maker), NOW).await {
        Ok(_) => vec![],
        Err(CreateError::Faults(faults)) => faults,
        Err(other) => panic!("{other}"),
    }
}

/// B36: nobody makes a key that may do more than they may.
#[tokio::test]
async fn a_scope_its_maker_lacks_is_refused_by_name() {
    let (service, store) = service();
    type Row<'a> = (&'a str, &'a str, &'a [&'a str], &'a [(usize, &'a str)]);
    let rows: &[Row] = &[
        ("own", "user", &["music:generate", "models:view"], &[]),
        (
            "one too many",
            "user",
            &["music:generate", "users:view"],
            &[(1, "users:view")],
        ),
        ("everything", "user", &["admin:*"], &[(0, "admin:*")]),
        (
            "an area had in part",
            "user",
            &["music:*"],
            &[(0, "music:*")],
        ),
        (
            "two",
            "user",
            &["users:view", "system:manage"],
            &[(0, "users:view"), (1, "system:manage")],
        ),
        (
            "everything by an administrator",
            "admin",
            &["admin:*", "jobs:read"],
            &[],
        ),
        (
            "by nobody",
            "nobody",
            &["music:generate"],
            &[(0, "music:generate")],
        ),
    ];
    for (name, maker, texts, wide) in rows {
        let wish = NewApiKey {
            scopes: scopes(texts),
            ..wish()
        };
        let before = store.asked();
        let expected: Vec<_> = wide
            .iter()
            .map(|(position, scope)| KeyFault::ScopeTooWide {
                position: *position,
                scope: Grant::parse(scope).unwrap(),
            })
            .collect();
        assert_eq!(faults(&service, wish, maker).await, expected, "{name}");
        assert_eq!(store.asked() > before, wide.is_empty(), "{name}");
    }
}

/// KEY-5: limits of what a key is made from, at, above and below.
#[tokio::test]
async fn a_key_has_scopes_and_an_end() {
    let (service, _) = service();
    let year = Duration::days(365);
    let out = || vec![KeyFault::Lifetime { max: year }];
    let instant = Duration::MILLISECOND;
    let lifetimes = [
        ("the usual one", None, vec![]),
        ("none at all", Some(Duration::ZERO), out()),
        ("backwards", Some(-Duration::DAY), out()),
        ("the shortest", Some(instant), vec![]),
        ("a year", Some(year), vec![]),
        ("more than a year", Some(year + instant), out()),
        ("for ever", Some(Duration::MAX), out()),
    ];
    for (name, lifetime, expected) in lifetimes {
        let wish = NewApiKey { lifetime, ..wish() };
        assert_eq!(faults(&service, wish, "user").await, expected, "{name}");
    }
    let usual = issue(&service, wish()).await.key;
    assert_eq!(usual.expires_at, NOW + Duration::days(90));

    let many = |count: usize| {
        let letters = (0..count).map(|n| {
            let letter = |n: usize| char::from(b'a' + n as u8);
            Grant::parse(&format!("x:{}{}", letter(n / 26), letter(n % 26))).unwrap()
        });
        NewApiKey {
            scopes: letters.collect(),
            ..wish()
        }
    };
    assert_eq!(
        faults(&service, many(0), "admin").await,
        [KeyFault::NoScopes]
    );
    assert_eq!(faults(&service, many(64), "admin").await, []);
    let too_many = [KeyFault::TooManyScopes { max: 64 }];
    assert_eq!(faults(&service, many(65), "admin").await, too_many);
    let both = NewApiKey {
        lifetime: Some(Duration::ZERO),
        ..many(0)
    };
    assert_eq!(
        faults(&service, both, "admin").await.len(),
        2,
        "all at once"
    );
}

#[test]
fn names_are_one_line() {
    let longest = "ä".repeat(64);
    for good in ["a", "build server 🎸", longest.as_str()] {
        assert_eq!(KeyName::parse(good).unwrap().as_str(), good);
    }
    let rows = [
        ("", "required"),
        (&"ä".repeat(65), "too_long"),
        ("a\nb", "format"),
        ("a\u{202E}b", "format"),
        (" a", "format"),
    ];
    for (bad, code) in rows {
        assert_eq!(KeyName::parse(bad).unwrap_err().code, code, "{bad:?}");
    }
}

/// KEY-2: what is kept doesn't show the text, nor does anything that prints.
#[tokio::test]
async fn the_text_is_in_one_place() {
    let (service, store) = service();
    let twice = NewApiKey {
        scopes: scopes(&["music:generate", "models:view", "music:generate"]),
        ..wish()
    };
    let issued = issue(&service, twice).await;
    assert_eq!(
        issued.key.scopes,
        scopes(&["models:view", "music:generate"])
    );
    let listed = service.list(OWNER).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&issued.key));
    let secret = &issued.text.expose()[8..51];
    for printed in [
        format!("{issued:?}"),
        format!("{listed:?}"),
        format!("{store:?}"),
        format!("{service:?}"),
    ] {
        for part in secret.as_bytes().chunks_exact(8) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!printed.contains(part), "{printed}");
        }
    }
    let other = issue(&service, wish()).await;
    assert_ne!(other.text.expose(), issued.text.expose());
    assert_ne!(other.key.id, issued.key.id);
}

/// KEY-13: the hundred and first is 409.
#[tokio::test]
async fn the_number_of_keys_is_capped() {
    let (service, _) = service();
    for _ in 0..100 {
        issue(&service, wish()).await;
    }
    let error = service.create(wish(), &rights("user"), NOW).await;
    let problem = error.unwrap_err().into_problem(|_| String::new());
    assert_eq!(
        (problem.status().as_u16(), problem.code()),
        (409, "too_many_api_keys")
    );
    assert!(problem.detail().contains("100"));
    let later = NOW + Duration::days(90);
    let again = service.create(wish(), &rights("user"), later).await;
    assert!(again.is_ok(), "when the others have run out");
}

/// KEY-6.
#[tokio::test]
async fn rotating_gives_a_successor_for_the_same_use() {
    let (service, _) = service();
    let networks = Networks::parse(["192.0.2.0/24"]).unwrap();
    let given = NewApiKey {
        mode: KeyMode::Test,
        networks,
        lifetime: Some(Duration::days(30)),
        ..wish()
    };
    let first = issue(&service, given).await;
    let day = |n| NOW + Duration::days(n);
    let id = first.key.id;
    let rotated = service.rotate(OWNER, id, None, None, day(10)).await;
    let (old, next) = rotated.unwrap();
    assert_eq!(old.succeeded.unwrap().by, next.key.id);
    assert_eq!(next.key.rotated_from, Some(id));
    assert_eq!(
        next.key.expires_at,
        day(40),
        "as long as the first was made for"
    );
    assert_eq!(next.text.mode(), KeyMode::Test);
    assert_eq!(next.key.hash, next.text.hash());
    assert_eq!(
        (&next.key.scopes, &next.key.networks, &next.key.name),
        (&first.key.scopes, &first.key.networks, &first.key.name)
    );
    let client = Some("192.0.2.1");
    for (name, text, now, works) in [
        ("the old one at first", &first.text, day(10), true),
        ("the new one at first", &next.text, day(10), true),
        ("the old one after the overlap", &first.text, day(11), false),
        ("the new one after the overlap", &next.text, day(11), true),
    ] {
        let cause = refusal(&service, text.expose(), client, now).await;
        assert_eq!(cause.is_none(), works, "{name}");
    }
}

#[tokio::test]
async fn what_can_not_be_rotated_says_why() {
    let (service, _) = service();
    let week = Duration::days(7);
    let day = Duration::DAY;
    let instant = Duration::MILLISECOND;
    let year = Duration::days(365);
    let overlap = "/overlap out_of_range";
    let rows: &[(&str, Duration, Option<Duration>, &[&str])] = &[
        ("no overlap", Duration::ZERO, None, &[]),
        ("the longest overlap", week, None, &[]),
        ("too long an overlap", week + instant, None, &[overlap]),
        ("an overlap backwards", -instant, None, &[overlap]),
        ("the longest life", day, Some(year), &[]),
        (
            "too long a life",
            day,
            Some(year + instant),
            &["/lifetime out_of_range"],
        ),
        (
            "both",
            Duration::MAX,
            Some(Duration::ZERO),
            &[overlap, "/lifetime out_of_range"],
        ),
    ];
    let pointer = |fault: &KeyFault| match fault {
        KeyFault::Overlap { .. } => "/overlap".to_owned(),
        _ => "/lifetime".to_owned(),
    };
    for (name, overlap, lifetime, expected) in rows {
        let id = issue(&service, wish()).await.key.id;
        let answer = service
            .rotate(OWNER, id, Some(*overlap), *lifetime, NOW)
            .await;
        let Err(error) = answer else {
            assert!(expected.is_empty(), "{name}");
            continue;
        };
        let problem = error.into_problem(pointer);
        assert_eq!(problem.status().as_u16(), 422, "{name}");
        let errors = problem.errors().iter();
        let errors: Vec<_> = errors
            .map(|e| format!("{} {}", e.pointer, e.code))
            .collect();
        assert_eq!(errors, *expected, "{name}");
    }
    let id = issue(&service, wish()).await.key.id;
    let rotate = |id, account, now| service.rotate(account, id, Some(day), None, now);
    let problem = |answer: Result<_, RotateError>| -> Problem {
        let answer: Result<(ApiKey, Issued), _> = answer;
        answer.unwrap_err().into_problem(pointer)
    };
    let foreign = problem(rotate(id, Uuid::from_u128(2), NOW).await);
    assert_eq!(
        (foreign.status().as_u16(), foreign.code()),
        (404, "not_found")
    );
    let late = problem(rotate(id, OWNER, NOW + Duration::days(90)).await);
    assert_eq!(
        (late.status().as_u16(), late.code()),
        (409, "api_key_ended")
    );
    rotate(id, OWNER, NOW).await.unwrap();
    let twice = problem(rotate(id, OWNER, NOW).await);
    assert_eq!(twice.status().as_u16(), 409);
    assert_eq!(twice.code(), "api_key_already_rotated");
}

/// Overlapping rotations give one text that works.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_rotations_give_one_text() {
    let (service, _) = service();
    let id = issue(&service, wish()).await.key.id;
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let service = service.clone();
            tokio::spawn(async move { service.rotate(OWNER, id, None, None, NOW).await })
        })
        .collect();
    let mut texts = Vec::new();
    for call in calls {
        match call.await.unwrap() {
            Ok((_, issued)) => texts.push(issued.text),
            Err(RotateError::AlreadyRotated) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(texts.len(), 1);
    assert_eq!(refusal(&service, texts[0].expose(), None, NOW).await, None);
}

/// What a scanner of secrets found is taken back by its text alone.
#[tokio::test]
async fn a_leaked_text_revokes_its_key() {
    let (service, _) = service();
    let (leaked, other) = (issue(&service, wish()).await, issue(&service, wish()).await);
    let found = service
        .revoke_leaked(leaked.text.expose(), NOW)
        .await
        .unwrap();
    let revoked = found.unwrap();
    assert_eq!(revoked.id, leaked.key.id);
    assert_eq!(revoked.revoked, Some((NOW, RevokeReason::Leaked)));
    let cause = refusal(&service, leaked.text.expose(), None, NOW).await;
    assert_eq!(cause, Some(RefusedCause::Revoked));
    assert_eq!(
        refusal(&service, other.text.expose(), None, NOW).await,
        None
    );
    assert!(
        service
            .revoke_leaked("mg_live_x", NOW)
            .await
            .unwrap()
            .is_none()
    );
}

/// KEY-5: a reminder before the end, and one alone.
#[tokio::test]
async fn owners_hear_of_the_end_once() {
    let (service, _) = service();
    let key = issue(&service, wish()).await.key;
    let ahead = Duration::days(7);
    for (name, day, expected) in [("early", 82, 0), ("in time", 83, 1), ("again", 84, 0)] {
        let now = NOW + Duration::days(day);
        let due = service.due_reminders(ahead, now).await.unwrap();
        assert_eq!(due.len(), expected, "{name}");
        assert!(due.iter().all(|due| due.id == key.id), "{name}");
    }
}
