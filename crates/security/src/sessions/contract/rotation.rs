use super::*;
use std::sync::Arc;

pub(super) async fn a_rotation_moves_one_step<S: SessionStore>(store: &S) {
    let given = session(1, 1);
    store.start(&given, 100).await.expect("started");
    assert_eq!(
        store.find(given.id).await.expect("found"),
        Some(given.clone())
    );
    let now = start() + Duration::hours(1);
    let answer = store
        .rotate(given.id, &[1; 32], &[[2; 32]], &LIMITS, now)
        .await
        .expect("answered");
    let expected = Session {
        current: [2; 32],
        previous: Some([1; 32]),
        rotated_at: Some(now),
        seen: Seen::at(now),
        idle_expires_at: now + Duration::days(1),
        ..given.clone()
    };
    assert_eq!(answer, Rotation::Rotated(expected.clone()));
    assert_eq!(store.find(given.id).await.expect("found"), Some(expected));
    let unknown = store
        .rotate(Uuid::from_u128(9), &[1; 32], &[[2; 32]], &LIMITS, now)
        .await;
    assert_eq!(unknown.expect("answered"), Rotation::Unknown);
}

pub(super) async fn a_repeat_gets_the_same_successor_until_it_is_used<S: SessionStore>(store: &S) {
    store.start(&session(1, 1), 100).await.expect("started");
    let id = Uuid::from_u128(1);
    let rotate = |presented: u8, successor: u8, second: i64| {
        let now = start() + Duration::seconds(second);
        async move {
            store
                .rotate(id, &[presented; 32], &[[successor; 32]], &LIMITS, now)
                .await
                .expect("answered")
        }
    };
    assert!(matches!(rotate(1, 2, 0).await, Rotation::Rotated(_)));
    assert!(matches!(rotate(1, 2, 1).await, Rotation::Repeated(_, 0)));
    assert!(matches!(rotate(1, 2, 2).await, Rotation::Repeated(_, 0)));
    assert!(matches!(rotate(2, 3, 3).await, Rotation::Rotated(_)));
    let Rotation::Reused(ended) = rotate(1, 2, 4).await else {
        panic!("the grandparent is reuse even within the grace");
    };
    assert_eq!(
        ended.ended,
        Some((start() + Duration::seconds(4), EndReason::Reuse))
    );
    assert!(
        matches!(rotate(3, 4, 5).await, Rotation::Ended(_)),
        "the whole session is over"
    );
}

pub(super) async fn the_grace_ends<S: SessionStore>(store: &S) {
    for (n, second, repeats) in [(1, 29, true), (2, 30, true), (3, 31, false)] {
        store.start(&session(n, 1), 100).await.expect("started");
        let id = Uuid::from_u128(n);
        store
            .rotate(id, &[1; 32], &[[2; 32]], &LIMITS, start())
            .await
            .expect("answered");
        let now = start() + Duration::seconds(second);
        let again = store
            .rotate(id, &[1; 32], &[[2; 32]], &LIMITS, now)
            .await
            .expect("answered");
        assert_eq!(
            matches!(again, Rotation::Repeated(_, 0)),
            repeats,
            "after {second} s"
        );
    }
}

pub(super) async fn anything_else_is_reuse<S: SessionStore>(store: &S) {
    store.start(&session(1, 1), 100).await.expect("started");
    let id = Uuid::from_u128(1);
    let forged = store
        .rotate(id, &[7; 32], &[[8; 32]], &LIMITS, start())
        .await
        .expect("answered");
    assert!(matches!(forged, Rotation::Reused(_)));
}

pub(super) async fn life_ends_on_time<S: SessionStore>(store: &S) {
    let cases = [
        (
            "just before the idle end",
            1,
            Duration::DAY - Duration::MILLISECOND,
            true,
        ),
        ("at the idle end", 2, Duration::DAY, false),
    ];
    for (name, n, after, lives) in cases {
        store.start(&session(n, 1), 100).await.expect("started");
        let now = start() + after;
        let answer = store
            .rotate(Uuid::from_u128(n), &[1; 32], &[[2; 32]], &LIMITS, now)
            .await;
        let rotated = matches!(answer.expect("answered"), Rotation::Rotated(_));
        assert_eq!(rotated, lives, "{name}");
    }
}

