use crate::random::SharedRandom;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use zeroize::Zeroizing;

/// Sorted as in ASCII, as in the tokens of GitHub.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX_LENGTH: usize = "mg_live_".len();
/// 62^43 is a little more than 2^256.
const SECRET_LENGTH: usize = 43;
/// 62^6 is more than 2^32.
const CHECKSUM_LENGTH: usize = 6;
const LENGTH: usize = PREFIX_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;
const TAIL_LENGTH: usize = 4;

/// The word in a key that says how bad a leak is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyMode {
    /// For the real thing.
    Live,
    /// For staging and for trying things out.
    Test,
}

impl KeyMode {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Live, Self::Test];

    /// The word in the API and the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.id() == id)
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Live => "mg_live_",
            Self::Test => "mg_test_",
        }
    }
}

/// A key as its holder sees it: of the right form and with the right checksum. Whether it is
/// anybody's, the store knows.
#[derive(Clone)]
pub struct ApiKeyText {
    text: Zeroizing<String>,
    mode: KeyMode,
}

impl std::fmt::Debug for ApiKeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKeyText({}…)", self.mode.prefix())
    }
}

impl ApiKeyText {
    /// A new key.
    pub fn generate(mode: KeyMode, random: &SharedRandom) -> Self {
        let secret = Zeroizing::new(random.secret());
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        text.push_str(mode.prefix());
        push_base62::<SECRET_LENGTH>(&mut text, *secret);
        let checksum = crc32(text.as_bytes());
        push_base62::<CHECKSUM_LENGTH>(&mut text, checksum.to_be_bytes());
        Self { text, mode }
    }

    /// Reads a key; anything but the one spelling, or with a wrong checksum, is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut modes = KeyMode::ALL.iter().copied();
        let mode = modes.find(|mode| text.starts_with(mode.prefix()))?;
        if text.len() != LENGTH {
            return None;
        }
        let (signed, checksum) = text.split_at_checked(PREFIX_LENGTH + SECRET_LENGTH)?;
        let secret = signed.get(PREFIX_LENGTH..)?;
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let mut expected = String::with_capacity(CHECKSUM_LENGTH);
        push_base62::<CHECKSUM_LENGTH>(&mut expected, crc32(signed.as_bytes()).to_be_bytes());
        (checksum == expected).then(|| Self {
            text: Zeroizing::new(text.to_owned()),
            mode,
        })
    }

    /// Whether a text is meant as one of these keys, right or wrong: no other credential begins so.
    pub fn looks_like(text: &str) -> bool {
        KeyMode::ALL
            .iter()
            .any(|mode| text.starts_with(mode.prefix()))
    }

    /// The text, to hand out once.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its mode.
    pub fn mode(&self) -> KeyMode {
        self.mode
    }

    /// What is stored of it.
    pub fn hash(&self) -> KeyHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, self.text.as_bytes()).as_ref());
        KeyHash(hash)
    }

    /// Its last four characters, to recognise it by. They belong to the checksum.
    pub fn tail(&self) -> &str {
        self.text.get(LENGTH - TAIL_LENGTH..).unwrap_or_default()
    }
}

/// SHA-256 of a key's whole text. Compared in constant time.
#[derive(Clone, Copy)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// From a store.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For a store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for KeyHash {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for KeyHash {}

impl std::fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = self.0.first_chunk().copied().map(u32::from_be_bytes);
        write!(f, "KeyHash({:08x}…)", short.unwrap_or_default())
    }
}

/// Appends a big-endian number as `N` digits, with leading zeros. `N` digits have to be enough.
fn push_base62<const N: usize>(text: &mut String, mut number: impl AsMut<[u8]>) {
    let mut digits = Zeroizing::new([0_u8; N]);
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u16;
        for byte in number.as_mut() {
            let value = rest << 8 | u16::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        *digit = ALPHABET[usize::from(rest)];
    }
    text.extend(digits.iter().copied().map(char::from));
}

