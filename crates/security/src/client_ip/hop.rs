//! One hop, as proxies write it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Longer than any address with a port and brackets.
pub(super) const LONGEST: usize = 64;

/// What may stand beside an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Perhaps a port.
    Plain,
    /// Perhaps a port, which may be an obfuscated one (RFC 7239, section 6).
    Node,
    /// A port, always; an IPv6 address may go without brackets then.
    WithPort,
}

/// The address of a hop, folded; `None` for everything that is none.
pub(super) fn parse(text: &[u8], form: Form) -> Option<IpAddr> {
    let text = text.trim_ascii();
    if text.len() > LONGEST {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let text = unquoted(text);
    let address = if let Some(bracketed) = text.strip_prefix('[') {
        let (address, port) = bracketed.split_once(']')?;
        let address = IpAddr::V6(Ipv6Addr::from_str(address).ok()?);
        match port.strip_prefix(':') {
            Some(port) => is_port(port, form).then_some(address)?,
            None if port.is_empty() && form != Form::WithPort => address,
            None => return None,
        }
    } else if form == Form::WithPort {
        let (address, port) = text.rsplit_once(':')?;
        is_port(port, form).then(|| IpAddr::from_str(address).ok())??
    } else {
        bare(text, form)?
    };
    Some(address.to_canonical())
}

/// Without brackets: one colon stands before a port, more of them in an IPv6 address.
fn bare(text: &str, form: Form) -> Option<IpAddr> {
    match text.split_once(':') {
        None => Ipv4Addr::from_str(text).ok().map(IpAddr::V4),
        Some((address, port)) if !port.contains(':') => {
            let address = Ipv4Addr::from_str(address).ok()?;
            is_port(port, form).then_some(IpAddr::V4(address))
        }
        Some(_) => Ipv6Addr::from_str(text).ok().map(IpAddr::V6),
    }
}

/// Some proxies quote in `X-Forwarded-For` as they have to in `Forwarded`.
fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

fn is_port(text: &str, form: Form) -> bool {
    if let (Form::Node, Some(obfuscated)) = (form, text.strip_prefix('_')) {
        let good = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        return !obfuscated.is_empty() && obfuscated.bytes().all(good);
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits && text.len() <= 5 && text.parse::<u16>().is_ok()
}
