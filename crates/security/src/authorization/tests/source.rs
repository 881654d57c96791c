use crate::authorization::{Grants, Permission, Policy, PolicySource, RoleName};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn without_roles() -> Policy {
    Policy {
        roles: BTreeMap::new(),
        accounts: BTreeMap::new(),
        known: Permission::NAMED.into(),
    }
}

/// B13 and B128, the part of one node: what a decision reads is the policy of that moment.
#[test]
fn a_replaced_policy_counts_at_the_next_decision_of_every_handle() {
    let source = PolicySource::new(Policy::built_in());
    let handle = source.clone();
    let may = || {
        let grants = handle.current().grants(&[RoleName::USER]);
        grants.allow(&Permission::MUSIC_GENERATE)
    };
    assert!(may());
    assert_eq!(source.generation(), 0);
    assert_eq!(source.replace(without_roles()), 1);
    assert!(!may());
    assert_eq!(handle.generation(), 1);
    assert_eq!(handle.replace(Policy::built_in()), 2);
    assert!(may());
}

/// Whoever reads the generation and then the policy never takes an old policy for a new one.
#[test]
fn a_generation_is_never_seen_before_its_policy() {
    // The policy of generation n has n roles.
    let of_generation = |n: u64| {
        let mut policy = without_roles();
        for role in 0..n {
            let name = RoleName::parse(&format!("r{role}")).unwrap();
            policy.roles.insert(name, Grants::default());
        }
        Arc::new(policy)
    };
    for _ in 0..20 {
        let source = PolicySource::new(of_generation(0));
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        let generation = source.generation();
                        let policy = source.current();
                        assert!(policy.roles().count() as u64 >= generation);
                    }
                });
            }
            for n in 1..=64 {
                assert_eq!(source.replace(of_generation(n)), n);
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}

#[test]
fn of_overlapping_replacements_each_has_a_generation_of_its_own() {
    for _ in 0..20 {
        let source = PolicySource::new(Policy::built_in());
        let mut seen: Vec<u64> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..32)
                .map(|_| scope.spawn(|| source.replace(Policy::built_in())))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        seen.sort_unstable();
        assert_eq!(seen, (1..=32).collect::<Vec<_>>());
    }
}
