use super::{Grants, PolicySource, RoleName};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// Sets of roles whose grants are kept. A service has a few; a caller can't make any.
const KEPT: usize = 1_024;

/// The grants of a set of roles, worked out once a policy.
#[derive(Debug)]
pub struct GrantsCache {
    policy: PolicySource,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    generation: u64,
    grants: HashMap<Vec<RoleName>, Arc<Grants>>,
}

impl GrantsCache {
    /// By this policy, and by each that replaces it from then on.
    pub fn new(policy: PolicySource) -> Self {
        Self {
            policy,
            kept: RwLock::default(),
        }
    }

    /// What an account with these roles may do.
    pub fn of(&self, account: Uuid, roles: &[RoleName]) -> Arc<Grants> {
        // The generation first: what is worked out by a newer policy is then at worst worked out
        // once more, and never kept under it by an older one.
        let generation = self.policy.generation();
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if let (true, Some(grants)) = (kept.generation == generation, kept.grants.get(roles)) {
                return grants.clone();
            }
        }
        let policy = self.policy.current();
        let _ = account;
        let grants = Arc::new(policy.grants(roles));
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.generation != generation || kept.grants.len() >= KEPT {
            kept.grants.clear();
            kept.generation = generation;
        }
        kept.grants.insert(roles.to_vec(), grants.clone());
        grants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::{Permission, Policy};

    #[test]
    fn a_new_policy_counts_at_once() {
        let source = PolicySource::new(Policy::built_in());
        let cache = GrantsCache::new(source.clone());
        let of = |roles: &[RoleName]| cache.of(Uuid::nil(), roles);
        assert!(of(&[RoleName::USER]).allow(&Permission::MUSIC_GENERATE));
        assert!(Arc::ptr_eq(&of(&[RoleName::USER]), &of(&[RoleName::USER])));
        assert!(!of(&[]).allow(&Permission::MUSIC_GENERATE));
        let before = of(&[RoleName::USER]);
        source.replace(Policy::built_in());
        assert!(!Arc::ptr_eq(&before, &of(&[RoleName::USER])));
    }

    #[test]
    fn it_is_bounded() {
        let cache = GrantsCache::new(PolicySource::new(Policy::built_in()));
        for n in 0..3_000 {
            let role = RoleName::parse(&format!("role{n}")).unwrap();
            cache.of(Uuid::nil(), &[role]);
            assert!(cache.kept.read().unwrap().grants.len() <= KEPT);
        }
    }
}
