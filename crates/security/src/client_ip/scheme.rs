/// How the client came to the first of the proxies that are trusted, or here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Encrypted.
    Https,
}

impl Scheme {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(super) fn of_connection(tls: bool) -> Self {
        if tls { Self::Https } else { Self::Http }
    }

    /// As proxies write it; some name the WebSocket schemes.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let is = |word: &str| text.eq_ignore_ascii_case(word.as_bytes());
        if is("https") || is("wss") {
            Some(Self::Https)
        } else if is("http") || is("ws") {
            Some(Self::Http)
        } else {
            None
        }
    }
}

/// The host that the client asked a trusted proxy for. It is what the proxy said, unchecked: compare it
/// with the hosts of the service, and make nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardedHost(Box<str>);

impl ForwardedHost {
    /// Longer than any name with a port.
    pub(super) const SPACE: usize = 300;

    /// `None` where nothing is said. What can't be a host is kept as no host at all, so that it is
    /// compared, and refused, and not passed over.
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let is_good = text.len() <= Self::SPACE && text.iter().all(u8::is_ascii_graphic);
        let text = std::str::from_utf8(text).ok().filter(|_| is_good);
        Some(Self(text.unwrap_or_default().into()))
    }

    /// Name or address, perhaps with a port; empty where the proxy said what is no host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
