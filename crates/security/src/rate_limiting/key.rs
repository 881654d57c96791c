use crate::client_ip::ClientIp;
use aws_lc_rs::digest::{SHA256, digest};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use uuid::Uuid;

/// What a limit is about. Buckets of different classes don't mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BucketClass {
    /// Any request at all, before anything costly is done.
    Flood,
    /// Sign-in, registration, refresh, reset and the like.
    Attempts,
    /// Credentials that turned out wrong.
    WrongCredentials,
    /// The ordinary routes.
    General,
    /// Routes that cost far more than others.
    Costly,
    /// What probes ask for.
    Probe,
    /// Messages within a connection.
    Messages,
}

impl BucketClass {
    const fn id(self) -> u128 {
        match self {
            Self::Flood => 0,
            Self::Attempts => 1,
            Self::WrongCredentials => 2,
            Self::General => 3,
            Self::Costly => 4,
            Self::Probe => 5,
            Self::Messages => 6,
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Network,
    Account,
    ApiKey,
    Text,
}

/// Who is counted, and for what: 16 bytes, whatever it is made of.
///
/// 122 bits say who; the six bits that are the same in every version 4 UUID (RFC 9562, section 5.4) hold
/// what kind of caller that is and the class. So ids of accounts and of API keys, which are such
/// UUIDs, keep all of their bits, and nothing of one kind or class is ever equal to anything of another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LimitKey([u8; 16]);

impl Hash for LimitKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // One word after the other, without the length that a slice would add: this is the hot path.
        let bits = u128::from_ne_bytes(self.0);
        state.write_u64(bits as u64);
        state.write_u64((bits >> 64) as u64);
    }
}

/// The bits of a UUID between the fixed ones.
const MIDDLE: u128 = (1 << 12) - 1;
const LOW: u128 = (1 << 62) - 1;

impl LimitKey {
    /// A caller's network: [`ClientIp::network`].
    pub fn of_network(client: ClientIp, class: BucketClass) -> Self {
        const IPV6: u128 = 1 << 120;
        const LONG_PREFIX: u128 = 3 << 120;
        let who = match client.network() {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) if address.to_bits().trailing_zeros() >= 8 => {
                IPV6 | address.to_bits() >> 8
            }
            IpAddr::V6(address) => LONG_PREFIX | hashed(&address.octets()) >> 8,
        };
        Self::new(Kind::Network, class, who)
    }

    /// An account.
    pub fn of_account(id: Uuid, class: BucketClass) -> Self {
        Self::new(Kind::Account, class, bits_of(id))
    }

    /// An API key, by its id.
    pub fn of_api_key(id: Uuid, class: BucketClass) -> Self {
        Self::new(Kind::ApiKey, class, bits_of(id))
    }

    /// Anything else, of any length. Only its hash is kept.
    pub fn of_text(text: &[u8], class: BucketClass) -> Self {
        Self::new(Kind::Text, class, hashed(text) >> 6)
    }

    fn new(kind: Kind, class: BucketClass, who: u128) -> Self {
        let high = who >> 74;
        let middle = who >> 62 & MIDDLE;
        let bits = high << 80 | class.id() << 76 | middle << 64 | (kind as u128) << 62 | who & LOW;
        Self(bits.to_be_bytes())
    }

    /// As stores keep it.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// As a store kept it.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses and ids are nobody's business in a log that didn't ask for them.
        f.debug_struct("LimitKey").finish_non_exhaustive()
    }
}

/// The 122 bits of a UUID that aren't fixed.
fn bits_of(id: Uuid) -> u128 {
    let bits = id.as_u128();
    bits >> 80 << 74 | (bits >> 64 & MIDDLE) << 62 | bits & LOW
}

/// 128 bits of SHA-256.
fn hashed(text: &[u8]) -> u128 {
    let digest = digest(&SHA256, text);
    let bytes = digest.as_ref().iter().take(16);
    bytes.fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const CLASSES: [BucketClass; 7] = [
        BucketClass::Flood,
        BucketClass::Attempts,
        BucketClass::WrongCredentials,
        BucketClass::General,
        BucketClass::Costly,
        BucketClass::Probe,
        BucketClass::Messages,
    ];

    fn network(address: &str) -> LimitKey {
        let client = ClientIp::of_peer(address.parse().unwrap());
        LimitKey::of_network(client, BucketClass::General)
    }

    #[test]
    fn nothing_of_one_kind_or_class_is_of_another() {
        let id = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);
        let mut seen = HashSet::new();
        for class in CLASSES {
            assert!(seen.insert(LimitKey::of_account(id, class)));
            assert!(seen.insert(LimitKey::of_api_key(id, class)));
            assert!(seen.insert(LimitKey::of_text(id.as_bytes(), class)));
            for address in ["192.0.2.1", "::1", "2001:db8::1", "0.0.0.0", "::c000:201"] {
                let client = ClientIp::of_peer(address.parse().unwrap());
                // Both are in ::/64.
                let is_new = seen.insert(LimitKey::of_network(client, class));
                assert_eq!(is_new, address != "::c000:201", "{address}");
            }
        }
    }

    /// Each bit of an id that isn't fixed in version 4 matters.
    #[test]
    fn ids_keep_their_bits() {
        let id = 0x1234_5678_9abc_4def_8123_4567_89ab_cdef_u128;
        let key = |bits| LimitKey::of_account(Uuid::from_u128(bits), BucketClass::General);
        let mut seen = HashSet::from([key(id)]);
        for bit in 0..128 {
            let is_fixed = (76..80).contains(&bit) || (62..64).contains(&bit);
            assert_eq!(seen.insert(key(id ^ 1 << bit)), !is_fixed, "{bit}");
        }
    }

    /// RL-6: a network is a key.
    #[test]
    fn b07_ten_thousand_addresses_of_a_64_are_one_key() {
        let keys: HashSet<_> = (0..10_000_u32)
            .map(|n| network(&format!("2001:db8:1:2:{:x}::{n:x}", n % 7)))
            .collect();
        assert_eq!(keys.len(), 1);
        assert!(!keys.contains(&network("2001:db8:1:3::1")));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    /// RL-16: a key has its size whatever it is made of.
    #[test]
    fn a_text_of_a_megabyte_is_sixteen_bytes() {
        let long = vec![b'x'; 1 << 20];
        let of = |text: &[u8]| LimitKey::of_text(text, BucketClass::Attempts);
        assert_eq!(size_of_val(&of(&long)), 16);
        assert_ne!(of(&long), of(&long[1..]));
        assert_eq!(of(b""), of(b""));
        assert_eq!(LimitKey::from_bytes(of(b"a").to_bytes()), of(b"a"));
    }

    #[test]
    fn a_log_learns_nothing() {
        assert_eq!(format!("{:?}", network("192.0.2.1")), "LimitKey { .. }");
    }
}
