//! Roles, permissions and what a route demands.
//!
//! 1. A permission is `area:action` or `area:action:detail`. A grant of `area:*` covers the area,
//!    `admin:*` covers everything ([`Grant::covers`]).
//! 2. Roles are named sets of grants; the [`Policy`] says which. A role that the policy doesn't
//!    know grants nothing.
//! 3. A route declares its [`Access`]. There is no default: a route without it can't be built.
//! 4. No principal where one is needed is 401; a principal without the permission is 403.
//! 5. Rights are read from the account's record at each request, never from a token, so that a
//!    change of role counts at once.
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
mod gate;
mod permission;
mod policy;
mod tier;

pub use access::{Access, LocalOperator, is_operator};
pub use gate::AuthorizationGate;
pub use permission::{Grant, GrantError, Grants, Permission};
pub use policy::{Policy, RoleName, RoleNameError};
pub use tier::Tier;
