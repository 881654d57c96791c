//! The passwords that everybody guesses first.
//!
//! `scripts/blocklist` makes the file and describes its form: hashes of 34 bits, sorted, of which 18
//! choose a bucket and 16 are kept. A look-up reads one group of the index, nothing is unpacked.

use aws_lc_rs::digest;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

static LIST: &[u8] = include_bytes!("../../../data/blocklist/passwords.bin");

const MAGIC: &[u8] = b"MGPWBL01";
const BUCKET_BITS: u32 = 18;
const REST_BITS: u32 = 16;
/// Buckets that share an entry of the index.
const GROUP: usize = 256;
const INDEX_ENTRIES: usize = (1 << BUCKET_BITS) / GROUP + 1;

/// Whether it is on the list, whatever its case.
///
/// One in about 65,000 passwords is taken for one of the list. A list that can't be read holds
/// every password.
pub(super) fn is_common(password: &str) -> bool {
    let folded: Zeroizing<String> = Zeroizing::new(password.to_lowercase().nfc().collect());
    let hash = digest::digest(&digest::SHA256, folded.as_bytes());
    let hash = be_u64(hash.as_ref(), 0).map(|hash| hash >> (64 - BUCKET_BITS - REST_BITS));
    let found = hash.and_then(|hash| Blocklist::read(LIST)?.holds(hash));
    found.unwrap_or(true)
}

struct Blocklist<'a> {
    index: &'a [u8],
    counts: &'a [u8],
    rests: &'a [u8],
}

impl<'a> Blocklist<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        let (entries, file) = file.strip_prefix(MAGIC)?.split_at_checked(4)?;
        let entries = be_u32(entries, 0)?;
        let (index, file) = file.split_at_checked(INDEX_ENTRIES * 4)?;
        let bits = entries + (1 << BUCKET_BITS);
        let (counts, rests) = file.split_at_checked(bits.div_ceil(8))?;
        (rests.len() == entries * 2).then_some(Self {
            index,
            counts,
            rests,
        })
    }

    /// `None` when the list is damaged.
    fn holds(&self, hash: u64) -> Option<bool> {
        let bucket = (hash >> REST_BITS) as usize;
        let rest = (hash as u16).to_be_bytes();
        let group = bucket / GROUP;
        let mut entry = be_u32(self.index, group)?;
        let mut bit = entry + group * GROUP;
        let mut to_skip = bucket % GROUP;
        while to_skip > 0 {
            if self.is_set(bit)? {
                entry += 1;
            } else {
                to_skip -= 1;
            }
            bit += 1;
        }
        while self.is_set(bit)? {
            if self.rests.get(entry * 2..entry * 2 + 2)? == rest {
                return Some(true);
            }
            entry += 1;
            bit += 1;
        }
        Some(false)
    }

    fn is_set(&self, bit: usize) -> Option<bool> {
        let byte = self.counts.get(bit / 8)?;
        Some(byte & (0x80 >> (bit % 8)) != 0)
    }
}

fn be_u32(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at * 4..at * 4 + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four) as usize)
}

fn be_u64(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at * 8..at * 8 + 8)?.try_into().ok()?;
    Some(u64::from_be_bytes(eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST_COMMON: &str = include_str!("../../../data/blocklist/most-common.txt");

    /// PWD-6: 3,000 common passwords, and 1,000 that are long enough to stand alone.
    #[test]
    fn the_most_common_are_all_on_the_list() {
        let words: Vec<&str> = MOST_COMMON.lines().collect();
        assert!(words.len() > 3_900, "{}", words.len());
        assert!(words.iter().filter(|w| w.chars().count() >= 15).count() >= 1_000);
        for word in words {
            assert!(is_common(word), "{word}");
            assert!(is_common(&word.to_uppercase()), "{word} in capitals");
        }
    }

    #[test]
    fn the_list_is_whole_and_small() {
        let list = Blocklist::read(LIST).unwrap();
        assert!(list.rests.len() / 2 > 200_000);
        assert!(LIST.len() < 600_000, "{}", LIST.len());
        let groups = be_u32(list.index, INDEX_ENTRIES - 1).unwrap();
        assert_eq!(groups, list.rests.len() / 2);
        for bucket in 0..1 << BUCKET_BITS {
            assert!(list.holds(bucket << REST_BITS).is_some(), "{bucket}");
        }
    }

    #[test]
    fn hardly_any_other_password_is_taken_for_one() {
        let taken = (0..100_000).filter(|n| is_common(&format!("a password nobody has {n}")));
        assert!(taken.count() <= 10);
    }

    #[test]
    fn a_damaged_list_is_noticed() {
        assert!(Blocklist::read(&LIST[..LIST.len() - 1]).is_none());
        assert!(Blocklist::read(b"").is_none());
    }
}
