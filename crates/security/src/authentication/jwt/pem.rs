use crate::secrets::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Whether the text is meant to be PEM, of whatever kind.
pub(super) fn is_pem(secret: &Secret) -> bool {
    secret
        .expose()
        .trim_ascii_start()
        .starts_with(b"-----BEGIN")
}

/// The DER of one unencrypted PKCS#8 private key (RFC 7468, section 10). White space doesn't count,
/// so that a key on one line is read too.
pub(super) fn private_key(secret: &Secret) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(secret.expose()).ok()?.trim_ascii();
    let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let body = Zeroizing::new(
        body.bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect::<Vec<u8>>(),
    );
    STANDARD.decode(&*body).ok().map(Zeroizing::new)
}
