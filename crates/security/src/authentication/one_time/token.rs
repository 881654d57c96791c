use super::Purpose;
use crate::random::Random;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

const PREFIX: &str = "mgo_";
/// 32 bytes in base64, without padding.
const TEXT: usize = 43;

/// A one-time token. Its text is the only thing that can be presented.
#[derive(Clone)]
pub struct OneTimeToken(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for OneTimeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeToken(…)")
    }
}

impl OneTimeToken {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random.secret()))
    }

    /// Reads the one spelling.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(PREFIX)?;
        if text.len() != TEXT {
            return None;
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// The text for the link.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// What is stored of it when it is for this.
    pub(super) fn hash(&self, purpose: Purpose) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(purpose.id().as_bytes());
        context.update(&[0]);
        context.update(self.0.as_slice());
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRandom;

    #[test]
    fn one_spelling() {
        let token = OneTimeToken::new(&TestRandom::default());
        let text = token.to_text();
        assert_eq!(text.len(), 47);
        assert_eq!(OneTimeToken::parse(&text).unwrap().to_text(), text);
        let last_bit = format!("{}B", "mgo_".to_owned() + &"A".repeat(42));
        let endless = "mgo_".to_owned() + &"A".repeat(1_000_000);
        for wrong in [
            String::new(),
            text[..46].to_owned(),
            format!("{text}A"),
            format!("{text}="),
            text.replace("mgo_", "MGO_"),
            text.replace("mgo_", "mgr_"),
            format!(" {}", &text[..46]),
            format!("{}+", &text[..46]),
            "é".repeat(23),
            last_bit,
            endless,
        ] {
            assert!(OneTimeToken::parse(&wrong).is_none(), "{wrong:.60}");
        }
        assert_eq!(format!("{token:?}"), "OneTimeToken(…)");
    }

    #[test]
    fn every_purpose_has_a_hash_of_its_own() {
        let token = OneTimeToken::new(&TestRandom::default());
        let mut hashes = Purpose::ALL.map(|purpose| token.hash(purpose)).to_vec();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), Purpose::ALL.len());
    }
}