/// CRC-32/ISO-HDLC (ITU-T V.42, RFC 1952 section 8).
fn crc32(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRandom;
    use std::sync::Arc;

    fn key(mode: KeyMode) -> ApiKeyText {
        let random: SharedRandom = Arc::new(TestRandom::default());
        ApiKeyText::generate(mode, &random)
    }

    /// The catalogue of CRC algorithms gives this check value.
    #[test]
    fn the_checksum_is_the_usual_crc32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    /// The figures of another implementation (Python: `int.from_bytes`, `divmod`).
    #[test]
    fn base62_of_known_numbers() {
        let mut text = String::new();
        push_base62::<43>(&mut text, [0xFF; 32]);
        assert_eq!(text, "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1");
        text.clear();
        push_base62::<43>(&mut text, [0; 32]);
        assert_eq!(text, "0".repeat(43));
        text.clear();
        push_base62::<6>(&mut text, u32::MAX.to_be_bytes());
        assert_eq!(text, "4gfFC3");
        text.clear();
        push_base62::<6>(&mut text, 61_u32.to_be_bytes());
        assert_eq!(text, "00000z");
    }

    /// KEY-1: the form that the module's documentation gives to scanners.
    #[test]
    fn a_key_has_the_documented_form() {
        for (mode, prefix) in [(KeyMode::Live, "mg_live_"), (KeyMode::Test, "mg_test_")] {
            let key = key(mode);
            let text = key.expose();
            assert_eq!(text.len(), 57);
            let rest = text.strip_prefix(prefix).unwrap();
            assert!(rest.len() == 49 && rest.bytes().all(|b| b.is_ascii_alphanumeric()));
            assert!(ApiKeyText::looks_like(text));
            let read = ApiKeyText::parse(text).unwrap();
            assert_eq!((read.expose(), read.mode()), (text, mode));
            assert_eq!(read.hash(), key.hash());
            assert!(text.ends_with(key.tail()) && key.tail().len() == 4);
        }
    }

    /// A key that is published here, so that other programs can test their scanners with it.
    #[test]
    fn the_example_is_a_key() {
        let example = "mg_test_fZm7EkC7FQZMem8gzQxBZtnvLMojWWwB5ryK8SAd6rc3lWm9E";
        assert!(ApiKeyText::parse(example).is_some());
        assert_eq!(key(KeyMode::Test).expose(), example);
    }

    /// KEY-1, B86: whatever single character is wrong, wherever it is.
    #[test]
    fn every_wrong_character_is_noticed() {
        let text = key(KeyMode::Live).expose().to_owned();
        for at in 0..text.len() {
            for byte in (0..=0x7F_u8).filter(|byte| *byte != text.as_bytes()[at]) {
                let mut wrong = text.clone().into_bytes();
                wrong[at] = byte;
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(ApiKeyText::parse(&wrong).is_none(), "{wrong}");
            }
        }
    }

    /// KEY-1: two neighbours in the wrong order.
    #[test]
    fn swapped_neighbours_are_noticed() {
        let text = key(KeyMode::Live).expose().to_owned();
        for at in 1..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong.swap(at - 1, at);
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(
                ApiKeyText::parse(&wrong).is_some(),
                wrong == text,
                "{wrong}"
            );
        }
    }

    /// B86, B89: parts of keys, longer ones, other spellings, nothing at all.
    #[test]
    fn there_is_one_spelling() {
        let text = key(KeyMode::Live).expose().to_owned();
        let half = text.len() / 2;
        let wide = format!("mg_live_{}é", &text[8..55]);
        for wrong in [
            "",
            " ",
            "mg_live_",
            &text[..56],
            &text[..53],
            &text[..half],
            &text[half..],
            &text[8..],
            &format!("{text}A"),
            &format!("{text}="),
            &format!("{text}\n"),
            &format!(" {text}"),
            &format!("{text} "),
            &text.to_uppercase(),
            &text.to_lowercase(),
            &text.replace("live", "test"),
            &text.replace("mg_", "mg-"),
            &text.replace("mg_", "MG_"),
            &format!("{text}{text}"),
            &wide,
        ] {
            assert!(ApiKeyText::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        let key = key(KeyMode::Live);
        assert_eq!(format!("{key:?}"), "ApiKeyText(mg_live_…)");
        let hash = format!("{:?}", KeyHash::new([0xAB; 32]));
        assert_eq!(hash, "KeyHash(abababab…)");
    }
}
