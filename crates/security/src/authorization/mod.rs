//! Roles, permissions and what a route demands.
//!
//! 1. A permission is `area:action` or `area:action:detail`. A grant of `area:*` covers the area,
//!    `admin:*` covers everything ([`Grant::covers`]).
//! 2. Roles are named sets of grants and denials; the [`Policy`] says which. A role that the policy
//!    doesn't know grants nothing.
//! 3. What an account may do is what its roles and the entry for its address give, less what any of
//!    them denies: a denial wins. The role `admin` alone is above denials, and no policy changes it,
//!    so that a policy can't lock the last administrator out.
//! 4. A policy file ([`Policy::parse`]) is refused as a whole, with every fault, or counts as a whole.
//! 5. Nobody gives a right they lack, nor changes their own roles ([`Policy::may_assign`]).
//! 6. What the policy gives an address counts only where the address is proven ([`HolderAddress`]).
//! 7. A route declares its [`Access`]. There is no default: a route without it can't be built.
//! 8. No principal where one is needed is 401; a principal without the permission is 403.
//! 9. What an account may do is worked out at each request: from the roles in its token or, where the
//!    account has changed since, from those it has now ([`Standing`](crate::revocation::Standing)),
//!    by the policy that holds now ([`PolicySource`]). A change of either counts within a second.
//! 10. What concerns the security of the account itself is for the person: [`Access::Session`] refuses
//!     a program's credential, [`Access::Fresh`] also a sign-in that is long ago ([`FRESH`]).
//! 11. A credential with scopes of its own gives what both its owner's rights and its scopes give
//!     ([`Grants::narrowed_by`]), and nobody hands on more than they have ([`Grants::include`]).
//!
//! ```
//! use musicgen_security::authorization::{Permission, Policy, RoleName};
//!
//! let policy = Policy::built_in();
//! let user = policy.grants(&[RoleName::USER]);
//! assert!(user.allow(&Permission::MUSIC_GENERATE));
//! assert!(!user.allow(&Permission::USERS_VIEW));
//! ```

mod access;
mod assignment;
mod builder;
mod cache;
mod change;
mod fault;
mod gate;
mod grant;
mod grants;
mod inheritance;
mod narrowing;
mod permission;
mod policy;
mod policy_file;
mod role;
mod source;
mod tier;

#[cfg(test)]
mod tests;

pub use access::{Access, FRESH, LocalOperator, is_operator};
pub use assignment::{AssignmentRefused, Holder};
pub use builder::{Definition, MAX_ACCOUNTS, MAX_ROLES, PolicyBuilder};
pub use cache::GrantsCache;
pub use change::PolicyChange;
pub use fault::{PolicyFault, PolicyFaults};
pub use gate::AuthorizationGate;
pub use grant::{Grant, GrantError};
pub use grants::Grants;
pub use permission::{ADMINISTRATIVE, Permission};
pub use policy::{HolderAddress, Policy};
pub use policy_file::MAX_POLICY_BYTES;
pub use role::{RoleName, RoleNameError};
pub use source::PolicySource;
pub use tier::Tier;
