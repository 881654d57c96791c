use super::{AttemptKeys, CounterKey};
use aws_lc_rs::hmac;
use std::net::{IpAddr, Ipv6Addr};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// What is being tried. Each counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Authenticator {
    /// The account's password, to sign in.
    Password,
    /// The same password, asked of somebody who is signed in.
    StepUp,
    /// A code of a second factor.
    SecondFactor,
    /// A recovery code.
    RecoveryCode,
}

impl Authenticator {
    fn id(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::StepUp => "step-up",
            Self::SecondFactor => "second-factor",
            Self::RecoveryCode => "recovery-code",
        }
    }
}

/// Somebody tries to prove to be somebody.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// With what.
    pub authenticator: Authenticator,
    /// The account's mail address as it was sent, good or not.
    pub account: &'a str,
    /// From where, after trusted proxies.
    pub address: IpAddr,
    /// The device, when a token of it was good for this account.
    pub known_device: Option<Uuid>,
}

/// More of a name than an address can have says nothing more.
const MAX_NAME: usize = 256;

/// Two spellings of an address are one name, as in
/// [`EmailAddress`](crate::authentication::accounts::EmailAddress).
fn canonical(name: &str) -> String {
    let lower = name.chars().take(MAX_NAME).nfkc();
    lower.flat_map(char::to_lowercase).nfkc().collect()
}

/// The network of an address; the mapped form of an IPv4 address is that address.
fn network(address: IpAddr, ipv6_prefix: u8) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let host_bits = 128_u32.saturating_sub(u32::from(ipv6_prefix));
            let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

impl Attempt<'_> {
    pub(super) fn keys(&self, key: &hmac::Key, ipv6_prefix: u8) -> AttemptKeys {
        let network = network(self.address, ipv6_prefix).to_string();
        AttemptKeys {
            account: account_key(key, self.authenticator, self.account),
            network: tag(key, &["network", &network]),
            device: self.known_device.map(|device| {
                let (authenticator, name) = (self.authenticator.id(), canonical(self.account));
                tag(key, &["device", authenticator, &device.to_string(), &name])
            }),
        }
    }
}

pub(super) fn account_key(key: &hmac::Key, authenticator: Authenticator, name: &str) -> CounterKey {
    tag(key, &["account", authenticator.id(), &canonical(name)])
}

/// The parts before the last hold no NUL, so no two lists of parts read alike.
fn tag(key: &hmac::Key, parts: &[&str]) -> CounterKey {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secret;

    fn keys(account: &str, address: &str) -> AttemptKeys {
        let attempt = Attempt {
            authenticator: Authenticator::Password,
            account,
            address: address.parse().unwrap(),
            known_device: None,
        };
        attempt.keys(&Secret::new([1; 32]).derive("t"), 64)
    }

    /// PWD-14: spellings of one name share a counter.
    #[test]
    fn spellings_of_a_name_are_one_account() {
        let plain = keys("bob@example.com", "192.0.2.1").account;
        for (same, text) in [
            (true, "Bob@Example.COM"),
            (true, "ｂｏｂ@example.com"),
            (false, "bob@example.org"),
            (false, "bob@example.com "),
            (false, ""),
        ] {
            assert_eq!(keys(text, "192.0.2.1").account == plain, same, "{text}");
        }
        let endless = "x".repeat(1_000_000);
        assert_eq!(
            keys(&endless, "::1").account,
            keys(&endless[..MAX_NAME], "::1").account
        );
    }

    /// PWD-14: an IPv4 address, an IPv6 /64.
    #[test]
    fn addresses_of_a_network_are_one() {
        for (same, one, other) in [
            (true, "192.0.2.1", "::ffff:192.0.2.1"),
            (false, "192.0.2.1", "192.0.2.2"),
            (true, "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
            (false, "2001:db8:1:2::1", "2001:db8:1:3::1"),
        ] {
            let network = |address| keys("bob", address).network;
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        }
        for prefix in [0, 48, 64, 128, 255] {
            let _ = network("2001:db8::1".parse().unwrap(), prefix);
        }
    }

    #[test]
    fn authenticators_and_devices_count_apart() {
        let key = Secret::new([1; 32]).derive("t");
        let password = account_key(&key, Authenticator::Password, "bob");
        assert_ne!(
            password,
            account_key(&key, Authenticator::SecondFactor, "bob")
        );
        let device = |account, device| {
            let attempt = Attempt {
                authenticator: Authenticator::Password,
                account,
                address: IpAddr::from([192, 0, 2, 1]),
                known_device: Some(Uuid::from_u128(device)),
            };
            attempt.keys(&key, 64).device.unwrap()
        };
        assert_ne!(device("bob", 1), device("bob", 2));
        assert_ne!(device("bob", 1), device("eve", 1));
    }
}
