use super::*;
use crate::authentication::accounts::contract::account;
use crate::authentication::accounts::{AccountChange, AccountStore, EndSessions};
use crate::authentication::jwt::{Claims, FIRST_PARTY, LEEWAY};
use crate::authorization::{RoleName, Tier};
use crate::rate_limiting::OwnLimits;
use crate::sessions::contract::session;
use crate::sessions::{EndReason, SessionStore};
use crate::store::StoreError;
use crate::testing::{MemoryStore, TestClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const LIFETIME: Duration = Duration::minutes(15);

/// A feed that can be away, and counts how often it is asked.
#[derive(Clone, Default)]
struct Flaky {
    inner: MemoryStore,
    away: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl RevocationStore for Flaky {
    async fn revoke_token(
        &self,
        hash: &[u8; 32],
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.inner.revoke_token(hash, until, now).await
    }

    async fn changes(&self, position: u64, since: OffsetDateTime) -> Result<Changes, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        // Others get to wait meanwhile.
        tokio::task::yield_now().await;
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("away".to_owned()));
        }
        self.inner.changes(position, since).await
    }

    async fn sweep(&self, before: OffsetDateTime, now: OffsetDateTime) -> Result<u64, StoreError> {
        RevocationStore::sweep(&self.inner, before, now).await
    }
}

struct Node {
    store: Flaky,
    clock: Arc<TestClock>,
    revocations: Revocations<Flaky>,
}

impl Node {
    async fn start(store: &Flaky, clock: &Arc<TestClock>) -> Self {
        let revocations =
            Revocations::new(store.clone(), "https://a.example", LIFETIME, clock.clone());
        revocations.sync().await.unwrap();
        Self {
            store: store.clone(),
            clock: clock.clone(),
            revocations,
        }
    }

    async fn fresh() -> Self {
        let store = Flaky::default();
        for n in [1, 2] {
            store.inner.create(&account(n)).await.unwrap();
        }
        Self::start(&store, &Arc::new(TestClock::default())).await
    }

    fn now(&self) -> OffsetDateTime {
        use crate::clock::Clock;
        self.clock.now()
    }

    fn claims(&self, session: u128) -> Claims {
        Claims {
            subject: Uuid::from_u128(1),
            session: Uuid::from_u128(session),
            token_id: format!("token {session}"),
            issued_at: self.now(),
            expires_at: self.now() + LIFETIME,
            authenticated_at: self.now(),
            client: FIRST_PARTY.to_owned(),
            roles: vec![RoleName::USER],
            tier: Tier::Free,
            limits: OwnLimits::default(),
            epoch: 0,
            scope: None,
            by_network: false,
        }
    }

    async fn change(&self, change: AccountChange) {
        let one = Uuid::from_u128(1);
        self.store
            .inner
            .change(one, &change, self.now())
            .await
            .unwrap();
        self.revocations.sync().await.unwrap();
    }
}

#[tokio::test]
async fn a_revoked_token_is_over_and_its_session_goes_on() {
    let node = Node::fresh().await;
    let (one, mut two) = (node.claims(1), node.claims(1));
    two.token_id = "another".to_owned();
    node.revocations.revoke(&one).await.unwrap();
    node.revocations.revoke(&one).await.unwrap();
    assert_eq!(
        node.revocations.standing(&one).await.unwrap(),
        Standing::Revoked
    );
    assert_eq!(
        node.revocations.standing(&two).await.unwrap(),
        Standing::Good
    );
    assert_ne!(
        token_hash("https://a.example", "x"),
        token_hash("https://b.example", "x"),
        "REV-12: another issuer's token can't be meant"
    );
}

