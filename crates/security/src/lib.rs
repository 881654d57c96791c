//! Security stages for axum and tower services.
//!
//! ```text
//! request ─► edge: request_id ► client_ip ► headers ► cors ► problem ► panic ► address_rate_limit
//!              └► router ─► route: attempt_rate_limit ► cookies ► sessions ► csrf ► authentication
//!                                  ► principal_rate_limit ► authorization
//!                              └► handler arguments: validation ─► handler
//! ```
//!
//! The order stands once, in [`stack`]. Data changes type as it gains trust: a raw request, then a
//! [`Principal`](authentication::Principal), then a [`Valid`](validation::Valid) body; each can be
//! made only by the module that checks.
//!
//! ```
//! use axum::{Router, routing::get};
//! use musicgen_security::authentication::throttle::ThrottleStore;
//! use musicgen_security::authentication::{Principal, accounts::AccountStore};
//! use musicgen_security::authorization::Access;
//! use musicgen_security::revocation::RevocationStore;
//! use musicgen_security::secrets::Secret;
//! use musicgen_security::sessions::SessionStore;
//! use musicgen_security::stack::{SecurityStack, Site, StackKeys, Stores};
//!
//! async fn service(
//!     secret: &Secret, // 32 bytes or more, kept by the service
//!     stores: Stores<
//!         impl AccountStore + Clone,
//!         impl SessionStore,
//!         impl RevocationStore,
//!         impl ThrottleStore,
//!     >,
//! ) -> Result<Router, Box<dyn std::error::Error>> {
//!     let site = Site::new("shop", "https://shop.example")?;
//!     let keys = StackKeys::from_secret(secret)?;
//!     let stack = SecurityStack::builder(site, keys, stores).start().await?;
//!     let orders = get(async |caller: Principal| caller.account_id().to_string());
//!     Ok(Router::new()
//!         .route("/orders", orders.route_layer(stack.route(Access::Authenticated)))
//!         .layer(stack.edge()))
//! }
//! ```
//!
//! Four programs that run stand in `examples/`; `README.md` says what each shows, and why the stages
//! stand in this order.
//!
//! This crate knows HTTP and rules. It has no SQL, reads no environment, and takes time and
//! randomness as parameters ([`clock`], [`random`]). Storage is a trait beside the rules it serves,
//! with a contract suite that every implementation runs (feature `testing`).

pub mod api_keys;
pub mod authentication;
pub mod authorization;
pub mod client_ip;
pub mod clock;
pub mod cookies;
pub mod cors;
pub mod csrf;
pub mod framing;
pub mod gate;
pub mod headers;
pub mod panic;
pub mod problem;
pub mod proxy_protocol;
pub mod random;
pub mod rate_limiting;
pub mod request_id;
pub mod revocation;
pub mod secrets;
pub mod sessions;
pub mod stack;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod validation;
