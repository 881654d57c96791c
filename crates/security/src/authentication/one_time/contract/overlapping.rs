use super::*;

/// B108, B124: 60 overlapping uses, 200 rounds.
pub(super) async fn exactly_one_use_succeeds<S: OneTimeStore>(store: Arc<S>) {
    for round in 0..200 {
        let given = token(round, Purpose::ResetPassword, 1);
        issue(&*store, &given).await;
        let calls: Vec<_> = (0..60)
            .map(|_| {
                let (store, hash) = (store.clone(), given.hash);
                tokio::spawn(async move { store.consume(&hash, start()).await })
            })
            .collect();
        let mut used = Vec::new();
        for call in calls {
            used.extend(call.await.expect("no panic").expect("answered"));
        }
        assert_eq!(used, [given], "round {round}");
    }
}

/// Of overlapping requests for a link, one link is good in the end.
pub(super) async fn the_newest_is_the_only_one<S: OneTimeStore>(store: Arc<S>) {
    for round in 0..20 {
        let given: Vec<_> = (0..30)
            .map(|n| token(round * 100 + n, Purpose::ResetPassword, 1))
            .collect();
        let calls: Vec<_> = given
            .iter()
            .cloned()
            .map(|token| {
                let store = store.clone();
                tokio::spawn(async move { store.issue(&token, MAX_LIVE).await })
            })
            .collect();
        for call in calls {
            let issued = call.await.expect("no panic").expect("answered");
            assert_eq!(issued, Issue::Done);
        }
        let mut good = 0;
        for token in &given {
            good += u32::from(lives(&*store, token).await);
        }
        assert_eq!(good, 1, "round {round}");
    }
}

pub(super) async fn the_bound_holds_at_once<S: OneTimeStore>(store: Arc<S>) {
    let calls: Vec<_> = (0..MAX_LIVE + 50)
        .map(|n| {
            let store = store.clone();
            let invite = token(n, Purpose::Invite, 1);
            tokio::spawn(async move { store.issue(&invite, MAX_LIVE).await })
        })
        .collect();
    let mut done = 0;
    for call in calls {
        let issued = call.await.expect("no panic").expect("answered");
        done += u32::from(issued == Issue::Done);
    }
    assert_eq!(done, MAX_LIVE);
}
