use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;
use zeroize::Zeroizing;

const PREFIX: &str = "mgr_";
const TEXT_LENGTH: usize = PREFIX.len() + 64;

/// A refresh token as its holder sees it.
#[derive(Clone)]
pub struct RefreshToken {
    family: Uuid,
    secret: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshToken")
            .field("family", &self.family)
            .finish_non_exhaustive()
    }
}

impl RefreshToken {
    pub(super) fn new(family: Uuid, secret: [u8; 32]) -> Self {
        Self {
            family,
            secret: Zeroizing::new(secret),
        }
    }

    /// Reads a token; anything but the one spelling of 48 bytes is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_LENGTH {
            return None;
        }
        let mut bytes = Zeroizing::new([0_u8; 48]);
        let encoded = text.strip_prefix(PREFIX)?;
        let written = URL_SAFE_NO_PAD
            .decode_slice(encoded, bytes.as_mut_slice())
            .ok()?;
        let (id, secret) = bytes.get(..written)?.split_at_checked(16)?;
        Some(Self::new(
            Uuid::from_slice(id).ok()?,
            secret.try_into().ok()?,
        ))
    }

    /// The text to hand out.
    pub fn to_text(&self) -> String {
        let mut bytes = Zeroizing::new([0_u8; 48]);
        bytes[..16].copy_from_slice(self.family.as_bytes());
        bytes[16..].copy_from_slice(self.secret.as_slice());
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes.as_slice()))
    }

    /// The family it belongs to, if it is genuine.
    pub fn family(&self) -> Uuid {
        self.family
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, self.secret.as_slice()).as_ref());
        hash
    }

    /// The token that follows it; the same each time.
    pub(super) fn successor(&self, key: &hmac::Key) -> Self {
        let mut context = hmac::Context::with_key(key);
        context.update(self.family.as_bytes());
        context.update(self.secret.as_slice());
        let mut secret = [0; 32];
        secret.copy_from_slice(context.sign().as_ref());
        Self::new(self.family, secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        let token = RefreshToken::new(Uuid::from_u128(7), [9; 32]);
        let text = token.to_text();
        assert_eq!(text.len(), 68);
        assert_eq!(RefreshToken::parse(&text).unwrap().to_text(), text);
        for wrong in [
            String::new(),
            text[..67].to_owned(),
            format!("{text}A"),
            format!("{text}="),
            text.replace("mgr_", "MGR_"),
            text.replacen('A', "+", 1),
            format!(" {}", &text[..67]),
            "é".repeat(34),
        ] {
            assert!(RefreshToken::parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        let token = RefreshToken::new(Uuid::nil(), [0xAB; 32]);
        assert!(!format!("{token:?}").to_lowercase().contains("ab, ab"));
        assert!(!format!("{token:?}").contains("171"));
    }
}