pub(super) async fn a_key_that_was_replaced_still_explains_a_repeat<S: SessionStore>(store: &S) {
    store.start(&session(1, 1), 100).await.expect("started");
    let id = Uuid::from_u128(1);
    let first = store
        .rotate(id, &[1; 32], &[[2; 32]], &LIMITS, start())
        .await;
    assert!(matches!(first.expect("answered"), Rotation::Rotated(_)));
    let again = [[9; 32], [2; 32]];
    let second = store.rotate(id, &[1; 32], &again, &LIMITS, start()).await;
    assert!(matches!(
        second.expect("answered"),
        Rotation::Repeated(_, 1)
    ));
}

pub(super) async fn shorter_limits_count_from_the_next_rotation<S: SessionStore>(store: &S) {
    let rows = [
        ("within the idle time", 1, 29, 12 * 60, true),
        ("idle for too long", 2, 30, 12 * 60, false),
        ("within the absolute end", 3, 20, 21, true),
        ("at the absolute end", 4, 20, 20, false),
    ];
    for (name, n, minute, ends_by, lives) in rows {
        store.start(&session(n, 1), 100).await.expect("started");
        let limits = RotationLimits {
            ends_by: Some(start() + Duration::minutes(ends_by)),
            idle: Some(Duration::minutes(30)),
            ..LIMITS
        };
        let now = start() + Duration::minutes(minute);
        let answer = store
            .rotate(Uuid::from_u128(n), &[1; 32], &[[2; 32]], &limits, now)
            .await
            .expect("answered");
        match answer {
            Rotation::Rotated(session) => {
                assert!(lives, "{name}");
                assert_eq!(session.idle, Some(Duration::minutes(30)), "{name}");
                let end = (now + Duration::minutes(30)).min(start() + Duration::minutes(ends_by));
                assert_eq!(session.ends_at(), end, "{name}");
                let kept = store.find(session.id).await.expect("found");
                assert_eq!(kept, Some(session), "{name}");
            }
            Rotation::Ended(_) => assert!(!lives, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

pub(super) async fn the_absolute_end_never_moves<S: SessionStore>(store: &S) {
    store.start(&session(1, 1), 100).await.expect("started");
    let id = Uuid::from_u128(1);
    let mut now = start();
    for step in 1..=10_u8 {
        now += Duration::hours(20);
        let answer = store
            .rotate(id, &[step; 32], &[[step + 1; 32]], &LIMITS, now)
            .await;
        match answer.expect("answered") {
            Rotation::Rotated(session) => {
                assert_eq!(session.expires_at, start() + Duration::days(7));
                assert!(session.idle_expires_at <= session.expires_at);
            }
            Rotation::Ended(_) => {
                assert!(now >= start() + Duration::days(7));
                return;
            }
            other => panic!("unexpected: {other:?}"),
        }
    }
    panic!("it outlived its absolute end");
}

pub(super) async fn overlapping_calls_rotate_once<S: SessionStore>(store: Arc<S>) {
    for round in 0..20_u128 {
        let id = Uuid::from_u128(100 + round);
        store
            .start(&session(100 + round, 1), 100)
            .await
            .expect("started");
        let calls: Vec<_> = (0..30)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .rotate(id, &[1; 32], &[[2; 32]], &LIMITS, start())
                        .await
                })
            })
            .collect();
        let (mut rotated, mut repeated) = (0, 0);
        for call in calls {
            match call.await.expect("no panic").expect("answered") {
                Rotation::Rotated(_) => rotated += 1,
                Rotation::Repeated(_, 0) => repeated += 1,
                other => panic!("an honest caller was refused: {other:?}"),
            }
        }
        assert_eq!((rotated, repeated), (1, 29), "round {round}");
    }
}
