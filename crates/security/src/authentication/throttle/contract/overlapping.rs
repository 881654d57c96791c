use super::*;

/// Starts all attempts at once; says how many were admitted.
async fn all_at_once<S: ThrottleStore>(
    store: &Arc<S>,
    attempts: Vec<AttemptKeys>,
    now: OffsetDateTime,
) -> Vec<Option<Ticket>> {
    let calls: Vec<_> = attempts
        .into_iter()
        .map(|keys| {
            let store = store.clone();
            tokio::spawn(async move { begin(&*store, &keys, now).await.ok() })
        })
        .collect();
    let mut tickets = Vec::new();
    for call in calls {
        tickets.push(call.await.expect("no panic"));
    }
    tickets
}

/// B17: 100 overlapping guesses at one account, 40 rounds.
pub(super) async fn no_more_are_admitted_at_once_than_in_a_row<S: ThrottleStore>(store: Arc<S>) {
    for round in 0..40 {
        let attempts = (0..100).map(|n| stranger(round, 1_000 + n)).collect();
        // A week apart, so that the networks start anew and the accounts are each round's own.
        let now = start() + Duration::days(7) * round;
        let tickets = all_at_once(&store, attempts, now).await;
        let admitted = tickets.iter().flatten().count();
        assert_eq!(admitted, 5, "round {round}");
        let refused = refusal(&*store, &stranger(round, 5_000), now).await;
        assert_eq!(refused, Some((RefusedBy::Account, Duration::seconds(30))));
    }
}

/// 100 overlapping guesses at as many accounts from one network, 20 rounds.
pub(super) async fn a_network_admits_its_allowance<S: ThrottleStore>(store: Arc<S>) {
    for round in 0..20 {
        let attempts = (0..100).map(|n| stranger(round * 100 + n, round)).collect();
        let tickets = all_at_once(&store, attempts, start()).await;
        assert_eq!(tickets.iter().flatten().count(), 30, "round {round}");
    }
}

/// Successes that overlap give back what they took and not more.
pub(super) async fn successes_and_failures_add_up<S: ThrottleStore>(store: Arc<S>) {
    for round in 0..20 {
        let attempts = (0..20).map(|n| stranger(round * 100 + n, round)).collect();
        let tickets = all_at_once(&store, attempts, start()).await;
        let settling: Vec<_> = tickets
            .into_iter()
            .flatten()
            .map(|ticket| {
                let store = store.clone();
                tokio::spawn(async move { store.succeed(&ticket, &Limits::default()).await })
            })
            .collect();
        assert_eq!(settling.len(), 20, "round {round}");
        for call in settling {
            call.await.expect("no panic").expect("settled");
        }
        for n in 0..30 {
            fail(&*store, &stranger(10_000 + round * 100 + n, round), start()).await;
        }
        let refused = refusal(&*store, &stranger(20_000, round), start()).await;
        assert!(refused.is_some(), "round {round}");
    }
}

pub(super) async fn the_bound_holds_at_once<S: ThrottleStore>(store: Arc<S>) {
    let small = Limits {
        capacity: 30,
        ..Limits::default()
    };
    for round in 0..5 {
        let calls: Vec<_> = (0..60)
            .map(|n| {
                let store = store.clone();
                let keys = stranger(round * 100 + n, round * 100 + n);
                tokio::spawn(async move { store.begin(&keys, &small, start()).await })
            })
            .collect();
        for call in calls {
            let admission = call.await.expect("no panic").expect("answered");
            assert!(matches!(admission, Admission::Admitted(_)));
        }
        assert_eq!(store.size().await.expect("answered"), 30, "round {round}");
    }
}
