use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

/// What an answer may load and do when a browser shows it: its Content Security Policy (CSP level 3). A
/// handler puts one into the answer's extensions; without it the answer is data.
///
/// There is no way to write a policy as text, so none can have `unsafe-inline` or a host in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagePolicy {
    /// Data: it loads nothing.
    #[default]
    Api,
    /// A page with files of its own: scripts, styles, pictures and sound from here, nothing inline, no
    /// text that becomes script.
    Page,
    /// A page without scripts, whose one style stands in it.
    Styled(StyleHash),
    /// A file that a user made: should a browser show it, then in an origin of its own.
    File,
}

impl PagePolicy {
    pub(super) fn value(&self) -> HeaderValue {
        const API: HeaderValue = HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        );
        const PAGE: HeaderValue = HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; \
             form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
        );
        const FILE: HeaderValue = HeaderValue::from_static(
            "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; \
             form-action 'none'",
        );
        match self {
            Self::Api => API,
            Self::Page => PAGE,
            Self::Styled(style) => style.0.clone(),
            Self::File => FILE,
        }
    }
}

/// A style that a page has in itself, named by its SHA-256 (CSP level 3, section 2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleHash(HeaderValue);

impl StyleHash {
    /// The hash of a style as it stands between `<style>` and `</style>`.
    pub fn of(style: &str) -> Self {
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()).as_ref());
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
             object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        );
        // Base64 and the words above: always a value. Else the page has no style.
        let value = HeaderValue::try_from(policy);
        Self(value.unwrap_or_else(|_| PagePolicy::Api.value()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HDR-2, HDR-3, HDR-6: what no policy has, and what each has.
    #[test]
    fn every_policy_is_strict() {
        let policies = [
            PagePolicy::Api,
            PagePolicy::Page,
            PagePolicy::Styled(StyleHash::of("p { color: red }")),
            PagePolicy::File,
        ];
        for policy in policies {
            let value = policy.value();
            let text = value.to_str().unwrap();
            for part in [
                "default-src 'none'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ] {
                assert!(text.contains(part), "{part} in {text}");
            }
            for word in ["unsafe", "*", "http", "data:", "blob:", "nonce"] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
        let page = PagePolicy::Page.value();
        let page = page.to_str().unwrap();
        assert!(page.contains("object-src 'none'") && page.contains("require-trusted-types-for"));
        assert!(
            PagePolicy::File
                .value()
                .to_str()
                .unwrap()
                .contains("; sandbox;")
        );
    }

    #[test]
    fn a_style_has_its_hash() {
        // printf '' | openssl dgst -sha256 -binary | base64
        let empty = StyleHash::of("").0;
        let hash = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
        assert!(empty.to_str().unwrap().contains(hash));
        assert_ne!(StyleHash::of("a"), StyleHash::of("b"));
    }
}
