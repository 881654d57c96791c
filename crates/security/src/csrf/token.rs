use super::CsrfFault;
use crate::cookies::Presented;
use crate::random::SharedRandom;
use crate::secrets::SecretRing;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a token is good after a renewal has replaced it: what is on its way arrives.
pub const OVERLAP: Duration = Duration::seconds(60);

/// How long a token without a session is good: a sign-in page may lie open for a day.
pub const PRE_SESSION_LIFETIME: Duration = Duration::hours(24);

/// The longest text that is looked at.
pub const MAX_TOKEN_BYTES: usize = 256;

const NONCE: usize = 16;
const TIME: usize = 8;
const TAG: usize = 32;

/// What a token is good for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Binding<'a> {
    /// A session.
    Session(Uuid),
    /// A random value in a cookie, before there is a session.
    PreSession(&'a [u8]),
}

impl std::fmt::Debug for Binding<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session(id) => f.debug_tuple("Session").field(id).finish(),
            Self::PreSession(_) => f.write_str("PreSession(…)"),
        }
    }
}

/// A token's text: for the cookie, and for the page or script that sends it back.
#[derive(Clone)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfToken(…)")
    }
}

/// Makes and verifies tokens. Cheap to clone.
#[derive(Clone)]
pub struct CsrfTokens {
    /// The current key and, after it, those that only verify.
    keys: Arc<[hmac::Key]>,
    random: SharedRandom,
}

impl std::fmt::Debug for CsrfTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsrfTokens")
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

impl CsrfTokens {
    /// Signs with the ring's current secret and verifies with all of them.
    pub fn new(ring: &SecretRing, random: SharedRandom) -> Self {
        Self {
            keys: ring.derive("csrf token").into(),
            random,
        }
    }

    /// A new token.
    pub fn issue(&self, binding: Binding<'_>, now: OffsetDateTime) -> CsrfToken {
        let mut token = Vec::with_capacity(NONCE + TIME + TAG);
        token.resize(NONCE, 0);
        self.random.fill(&mut token);
        token.extend_from_slice(&unix_ms(now).to_be_bytes());
        let message = message(binding, &token);
        // A ring always has a current key; without one, the token would verify nowhere.
        if let Some(key) = self.keys.first() {
            token.extend_from_slice(hmac::sign(key, &message).as_ref());
        }
        CsrfToken(URL_SAFE_NO_PAD.encode(token))
    }

    /// Whether the cookie and what was sent beside it are one token, of this binding, and still good.
    /// `renewed_at` is when the session was last renewed.
    pub fn verify(
        &self,
        cookie: Presented<'_>,
        sent: Option<&[u8]>,
        binding: Binding<'_>,
        renewed_at: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Result<(), CsrfFault> {
        let cookie = cookie_text(cookie)?;
        let sent = sent.ok_or(CsrfFault::TokenMissing)?;
        if !(1..=MAX_TOKEN_BYTES).contains(&sent.len()) || !sent.is_ascii() {
            return Err(CsrfFault::TokenMalformed);
        }
        if verify_slices_are_equal(cookie.as_bytes(), sent).is_err() {
            return Err(CsrfFault::TokenMismatch);
        }
        let issued_at = self.opened(sent, binding)?;
        if is_good(issued_at, binding, renewed_at, now) {
            Ok(())
        } else {
            Err(CsrfFault::TokenExpired)
        }
    }

    /// When a token of this binding was issued, in Unix milliseconds.
    fn opened(&self, text: &[u8], binding: Binding<'_>) -> Result<i64, CsrfFault> {
        let token = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| CsrfFault::TokenMalformed)?;
        let (signed, tag) = token
            .split_at_checked(NONCE + TIME)
            .filter(|(_, tag)| tag.len() == TAG)
            .ok_or(CsrfFault::TokenMalformed)?;
        let issued_at = signed
            .last_chunk::<TIME>()
            .map(|bytes| i64::from_be_bytes(*bytes))
            .ok_or(CsrfFault::TokenMalformed)?;
        let message = message(binding, signed);
        // Every key each time: how long it takes doesn't tell which one signed.
        let valid = self.keys.iter().fold(false, |valid, key| {
            hmac::verify(key, &message, tag).is_ok() | valid
        });
        if valid {
            Ok(issued_at)
        } else {
            Err(CsrfFault::TokenInvalid)
        }
    }
}

/// The cookie's value, once and not obviously wrong.
pub(super) fn cookie_text(cookie: Presented<'_>) -> Result<&str, CsrfFault> {
    match cookie {
        Presented::One(text) => Ok(text),
        Presented::Absent => Err(CsrfFault::CookieMissing),
        Presented::Ambiguous => Err(CsrfFault::CookieAmbiguous),
        Presented::Broken => Err(CsrfFault::TokenMalformed),
    }
}

fn unix_ms(time: OffsetDateTime) -> i64 {
    time.unix_timestamp_nanos().div_euclid(1_000_000) as i64
}

/// What is signed. The first byte tells the two bindings apart, and what follows a binding always
/// has the same length: no two of them can be confused.
fn message(binding: Binding<'_>, nonce_and_time: &[u8]) -> Vec<u8> {
    let (kind, bound) = match &binding {
        Binding::Session(id) => (1, id.as_bytes().as_slice()),
        Binding::PreSession(value) => (2, *value),
    };
    [&[kind], bound, nonce_and_time].concat()
}

/// Times are compared in whole milliseconds, as the token has them: one made in the same moment as
/// the renewal belongs to it.
fn is_good(
    issued_at: i64,
    binding: Binding<'_>,
    renewed_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> bool {
    let now = unix_ms(now);
    let lasts = |since: i64, length: Duration| {
        now < since.saturating_add(length.whole_milliseconds() as i64)
    };
    let replaced = renewed_at
        .map(unix_ms)
        .is_some_and(|renewed| issued_at < renewed && !lasts(renewed, OVERLAP));
    let left_open =
        matches!(binding, Binding::PreSession(_)) && !lasts(issued_at, PRE_SESSION_LIFETIME);
    !replaced && !left_open
}
