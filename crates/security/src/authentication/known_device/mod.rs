//! Devices that signed in before.
//!
//! 1. A sign-in hands out a token that says: this device has signed in to that account. It is no
//!    credential: it opens nothing, it only gets a device an allowance of its own when strangers try
//!    the account ([`throttle`](super::throttle)), and tells a new device from a known one.
//! 2. The token is `mgd_` and the base64url form of 56 bytes: the device's random id (16), the end of
//!    its life in Unix seconds (8), and HMAC-SHA-256 (32) of both, the account and its epoch.
//! 3. The account and the epoch are not in it: a token tells nobody whose it is, and is good for one
//!    account alone. The epoch is [`Account::min_epoch`](super::accounts::Account::min_epoch): when
//!    sessions end by a change of the account, all its tokens are void; nothing is stored.
//! 4. Each sign-in hands out a new one for the same device, under the current secret.
//!
//! ```
//! # use musicgen_security::authentication::known_device::KnownDevices;
//! # use musicgen_security::random::SystemRandom;
//! # use musicgen_security::secrets::Secret;
//! # use std::sync::Arc;
//! # let now = time::OffsetDateTime::UNIX_EPOCH;
//! # let (account, epoch) = (uuid::Uuid::from_u128(1), 7);
//! let devices = KnownDevices::new(&Secret::new([1; 32]).into(), Arc::new(SystemRandom));
//! let token = devices.issue(account, epoch, None, now);
//! let device = devices.verify(&token.to_text(), account, epoch, now);
//! assert_eq!(device, Some(token.device()));
//! assert_eq!(devices.verify(&token.to_text(), account, epoch + 1, now), None);
//! ```

use crate::random::SharedRandom;
use crate::secrets::SecretRing;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a device is known after its last sign-in.
pub const LIFETIME: Duration = Duration::days(365);

const PREFIX: &str = "mgd_";
/// Id and end.
const CLAIMS: usize = 24;
const BYTES: usize = CLAIMS + 32;
/// In base64, without padding.
const TEXT: usize = (BYTES * 8).div_ceil(6);

/// Issues and verifies tokens of known devices.
pub struct KnownDevices {
    /// The current one first.
    keys: Vec<hmac::Key>,
    random: SharedRandom,
}

impl std::fmt::Debug for KnownDevices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownDevices").finish_non_exhaustive()
    }
}

/// A token to hand out.
#[derive(Clone)]
pub struct DeviceToken {
    bytes: [u8; BYTES],
    device: Uuid,
    expires_at: OffsetDateTime,
}

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceToken")
            .field("device", &self.device)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl DeviceToken {
    /// The text for the cookie or the answer.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.bytes))
    }

    /// The device's id.
    pub fn device(&self) -> Uuid {
        self.device
    }

    /// The end of its life, for the cookie.
    pub fn expires_at(&self) -> OffsetDateTime {
        self.expires_at
    }
}

impl KnownDevices {
    /// Tokens under the current secret of the ring; those under the others are understood.
    pub fn new(secrets: &SecretRing, random: SharedRandom) -> Self {
        Self {
            keys: secrets.derive("known device"),
            random,
        }
    }

    /// A token for the device that signed in to this account; `known` is its id, if
    /// [`verify`](Self::verify) found it.
    pub fn issue(
        &self,
        account: Uuid,
        epoch: u64,
        known: Option<Uuid>,
        now: OffsetDateTime,
    ) -> DeviceToken {
        let device = known.unwrap_or_else(|| self.random.uuid());
        let end = (now + LIFETIME).unix_timestamp();
        let mut bytes = [0; BYTES];
        let (claims, tag) = bytes.split_at_mut(CLAIMS);
        claims[..16].copy_from_slice(device.as_bytes());
        claims[16..].copy_from_slice(&end.to_be_bytes());
        // There is always a current key.
        if let Some(key) = self.keys.first() {
            let made = hmac::sign(key, &signed(claims, account, epoch));
            tag.copy_from_slice(made.as_ref());
        }
        DeviceToken {
            bytes,
            device,
            expires_at: OffsetDateTime::from_unix_timestamp(end).unwrap_or(now),
        }
    }

    /// The device that a token is for, if it is good for this account now.
    ///
    /// Where there is no account, ask with [`Uuid::nil`]: the work is the same.
    pub fn verify(
        &self,
        text: &str,
        account: Uuid,
        epoch: u64,
        now: OffsetDateTime,
    ) -> Option<Uuid> {
        let text = text.strip_prefix(PREFIX)?;
        if text.len() != TEXT {
            return None;
        }
        let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (claims, tag) = bytes.split_at(CLAIMS);
        let signed = signed(claims, account, epoch);
        let is_ours = |key| hmac::verify(key, &signed, tag).is_ok();
        // All keys, so that the time doesn't tell which.
        let good = self.keys.iter().filter(|key| is_ours(key)).count();
        let (device, end) = claims.split_at_checked(16)?;
        let end = i64::from_be_bytes(end.try_into().ok()?);
        (good > 0 && end > now.unix_timestamp())
            .then(|| Uuid::from_slice(device).ok())
            .flatten()
    }
}

/// What the tag is made of: every part has a fixed length.
fn signed(claims: &[u8], account: Uuid, epoch: u64) -> Vec<u8> {
    [claims, account.as_bytes(), &epoch.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests;
