//! Where input becomes a type.
//!
//! 1. A body is JSON of RFC 8259 in UTF-8, without a byte order mark, at most 32 levels deep,
//!    within the route's size; numbers fit into 64 bits. Anything else is 400 (413 for the size).
//! 2. A member that a type reads may stand only once: a repetition is 400, because two programs
//!    could read two meanings.
//! 3. A member that a type doesn't read is 422 `unknown_field`.
//! 4. `null` is not absence, a number in a string is not a number, an integer has no fraction.
//! 5. All that is wrong is reported at once, each with a JSON Pointer.
//! 6. Bodies are declared as `application/json`, once, and not compressed: else 415 (CSRF-10: a
//!    form on another site can send text/plain without asking, but not this).
//! 7. [`Text`] decides what characters a text may have, and counts in code points.
//! 8. What a route doesn't declare it doesn't take, whatever its handler reads: [`InputRule`].
//! 9. A body is read within its route's [`BodyLimit`] and within what the process holds at once for all
//!    of them ([`BodyMemory`]).
//! 10. [`Valid`] can only be made here, so a handler that takes it has checked input.

mod accept;
mod fields;
mod input;
mod json;
mod limits;
mod memory;
mod query;
mod text;

#[cfg(feature = "axum")]
mod body;
#[cfg(test)]
mod tests;

#[cfg(feature = "axum")]
pub use body::{Valid, ValidQuery};
pub use fields::{Fields, FromFields, read};
pub use input::InputRule;
pub use json::{Json, JsonError, MAX_DEPTH, Object};
pub use limits::{
    AllowedHosts, HostFault, InvalidHost, LimitsFuture, LimitsLayer, LimitsService, Load,
    MAX_FIELD_BYTES, MAX_FIELDS, MAX_HEAD_BYTES, MAX_TARGET_BYTES, PathFault, RequestLimits,
    Ticket, check_path,
};
pub(crate) use memory::BodyShare;
pub use memory::{BodyLimit, BodyMemory};
pub(crate) use query::decode_form;
pub use query::{QueryError, parse_query};
pub use text::Text;
