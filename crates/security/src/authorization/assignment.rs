//! Who may change whose roles (AZ-6).
//!
//! 1. Nobody changes their own roles.
//! 2. Nobody gives a right they lack: all that the target would hold, the actor holds.
//! 3. Nobody touches an account that holds a right they lack: a moderator can't demote an administrator,
//!    nor set a password for one.
//! 4. The role `admin` is above denials; only who has it gives or takes it.
//! 5. A role that the policy doesn't know is given to nobody: it could mean anything tomorrow.
//!
//! Which permission opens the way here at all is the route's affair, and that one administrator is left
//! is the store's ([`AccountStore::change`](crate::authentication::accounts::AccountStore::change)).

use super::{Grants, HolderAddress, Permission, Policy, RoleName};
use uuid::Uuid;

/// An account in an assignment, as it is stored now.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its roles.
    pub roles: &'a [RoleName],
    /// Its address.
    pub address: HolderAddress<'a>,
}

/// Why roles are not assigned, or an account not touched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssignmentRefused {
    /// The actor is the target.
    #[error("nobody changes their own roles")]
    OwnRoles,
    /// There is no such role.
    #[error("there is no role `{0}`")]
    UnknownRole(RoleName),
    /// The target would get a right that the actor lacks.
    #[error("the roles would give `{0}`, which whoever gives them lacks")]
    LacksRight(String),
    /// The target has a right that the actor lacks.
    #[error("the account holds `{0}`, which whoever wants to change it lacks")]
    Superior(String),
}

impl Policy {
    /// Whether `actor` may touch `target` at all: disable it, end its sessions, set its tier or password.
    /// Everybody may touch their own account; what of it, the route says.
    pub fn may_touch(
        &self,
        actor: &Holder<'_>,
        target: &Holder<'_>,
    ) -> Result<(), AssignmentRefused> {
        if actor.id == target.id {
            return Ok(());
        }
        match self.lacking(actor, target) {
            Some(right) => Err(AssignmentRefused::Superior(right)),
            None => Ok(()),
        }
    }

    /// Whether `actor` may give `target` the roles `new` in the place of those it has.
    pub fn may_assign(
        &self,
        actor: &Holder<'_>,
        target: &Holder<'_>,
        new: &[RoleName],
    ) -> Result<(), AssignmentRefused> {
        if actor.id == target.id {
            return Err(AssignmentRefused::OwnRoles);
        }
        if let Some(unknown) = new.iter().find(|role| !self.knows(role)) {
            return Err(AssignmentRefused::UnknownRole(unknown.clone()));
        }
        self.may_touch(actor, target)?;
        let changed = Holder {
            roles: new,
            ..*target
        };
        match self.lacking(actor, &changed) {
            Some(right) => Err(AssignmentRefused::LacksRight(right)),
            None => Ok(()),
        }
    }

    /// A right that `other` holds and `actor` lacks.
    fn lacking(&self, actor: &Holder<'_>, other: &Holder<'_>) -> Option<String> {
        if actor.roles.contains(&RoleName::ADMIN) {
            return None;
        }
        if other.roles.contains(&RoleName::ADMIN) {
            return Some("admin:*".to_owned());
        }
        // What the address is given counts for the other even before it is proven: it will be.
        let (HolderAddress::Proven(email) | HolderAddress::Claimed(email)) = other.address;
        let held = self.grants_of(other.roles, HolderAddress::Proven(email));
        let own = self.grants_of(actor.roles, actor.address);
        own.lacks(&held, &self.known)
    }
}

impl Grants {
    /// Something that `other` gives and these don't. Known permissions are compared one by one; a whole
    /// area is given only by who has a whole area, since it gives what will be added to it as well.
    fn lacks(&self, other: &Self, known: &[Permission]) -> Option<String> {
        let permission = known
            .iter()
            .find(|permission| other.allow(permission) && !self.allow(permission));
        if let Some(permission) = permission {
            return Some(permission.to_string());
        }
        let includes = |wide: &_| self.given().iter().any(|grant| grant.includes(wide));
        let wide = other.given().iter().filter(|grant| grant.is_wide());
        let denied = |grant: &_| other.denied().iter().any(|denial| denial.includes(grant));
        wide.into_iter()
            .find(|grant| !includes(grant) && !denied(grant))
            .map(ToString::to_string)
    }
}
