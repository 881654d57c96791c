//! Who is calling: accounts, passwords, access tokens, refresh tokens, sign-in.
//!
//! ```text
//! register ─► accounts        sign_in ─► passwords ─► refresh (family = session) ─► jwt (access token)
//! request ─► gate ─► bearer ─► jwt::verify ─► session live? account enabled? ─► Principal
//! ```
//!
//! 1. A [`Principal`] exists only where a credential was checked: its constructor is private here.
//! 2. No credential is not a wrong credential: the first passes on without a principal, the second
//!    is refused on every route, public ones too.
//! 3. Two credentials in one request are 400; none of them counts (RFC 6750, section 2).
//! 4. Rights come from the account's record at each request, never from the token.
//! 5. Nobody learns from an answer, or from its time, whether an account exists.

pub mod accounts;
pub mod jwt;
pub mod known_device;
pub mod one_time;
pub mod passwords;
pub mod refresh;
pub mod throttle;

mod bearer;
mod gate;
mod internal_keys;
mod principal;
mod register;
mod sign_in;

pub use bearer::{BearerAuthenticator, CredentialError, bearer_credential};
pub use gate::AuthenticationGate;
pub use internal_keys::{API_KEY_HEADER, InternalCaller, InternalKeys};
pub use principal::Principal;
pub use register::{Registrar, RegistrationFault, RegistrationRequest};
pub use sign_in::{Lifetimes, SignIn, SignInError, SignedIn, Tokens};
