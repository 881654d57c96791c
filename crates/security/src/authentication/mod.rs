//! Who is calling: accounts, passwords, access tokens, refresh tokens, sign-in.
//!
//! ```text
//! register ─► accounts        sign_in ─► passwords ─► session ─► refresh token, jwt (access token)
//! request ─► gate ─► bearer ─► jwt::verify ─► revocation: over? changed? ─► Principal
//!                 └► api_key ─► api_keys, accounts ────────────────────────────┘
//! ```
//!
//! 1. A [`Principal`] exists only where a credential was checked: its constructor is private here.
//! 2. No credential is not a wrong credential: the first passes on without a principal, the second
//!    is refused on every route, public ones too.
//! 3. Two credentials in one request are 400; none of them counts (RFC 6750, section 2).
//! 4. A token that is over is refused, also when a cache knows it; rights that have changed since it
//!    was made are those of now ([`revocation`](crate::revocation)).
//! 5. Nobody learns from an answer, or from its time, whether an account exists.

pub mod accounts;
pub mod credentials;
pub mod jwt;
pub mod known_device;
pub mod oauth;
pub mod one_time;
pub mod passwords;
pub mod refresh;
pub mod throttle;

mod api_key;
mod bearer;
mod gate;
mod holder;
mod internal_keys;
mod principal;
mod register;
mod session_tokens;
mod sign_in;

pub use api_key::{KeyAuthenticator, RefusedKeys};
pub use bearer::{CredentialError, TokenAuthenticator, bearer_credential};
pub use gate::AuthenticationGate;
pub(crate) use gate::is_basic;
pub(crate) use holder::RefreshHolder;
pub use holder::SessionHolder;
pub use internal_keys::{API_KEY_HEADER, InternalCaller, InternalKeys};
pub use principal::{Credential, Principal};
pub use register::{Registrar, RegistrationFault, RegistrationRequest};
pub use session_tokens::{
    SessionError, SessionParts, SessionRequest, SessionTokens, SignedIn, Tokens,
};
pub use sign_in::{Failure, FirstFactor, Proof, SignIn, SignInError, SignInParts, WrongCause};
