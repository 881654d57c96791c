/// Why a text is no [`OriginPattern`](super::OriginPattern).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternFault {
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// What a browser sends for files and sandboxed frames of any site.
    #[error("`null` is what every sandboxed frame sends, whoever made it; it is never allowed")]
    Null,
    /// A star alone.
    #[error("`*` is every origin, not one; it stands alone, and only without credentials")]
    Star,
    /// A blank or a control character.
    #[error("it has a blank in it")]
    Blank,
    /// Not ASCII.
    #[error("its host isn't ASCII; write it as browsers send it, in Punycode (`xn--…`)")]
    NotAscii,
    /// Capitals.
    #[error("it has capitals; browsers send origins in lower case")]
    UpperCase,
    /// No `://`.
    #[error("it has no scheme; it begins with `https://` or `http://`")]
    NoScheme,
    /// Another scheme.
    #[error("`{0}` isn't a scheme of pages; it begins with `https://` or `http://`")]
    Scheme(String),
    /// Something after the port.
    #[error("an origin ends with its host or port, without `/`, path, query or fragment")]
    Path,
    /// `user@`.
    #[error("an origin has no user or password in it")]
    UserInfo,
    /// No number from 1 to 65535.
    #[error("`{0}` isn't a port; name each port by its number")]
    Port(String),
    /// The port that browsers leave out.
    #[error("browsers leave out the port {0} of `{1}://`; leave it out too")]
    DefaultPort(u16, &'static str),
    /// `example.com.`
    #[error("its host ends with a dot; a browser sends that as another origin")]
    TrailingDot,
    /// Not a host.
    #[error("`{0}` isn't a host name")]
    Host(String),
    /// An address in another form than a browser's.
    #[error("`{0}` isn't an address in the form that browsers send")]
    Address(String),
    /// A star within a label, or not in front.
    #[error("a star is the whole first label, as in `https://*.example.com`")]
    StarWithin,
    /// A star before an address.
    #[error("an address has no subdomains")]
    StarOfAddress,
    /// A star over what strangers can have a name under.
    #[error("anybody can have a name under `{0}`, which is a public suffix")]
    PublicSuffix(String),
}

/// Why something can't be part of a [`CorsPolicy`](super::CorsPolicy).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CorsFault {
    /// A star.
    #[error(
        "`*` never covers `Authorization`, and with credentials it is a header called `*`; name the headers"
    )]
    StarHeader,
    /// Not a header's name.
    #[error("`{0}` isn't the name of a header")]
    NoHeader(String),
    /// One that no page can set.
    #[error("no browser lets a page set `{0}`")]
    Forbidden(String),
    /// More than anybody needs.
    #[error("more than {0} headers")]
    TooMany(usize),
}