#[tokio::test]
async fn an_account_says_what_its_tokens_are_worth() {
    let node = Node::fresh().await;
    let (one, two) = (node.claims(1), node.claims(2));
    node.change(AccountChange {
        tier: Some(Tier::Premium),
        ..AccountChange::default()
    })
    .await;
    let Standing::Changed(state) = node.revocations.standing(&one).await.unwrap() else {
        panic!("the tier has changed");
    };
    assert_eq!(state.tier, Tier::Premium);
    let newer = Claims {
        epoch: 1,
        ..one.clone()
    };
    assert_eq!(
        node.revocations.standing(&newer).await.unwrap(),
        Standing::Good
    );

    let keep = Some(EndSessions::Except(Uuid::from_u128(2)));
    node.change(AccountChange {
        sessions: keep,
        ..AccountChange::default()
    })
    .await;
    assert_eq!(
        node.revocations.standing(&one).await.unwrap(),
        Standing::Revoked
    );
    assert_eq!(
        node.revocations.standing(&newer).await.unwrap(),
        Standing::Revoked
    );
    let kept = node.revocations.standing(&two).await.unwrap();
    assert!(matches!(kept, Standing::Changed(_)), "{kept:?}");

    node.change(AccountChange {
        disabled: Some(true),
        ..AccountChange::default()
    })
    .await;
    let newest = Claims { epoch: 3, ..two };
    assert_eq!(
        node.revocations.standing(&newest).await.unwrap(),
        Standing::Revoked
    );
    node.change(AccountChange {
        disabled: Some(false),
        ..AccountChange::default()
    })
    .await;
    let old = node.revocations.standing(&newest).await.unwrap();
    assert!(
        matches!(old, Standing::Changed(_)),
        "made at the epoch of disabling: {old:?}"
    );
    let stranger = Claims {
        subject: Uuid::from_u128(2),
        ..one
    };
    assert_eq!(
        node.revocations.standing(&stranger).await.unwrap(),
        Standing::Good
    );
}

/// REV-4: what is over stays over after a restart, for as long as a token could be presented.
#[tokio::test]
async fn a_restart_revives_nothing() {
    let node = Node::fresh().await;
    node.store.inner.start(&session(1, 1), 20).await.unwrap();
    let end = EndReason::SignedOut;
    let (claims, now) = (node.claims(1), node.now());
    node.store
        .inner
        .end(Uuid::from_u128(1), None, end, now)
        .await
        .unwrap();
    node.revocations.revoke(&node.claims(2)).await.unwrap();
    for (name, seconds, held) in [
        ("at once", 0, 2),
        ("at exp", 900, 2),
        ("after the leeway of both clocks", 961, 0),
    ] {
        let clock = Arc::new(TestClock::default());
        clock.advance(Duration::seconds(seconds));
        let again = Node::start(&node.store, &clock).await;
        let standing = again.revocations.standing(&claims).await.unwrap();
        assert_eq!(standing == Standing::Revoked, held > 0, "{name}");
        assert_eq!(again.revocations.held(), held, "{name}");
        assert_eq!(
            again.revocations.sweep().await.unwrap(),
            if held == 0 { 2 } else { 0 }
        );
    }
}

/// B88: tokens of a key that goes on working for an overlap end with it, and early rather than late
/// where clocks differ. An earlier end that is told later counts.
#[tokio::test]
async fn an_end_to_come_counts_when_it_comes() {
    let node = Node::fresh().await;
    let claims = node.claims(7);
    let ends_at = node.now() + Duration::HOUR;
    let tell = |at: Vec<OffsetDateTime>| {
        let mut index = index::Index::default();
        for at in at {
            let id = claims.session;
            index.apply(Change::Session { id, at }, LIFETIME);
        }
        index
    };
    let standing = |index: &index::Index, now| index.standing(&claims, now, || [0; 32]);
    let index = tell(vec![ends_at]);
    for (name, now, expected) in [
        ("long before", node.now(), Standing::Good),
        (
            "before",
            ends_at - LEEWAY - Duration::MILLISECOND,
            Standing::Good,
        ),
        ("within the leeway", ends_at - LEEWAY, Standing::Revoked),
        ("then", ends_at, Standing::Revoked),
        ("after", ends_at + Duration::HOUR, Standing::Revoked),
    ] {
        assert_eq!(standing(&index, now), expected, "{name}");
    }
    for order in [vec![ends_at, node.now()], vec![node.now(), ends_at]] {
        let index = tell(order);
        assert_eq!(standing(&index, node.now()), Standing::Revoked);
    }
}

