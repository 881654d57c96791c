//! Whether a text can be a secret.
//!
//! It is refused when
//!
//! 1. it has fewer than 32 bytes;
//! 2. it has fewer than 10 different characters (32 random hexadecimal digits have fewer once in
//!    a hundred thousand times, base64 never);
//! 3. it consists of digits and has fewer than 39 of them, which is less than 128 bits;
//! 4. it is one pattern again and again, the last time perhaps in part;
//! 5. two of three neighbours are equal or follow each other, as in `abcd…` and `9876…`;
//! 6. a word of placeholders and examples is in it, whatever the case and the separators;
//! 7. it is one of the keys that well-known tutorials publish.
//!
//! No rule can tell a random text from one that looks like it; these catch what people type and copy.

use aws_lc_rs::digest::{SHA256, digest};

/// The shortest secret, in bytes: the output size of SHA-256 (RFC 7518, section 3.2).
pub(super) const MIN_BYTES: usize = 32;
/// The fewest different bytes.
pub(super) const MIN_DIFFERENT: usize = 10;
/// The fewest digits where there is nothing else: 39 · log2(10) > 128.
const MIN_DIGITS: usize = 39;

/// Words of placeholders, in lower case without separators. Each has at least seven letters, or
/// six and nothing random in its favour: by chance one is in a base64 secret once in some ten
/// million times.
const WORDS: [&str; 19] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "secret",
    "password",
    "passphrase",
    "example",
    "placeholder",
    "insertyour",
    "yourkey",
    "yourjwt",
    "insecure",
    "notsecure",
    "demokey",
    "default",
    "musicgen",
    "qwerty",
];

/// The first 64 bits of the SHA-256 of published keys, in lower case: hashed, so that scanners for
/// secrets find none here.
const PUBLISHED: [u64; 6] = [
    0x570d_ad43_de1a_f4c9, // FastAPI's tutorial on JWT
    0x2598_f7d6_adc1_42d8, // Flask's quick start
    0x2b1f_a627_178e_3424, // Spring Boot tutorials, 404E6352…
    0x5df7_3e1a_a59d_8f33, // Spring Boot tutorials, 3cfa76ef…
    0x4c0b_f082_21f3_d71e, // Spring Boot tutorials, 5367566B…
    0xc1d2_e872_6375_f11f, // RFC 7515, appendix A.1
];

/// What is wrong with a secret, if anything; never quotes it.
pub(super) fn weakness(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let count = bytes.len();
    if count < MIN_BYTES {
        return Some(format!(
            "has {count} bytes; at least {MIN_BYTES} are needed"
        ));
    }
    let different = different(bytes);
    let fault = if different < MIN_DIFFERENT {
        format!("has only {different} different characters, fewer than {MIN_DIFFERENT}")
    } else if count < MIN_DIGITS && bytes.iter().all(u8::is_ascii_digit) {
        format!(
            "has only {count} digits; at least {MIN_DIGITS} are needed where there is nothing else"
        )
    } else if (1..=count / 2).any(|period| repeats(bytes, period)) {
        "repeats a pattern".to_owned()
    } else if in_sequence(bytes) {
        "runs along the alphabet or the digits".to_owned()
    } else if is_placeholder(text) || is_published(text) {
        "is a known example, or has a word of one in it".to_owned()
    } else {
        return None;
    };
    Some(format!("{fault}; make it at random"))
}

fn different(bytes: &[u8]) -> usize {
    let mut different = bytes.to_vec();
    different.sort_unstable();
    different.dedup();
    different.len()
}

fn repeats(bytes: &[u8], period: usize) -> bool {
    bytes
        .iter()
        .zip(bytes.iter().skip(period))
        .all(|(a, b)| a == b)
}

fn in_sequence(bytes: &[u8]) -> bool {
    let steps = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.abs_diff(*b) <= 1));
    steps.count() * 3 >= (bytes.len() - 1) * 2
}

fn is_placeholder(text: &str) -> bool {
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    WORDS.iter().any(|word| letters.contains(word))
}

fn is_published(text: &str) -> bool {
    let hash = digest(&SHA256, text.to_ascii_lowercase().as_bytes());
    hash.as_ref()
        .first_chunk()
        .is_some_and(|first| PUBLISHED.contains(&u64::from_be_bytes(*first)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use musicgen_security::random::{Random, SystemRandom};

    #[test]
    fn weak_and_good() {
        let rows = [
            ("31 bytes", "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6", false),
            ("32 bytes", "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6F", true),
            (
                "base64",
                "2jYt0o0l1k8mZcI3W9nq4v7b5e6rXaUyPdFgHjKlQwE=",
                true,
            ),
            ("hexadecimal", "0f7c19d2b8e34a6510c7fe92d83b46a5", true),
            ("five words", "lamp-otter-quarry-velvet-noon-brisk", true),
            ("one character", &"a".repeat(64), false),
            (
                "few characters",
                "abcabcddbacbdabcdbacbdacbdacbdabcdba",
                false,
            ),
            ("38 digits", "31415926535897932384626433832795028841", false),
            ("39 digits", "314159265358979323846264338327950288419", true),
            (
                "a pattern",
                "q8Zr1LkV0xTn7q8Zr1LkV0xTn7q8Zr1LkV0xTn7",
                false,
            ),
            ("twice", "q8Zr1LkV0xTn7Wm3q8Zr1LkV0xTn7Wm3", false),
            ("the alphabet", "abcdefghijklmnopqrstuvwxyz012345", false),
            ("backwards", "zyxwvutsrqponmlkjihgfedcba987654", false),
            ("doubled", "aabbccddeeffgghhiijjkkllmmnnooppqq", false),
            ("changeme", "changeme-q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2O", false),
            ("CHANGE_ME", "CHANGE_ME_q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2O", false),
            (
                "a secret that says so",
                "my-super-secret-jwt-key-for-signing",
                false,
            ),
            (
                "the predecessor's",
                "educational-demo-key-not-secure!",
                false,
            ),
            (
                "a tutorial's",
                concat!(
                    "09d25e094faa6ca2556c818166b7a956",
                    "3b93f7099f6f0f4caa6cf63b88e8d3e7"
                ),
                false,
            ),
            (
                "a tutorial's in capitals",
                concat!(
                    "09D25E094FAA6CA2556C818166B7A956",
                    "3B93F7099F6F0F4CAA6CF63B88E8D3E7"
                ),
                false,
            ),
        ];
        for (name, text, good) in rows {
            assert_eq!(
                weakness(text).is_none(),
                good,
                "{name}: {:?}",
                weakness(text)
            );
        }
    }

    #[test]
    fn what_is_made_at_random_is_good() {
        for _ in 0..500 {
            let random: &dyn Random = &SystemRandom;
            let bytes = random.secret();
            let hex = bytes
                .iter()
                .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            assert_eq!(weakness(&hex), None, "{hex}");
        }
    }
}
