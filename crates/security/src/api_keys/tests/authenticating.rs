use super::*;
use crate::authorization::Permission;
use crate::problem::Problem;

/// KEY-1, B86, B89: what isn't a key is refused without a query.
#[tokio::test]
async fn what_is_no_key_costs_no_query() {
    let (service, store) = service();
    let key = issue(&service, wish()).await;
    let text = key.text.expose();
    let before = store.asked();
    let id = key.key.id.to_string();
    let wrong_end = if text.ends_with('0') { "1" } else { "0" };
    for wrong in [
        "",
        " ",
        "x",
        "mg_live_",
        &text[..56],
        &text[..53],
        &text[..text.len() / 2],
        &text[8..],
        &format!("{}{wrong_end}", &text[..56]),
        &format!("{text}A"),
        &format!("{text} "),
        &format!(" {text}"),
        &format!("{text}\0"),
        &text.to_lowercase(),
        &text.to_uppercase(),
        &text.replace("mg_live_", "mg_test_"),
        &id,
        key.key.tail.as_str(),
        &"A".repeat(1_000_000),
    ] {
        let cause = refusal(&service, wrong, None, NOW).await;
        assert_eq!(cause, Some(RefusedCause::Malformed), "{wrong:.60}");
    }
    assert_eq!(store.asked(), before);
    assert_eq!(refusal(&service, text, None, NOW).await, None);
}

