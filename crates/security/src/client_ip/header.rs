use http::header::{HeaderMap, HeaderName};

/// Declares the headers with their names.
macro_rules! headers {
    ($($(#[$doc:meta])* $variant:ident, $name:literal;)*) => {
        /// The header that says who the client is. One is read; which one is for the operator to say,
        /// by what the proxies of the service do write, and do not let others write.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ProxyHeader {
            /// None: the client is the peer, or the source that the PROXY protocol names.
            #[default]
            None,
            $($(#[$doc])* $variant,)*
        }

        impl ProxyHeader {
            /// What configurations call them: `none`, and the header's name in lower case.
            pub const WORDS: &'static [&'static str] = &["none", $($name),*];

            /// The one of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    "none" => Some(Self::None),
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The word.
            pub fn word(self) -> &'static str {
                match self {
                    Self::None => "none",
                    $(Self::$variant => $name,)*
                }
            }

            pub(super) fn name(self) -> Option<HeaderName> {
                match self {
                    Self::None => None,
                    $(Self::$variant => Some(HeaderName::from_static($name)),)*
                }
            }
        }

        /// The same name, if it is one of the headers that say who the client is.
        fn of_client(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some($name),)*
                _ => None,
            }
        }
    };
}

headers! {
    /// What nearly every proxy writes: each appends the address that it was reached from.
    XForwardedFor, "x-forwarded-for";
    /// RFC 7239, with scheme and host in the same header.
    Forwarded, "forwarded";
    /// Written anew by many an nginx.
    XRealIp, "x-real-ip";
    /// Cloudflare.
    CfConnectingIp, "cf-connecting-ip";
    /// Akamai, and Cloudflare where it is asked to.
    TrueClientIp, "true-client-ip";
    /// Fastly; it passes on what the client wrote unless its configuration sets it.
    FastlyClientIp, "fastly-client-ip";
    /// Azure Front Door: the address that it was reached from.
    XAzureSocketIp, "x-azure-socketip";
    /// Azure Front Door: what the client claims in `X-Forwarded-For`, where it claims something.
    XAzureClientIp, "x-azure-clientip";
    /// Amazon CloudFront; always with a port.
    CloudFrontViewerAddress, "cloudfront-viewer-address";
    /// Fly.io.
    FlyClientIp, "fly-client-ip";
    /// DigitalOcean's App Platform.
    DoConnectingIp, "do-connecting-ip";
    /// Envoy.
    XEnvoyExternalAddress, "x-envoy-external-address";
    /// Rackspace, and load balancers by Riverbed and Zeus.
    XClusterClientIp, "x-cluster-client-ip";
    /// Some Apache and WebSphere plug-ins.
    XClientIp, "x-client-ip";
}

/// The forwarding headers of a request, by name: those that say who the client is, and those of scheme
/// and host.
pub fn forwarding_headers(headers: &HeaderMap) -> impl Iterator<Item = &'static str> {
    headers.keys().filter_map(|name| forwarding(name.as_str()))
}

fn forwarding(name: &str) -> Option<&'static str> {
    // Nearly every header of nearly every request ends here.
    if !matches!(
        name.as_bytes().first(),
        Some(b'x' | b'f' | b'c' | b't' | b'd')
    ) {
        return None;
    }
    match name {
        "x-forwarded-host" => Some("x-forwarded-host"),
        "x-forwarded-proto" => Some("x-forwarded-proto"),
        "x-forwarded-port" => Some("x-forwarded-port"),
        name => of_client(name),
    }
}

/// Whether a proxy left a mark on a request, or somebody who wants it to look so.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(http::header::VIA) || forwarding_headers(headers).next().is_some()
}