/// REV-3: a node that can't hear lets nobody in, and asks on each request until it can.
#[tokio::test]
async fn silence_is_never_consent() {
    let node = Node::fresh().await;
    let claims = node.claims(1);
    node.store.away.store(true, Ordering::SeqCst);
    let asked = || node.store.asked.load(Ordering::SeqCst);
    let before = asked();
    assert_eq!(
        node.revocations.standing(&claims).await.unwrap(),
        Standing::Good
    );
    node.clock.advance(MAX_LAG);
    assert_eq!(
        node.revocations.standing(&claims).await.unwrap(),
        Standing::Good
    );
    assert_eq!(asked(), before, "what is known is fresh enough");
    node.clock.advance(Duration::MILLISECOND);
    for n in 1..=3 {
        assert!(node.revocations.standing(&claims).await.is_err());
        assert_eq!(asked(), before + n);
    }
    assert_eq!(node.revocations.lag(), None);
    node.store.away.store(false, Ordering::SeqCst);
    assert_eq!(
        node.revocations.standing(&claims).await.unwrap(),
        Standing::Good
    );

    node.clock.advance(-Duration::HOUR);
    node.revocations.standing(&claims).await.unwrap();
    assert_eq!(
        asked(),
        before + 5,
        "a clock that was set back makes the age unknown"
    );
}

#[tokio::test]
async fn another_node_hears_of_it() {
    let one = Node::fresh().await;
    let two = Node::start(&one.store, &one.clock).await;
    let claims = one.claims(1);
    one.revocations.revoke(&claims).await.unwrap();
    assert_eq!(
        two.revocations.standing(&claims).await.unwrap(),
        Standing::Good
    );
    two.revocations.sync().await.unwrap();
    assert_eq!(
        two.revocations.standing(&claims).await.unwrap(),
        Standing::Revoked
    );
}

/// REV-2: memory is given back when what it speaks of has run out.
#[tokio::test]
async fn what_ran_out_is_dropped() {
    let node = Node::fresh().await;
    for n in 0..250 {
        node.revocations.revoke(&node.claims(n)).await.unwrap();
    }
    assert_eq!(node.revocations.held(), 250);
    node.clock.advance(LIFETIME + Duration::minutes(2));
    node.revocations.sync().await.unwrap();
    assert_eq!(node.revocations.held(), 0);
}

/// The node that made the token may be ahead by the leeway, and the one that is asked grants it again.
#[tokio::test]
async fn clocks_that_differ_revive_nothing() {
    let node = Node::fresh().await;
    node.store.inner.start(&session(1, 1), 20).await.unwrap();
    let ahead = Claims {
        issued_at: node.now() + LEEWAY,
        expires_at: node.now() + LEEWAY + LIFETIME,
        ..node.claims(1)
    };
    let (id, end) = (Uuid::from_u128(1), EndReason::SignedOut);
    node.store
        .inner
        .end(id, None, end, node.now())
        .await
        .unwrap();
    // The last second in which its `exp` lets it pass.
    node.clock
        .advance(LIFETIME + LEEWAY + LEEWAY - Duration::SECOND);
    let again = Node::start(&node.store, &node.clock).await;
    let standing = again.revocations.standing(&ahead).await.unwrap();
    assert_eq!(standing, Standing::Revoked);
    assert_eq!(again.revocations.sweep().await.unwrap(), 0);
}

/// While the store is slow to refuse, those who wait share its answer: the last of fifty requests
/// waits for two looks, not for fifty.
#[tokio::test]
async fn an_outage_is_waited_for_together() {
    let node = Node::fresh().await;
    let claims = node.claims(1);
    node.store.away.store(true, Ordering::SeqCst);
    node.clock.advance(MAX_LAG + Duration::SECOND);
    let before = node.store.asked.load(Ordering::SeqCst);
    let node = Arc::new(node);
    let calls = (0..50).map(|_| {
        let (node, claims) = (node.clone(), claims.clone());
        tokio::spawn(async move { node.revocations.standing(&claims).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap().is_err(), "nobody is let in");
    }
    let asked = node.store.asked.load(Ordering::SeqCst) - before;
    assert!(asked <= 2, "the store was asked {asked} times");
}
