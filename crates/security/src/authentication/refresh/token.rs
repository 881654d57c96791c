use crate::sessions::Session;
use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;
use zeroize::Zeroizing;

const PREFIX: &str = "mgr_";
const BYTES: usize = 16 + 32 + TAG;
const TAG: usize = 16;
/// The length of a token's text.
const TEXT_LENGTH: usize = PREFIX.len() + (BYTES * 4).div_ceil(3);

/// A refresh token as its holder sees it.
#[derive(Clone)]
pub struct RefreshToken {
    session: Uuid,
    secret: Zeroizing<[u8; 32]>,
    tag: [u8; TAG],
}

/// The keys of tags and of successors, made from one secret.
pub(super) struct Keys {
    tag: hmac::Key,
    successor: hmac::Key,
}

impl Keys {
    pub(super) fn new(secret: &crate::secrets::Secret) -> Self {
        Self {
            tag: secret.derive("refresh token tag"),
            successor: secret.derive("refresh token successor"),
        }
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshToken")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

impl RefreshToken {
    pub(super) fn new(session: Uuid, secret: [u8; 32], keys: &Keys) -> Self {
        let secret = Zeroizing::new(secret);
        let tag = tag(session, &secret, keys);
        Self {
            session,
            secret,
            tag,
        }
    }

    /// Reads a token; anything but the one spelling of 64 bytes is `None`. Whether it is ours is
    /// another question.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_LENGTH {
            return None;
        }
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        let encoded = text.strip_prefix(PREFIX)?;
        let written = URL_SAFE_NO_PAD
            .decode_slice(encoded, bytes.as_mut_slice())
            .ok()?;
        let (id, rest) = bytes.get(..written)?.split_at_checked(16)?;
        let (secret, tag) = rest.split_at_checked(32)?;
        Some(Self {
            session: Uuid::from_slice(id).ok()?,
            secret: Zeroizing::new(secret.try_into().ok()?),
            tag: tag.try_into().ok()?,
        })
    }

    /// Whether it was made under these keys.
    pub(super) fn is_ours(&self, keys: &Keys) -> bool {
        let expected = tag(self.session, &self.secret, keys);
        verify_slices_are_equal(&expected, &self.tag).is_ok()
    }

    /// The text to hand out.
    pub fn to_text(&self) -> String {
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        bytes[..16].copy_from_slice(self.session.as_bytes());
        bytes[16..48].copy_from_slice(self.secret.as_slice());
        bytes[48..].copy_from_slice(&self.tag);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes.as_slice()))
    }

    /// The session it belongs to, if it is ours.
    pub fn session(&self) -> Uuid {
        self.session
    }

    /// Whether it is the one that a session's next rotation takes.
    pub(crate) fn is_current_of(&self, session: &Session) -> bool {
        self.session == session.id
            && verify_slices_are_equal(&self.hash(), &session.current).is_ok()
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, self.secret.as_slice()).as_ref());
        hash
    }

    /// The token that follows it; the same each time.
    pub(super) fn successor(&self, keys: &Keys) -> Self {
        let mut context = hmac::Context::with_key(&keys.successor);
        context.update(self.session.as_bytes());
        context.update(self.secret.as_slice());
        let mut secret = [0; 32];
        secret.copy_from_slice(context.sign().as_ref());
        Self::new(self.session, secret, keys)
    }
}

fn tag(session: Uuid, secret: &[u8; 32], keys: &Keys) -> [u8; TAG] {
    let mut context = hmac::Context::with_key(&keys.tag);
    context.update(session.as_bytes());
    context.update(secret);
    let mut tag = [0; TAG];
    tag.copy_from_slice(&context.sign().as_ref()[..TAG]);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secret;

    fn keys(secret: u8) -> Keys {
        Keys::new(&Secret::new([secret; 32]))
    }

    #[test]
    fn one_spelling() {
        let token = RefreshToken::new(Uuid::from_u128(7), [9; 32], &keys(1));
        let text = token.to_text();
        assert_eq!(text.len(), 90);
        assert_eq!(RefreshToken::parse(&text).unwrap().to_text(), text);
        for wrong in [
            String::new(),
            text[..89].to_owned(),
            format!("{text}A"),
            format!("{text}="),
            text.replace("mgr_", "MGR_"),
            text.replacen('A', "+", 1),
            format!(" {}", &text[..89]),
            "é".repeat(45),
        ] {
            assert!(RefreshToken::parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn no_bit_can_be_changed() {
        let text = RefreshToken::new(Uuid::from_u128(7), [9; 32], &keys(1)).to_text();
        let mut bytes = URL_SAFE_NO_PAD.decode(&text[4..]).unwrap();
        let is_ours = |bytes: &[u8]| {
            let text = format!("mgr_{}", URL_SAFE_NO_PAD.encode(bytes));
            RefreshToken::parse(&text).unwrap().is_ours(&keys(1))
        };
        assert!(is_ours(&bytes));
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_ours(&bytes), "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        let token = RefreshToken::parse(&text).unwrap();
        assert!(!token.is_ours(&keys(2)), "another secret");
        assert!(token.successor(&keys(1)).is_ours(&keys(1)));
    }

    #[test]
    fn debug_hides_the_secret() {
        let token = RefreshToken::new(Uuid::nil(), [0xAB; 32], &keys(1));
        assert!(!format!("{token:?}").to_lowercase().contains("ab, ab"));
        assert!(!format!("{token:?}").contains("171"));
    }
}