/// KEY-14: one answer for everything; the causes differ for the log alone.
#[tokio::test]
async fn every_refusal_looks_the_same() {
    let (service, _) = service();
    let day = |n| NOW + Duration::days(n);
    let unknown = {
        let random: SharedRandom = Arc::new(crate::random::SystemRandom);
        ApiKeyText::generate(KeyMode::Live, &random)
    };
    let networks = Networks::parse(["192.0.2.0/24"]).unwrap();
    let bound = issue(&service, NewApiKey { networks, ..wish() }).await;
    let revoked = issue(&service, wish()).await;
    let (owner, reason) = (OWNER, RevokeReason::Owner);
    service
        .revoke(owner, revoked.key.id, reason, NOW)
        .await
        .unwrap();
    let rotated = issue(&service, wish()).await;
    service
        .rotate(owner, rotated.key.id, Some(Duration::DAY), None, NOW)
        .await
        .unwrap();
    let plain = issue(&service, wish()).await;
    let rows = [
        ("malformed", "mg_live_", day(0), RefusedCause::Malformed),
        ("unknown", unknown.expose(), day(0), RefusedCause::Unknown),
        (
            "revoked",
            revoked.text.expose(),
            day(0),
            RefusedCause::Revoked,
        ),
        (
            "run out",
            plain.text.expose(),
            day(90),
            RefusedCause::Expired,
        ),
        (
            "superseded",
            rotated.text.expose(),
            day(1),
            RefusedCause::Superseded,
        ),
        (
            "another network",
            bound.text.expose(),
            day(0),
            RefusedCause::Network,
        ),
    ];
    let client = Some("198.51.100.1".parse().unwrap());
    let mut answers = Vec::new();
    for (name, text, now, cause) in rows {
        let error = service.authenticate(text, client, now).await.unwrap_err();
        let AuthenticateError::Refused(refused) = &error else {
            panic!("{name}: {error}");
        };
        assert_eq!(refused.cause(), cause, "{name}");
        let nobodys = matches!(cause, RefusedCause::Malformed | RefusedCause::Unknown);
        assert_eq!(refused.key_id().is_none(), nobodys, "{name}");
        assert_eq!(refused.account_id(), (!nobodys).then_some(OWNER), "{name}");
        let problem = Problem::from(error);
        assert!(problem.cause().unwrap().contains(cause.id()), "{name}");
        assert_eq!(problem.status().as_u16(), 401, "{name}");
        answers.push((
            problem.to_json(None, "/"),
            problem.into_response::<()>().headers().clone(),
        ));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

/// The first moment and the last.
#[tokio::test]
async fn a_key_ends_on_time() {
    let (service, _) = service();
    let day = |n| NOW + Duration::days(n);
    let instant = Duration::MILLISECOND;
    let key = issue(&service, wish()).await;
    let rotated = issue(&service, wish()).await;
    service
        .rotate(OWNER, rotated.key.id, Some(Duration::days(7)), None, NOW)
        .await
        .unwrap();
    let rows = [
        ("at once", &key, day(0), None),
        ("just before", &key, day(90) - instant, None),
        ("at its end", &key, day(90), Some(RefusedCause::Expired)),
        ("within the overlap", &rotated, day(7) - instant, None),
        (
            "at its end",
            &rotated,
            day(7),
            Some(RefusedCause::Superseded),
        ),
        ("after both", &rotated, day(90), Some(RefusedCause::Expired)),
    ];
    for (name, key, now, expected) in rows {
        let cause = refusal(&service, key.text.expose(), None, now).await;
        assert_eq!(cause, expected, "{name}");
    }
}

/// KEY-8: where the address is unknown, a key that is bound to networks is refused.
#[tokio::test]
async fn a_key_works_from_its_networks_alone() {
    let (service, _) = service();
    let networks = Networks::parse(["192.0.2.0/24", "2001:db8::/32"]).unwrap();
    let key = issue(&service, NewApiKey { networks, ..wish() }).await;
    let away = Some(RefusedCause::Network);
    for (client, expected) in [
        (Some("192.0.2.1"), None),
        (Some("::ffff:192.0.2.1"), None),
        (Some("2001:db8::1"), None),
        (Some("192.0.3.1"), away),
        (Some("2001:db9::1"), away),
        (None, away),
    ] {
        let cause = refusal(&service, key.text.expose(), client, NOW).await;
        assert_eq!(cause, expected, "{client:?}");
    }
}

/// KEY-7, B88: nothing is remembered, on no node.
#[tokio::test]
async fn a_revoked_key_is_refused_at_the_next_request_everywhere() {
    let (one, store) = service();
    let random: SharedRandom = Arc::new(TestRandom::default());
    let other = ApiKeys::new(store.clone(), KeyRules::default(), random);
    let key = issue(&one, wish()).await;
    for service in [&one, &other, &one.clone()] {
        assert_eq!(refusal(service, key.text.expose(), None, NOW).await, None);
    }
    let reason = RevokeReason::Owner;
    let done = one.revoke(OWNER, key.key.id, reason, NOW).await.unwrap();
    assert_eq!(done, Revocation::Revoked);
    for service in [&one, &other, &one.clone()] {
        let cause = refusal(service, key.text.expose(), None, NOW).await;
        assert_eq!(cause, Some(RefusedCause::Revoked));
    }
}

/// B86: whatever a store answers, the hash has to be the key's own, all of it.
#[tokio::test]
async fn another_keys_record_opens_nothing() {
    let (service, store) = service();
    let key = issue(&service, wish()).await;
    let other = issue(&service, wish()).await;
    let mut nearly = key.key.clone();
    let mut hash = *nearly.hash.as_bytes();
    hash[31] ^= 1;
    nearly.hash = KeyHash::new(hash);
    for wrong in [other.key, nearly] {
        store.be(Mood::Gives(Box::new(wrong)));
        let cause = refusal(&service, key.text.expose(), None, NOW).await;
        assert_eq!(cause, Some(RefusedCause::Unknown));
    }
}

/// Unavailable is not unknown.
#[tokio::test]
async fn a_store_that_is_away_is_503() {
    let (service, store) = service();
    let key = issue(&service, wish()).await;
    store.be(Mood::Away);
    let error = service.authenticate(key.text.expose(), None, NOW).await;
    let problem = Problem::from(error.unwrap_err());
    assert_eq!(problem.status().as_u16(), 503);
    let error = service.authenticate("mg_live_", None, NOW).await;
    let problem = Problem::from(error.unwrap_err());
    assert_eq!(problem.status().as_u16(), 401, "needs nobody");
}

/// KEY-12: by the minute, the network alone.
#[tokio::test]
async fn a_use_is_written_once_a_minute() {
    let (service, store) = service();
    let key = issue(&service, wish()).await;
    let client = Some("192.0.2.77".parse().unwrap());
    let at = |second| NOW + Duration::seconds(second);
    for (name, second, writes) in [
        ("the first", 61, 1),
        ("the same minute", 119, 1),
        ("the next one", 120, 2),
        ("a clock that went back", 60, 2),
    ] {
        let found = service.check(key.text.expose(), client, at(second)).await;
        if let Some(writing) = service.note_use(&found.unwrap(), client, at(second)) {
            writing.await.unwrap();
        }
        assert_eq!(store.touched(), writes, "{name}");
    }
    let listed = service.list(OWNER).await.unwrap();
    let last_use = listed[0].last_use.unwrap();
    assert_eq!(last_use.at, at(120));
    assert_eq!(last_use.network.unwrap().to_string(), "192.0.2.0/24");
}

/// A last use that can't be written fails no request, and one key has one write at a time.
#[tokio::test]
async fn writing_the_last_use_is_beside_the_answer() {
    let (service, store) = service();
    let key = issue(&service, wish()).await;
    store.be(Mood::CannotTouch);
    assert_eq!(refusal(&service, key.text.expose(), None, NOW).await, None);
    // The write waits for this task: until it has run, no second one begins.
    for _ in 0..100 {
        assert!(service.note_use(&key.key, None, NOW).is_none());
    }
    while store.touched() == 0 {
        tokio::task::yield_now().await;
    }
    store.be(Mood::Right);
    let later = NOW + Duration::MINUTE;
    let writing = loop {
        match service.note_use(&key.key, None, later) {
            Some(writing) => break writing,
            None => tokio::task::yield_now().await,
        }
    };
    writing.await.unwrap();
    assert_eq!(store.touched(), 2, "it is tried again");
    let listed = service.list(OWNER).await.unwrap();
    assert_eq!(listed[0].last_use.unwrap().at, later);
}

/// However many keys are used at a time, the writes behind the answers are bounded.
#[tokio::test]
async fn writes_behind_the_answers_are_bounded() {
    let (service, _) = service();
    let key = issue(&service, wish()).await.key;
    let begun = (0..1_000_u128).filter_map(|n| {
        let key = ApiKey {
            id: Uuid::from_u128(n),
            ..key.clone()
        };
        service.note_use(&key, None, NOW)
    });
    let begun: Vec<_> = begun.collect();
    assert_eq!(begun.len(), 64);
    for writing in begun {
        writing.await.unwrap();
    }
    assert!(
        service.note_use(&key, None, NOW).is_some(),
        "places are free again"
    );
}

/// KEY-4, B36: an administrator's narrow key is no administrator, and a demotion counts at once.
#[tokio::test]
async fn rights_are_the_scopes_and_the_owners_rights_now() {
    let (service, _) = service();
    let narrow = NewApiKey {
        scopes: scopes(&["models:view"]),
        ..wish()
    };
    let wide = NewApiKey {
        scopes: scopes(&["admin:*"]),
        ..wish()
    };
    let (narrow, wide) = (issue(&service, narrow).await, issue(&service, wide).await);
    let rows = [
        (
            "narrow, owner is admin",
            &narrow,
            "admin",
            vec![Permission::MODELS_VIEW],
        ),
        (
            "narrow, demoted",
            &narrow,
            "user",
            vec![Permission::MODELS_VIEW],
        ),
        (
            "wide, owner is admin",
            &wide,
            "admin",
            Permission::NAMED.to_vec(),
        ),
        (
            "wide, demoted",
            &wide,
            "user",
            vec![Permission::MUSIC_GENERATE, Permission::MODELS_VIEW],
        ),
        ("wide, no role at all", &wide, "nobody", vec![]),
    ];
    for (name, key, role, expected) in rows {
        let key = service.authenticate(key.text.expose(), None, NOW).await;
        let rights = key.unwrap().rights(&rights(role));
        let effective: Vec<_> = rights.effective().cloned().collect();
        assert_eq!(effective, expected, "{name}");
    }
}
