use super::*;

/// B108: 40 overlapping resets with one link, 20 rounds: one password is set, the one that was said.
pub(super) async fn one_reset_succeeds<A, O, K, C>(stores: Arc<Stores<A, O, K, C>>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let own = stores.account(1).await;
    for round in 0..20 {
        let token = link(round, Purpose::ResetPassword, &own);
        stores.issue(&token).await;
        let calls: Vec<_> = (0..40)
            .map(|n| {
                let (stores, hash) = (stores.clone(), token.hash);
                let what = Redemption::Password(format!("{NEW}{n}"));
                tokio::spawn(async move { stores.credentials.redeem(&hash, &what, start()).await })
            })
            .collect();
        let mut done = Vec::new();
        for call in calls {
            done.extend(call.await.expect("no panic").expect("answered"));
        }
        assert_eq!(done, [stores.found(own.id).await], "round {round}");
    }
}

/// Whoever knows the old password and whoever has the link try at the same time: one of them gets
/// through, never the one after the other.
pub(super) async fn a_reset_and_a_change_do_not_both_succeed<A, O, K, C>(
    stores: Arc<Stores<A, O, K, C>>,
) where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    for round in 0..40_u32 {
        let own = stores.account(u128::from(round) + 1).await;
        let token = link(round, Purpose::ResetPassword, &own);
        stores.issue(&token).await;
        let reset = {
            let stores = stores.clone();
            let what = Redemption::Password(NEW.to_owned());
            tokio::spawn(
                async move { stores.credentials.redeem(&token.hash, &what, start()).await },
            )
        };
        let changes: Vec<_> = (0..4)
            .map(|n| {
                let (stores, wish) = (stores.clone(), change(&own, &format!("{NEW}{n}")));
                tokio::spawn(
                    async move { stores.credentials.change_password(&wish, start()).await },
                )
            })
            .collect();
        let mut done = Vec::new();
        for call in changes.into_iter().chain([reset]) {
            done.extend(call.await.expect("no panic").expect("answered"));
        }
        assert_eq!(done, [stores.found(own.id).await], "round {round}");
    }
}

/// B124: an invitation twice in parallel.
pub(super) async fn one_account_an_invitation<A, O, K, C>(stores: Arc<Stores<A, O, K, C>>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let host = stores.account(1).await;
    for round in 0..20 {
        let token = OneTime {
            address: None,
            ..link(round, Purpose::Invite, &host)
        };
        stores.issue(&token).await;
        let calls: Vec<_> = (0..30)
            .map(|n| {
                let (stores, hash) = (stores.clone(), token.hash);
                let guest = accounts::account(u128::from(round) * 100 + n + 2);
                tokio::spawn(async move { stores.credentials.enrol(&guest, &hash, start()).await })
            })
            .collect();
        let mut done = 0;
        for call in calls {
            let enrolled = call.await.expect("no panic").expect("answered");
            done += u32::from(enrolled == Enrolment::Done);
            assert_ne!(enrolled, Enrolment::Taken);
        }
        assert_eq!(done, 1, "round {round}");
    }
}
