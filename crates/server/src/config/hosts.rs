//! The hosts under which the service answers.

use super::reader::Reader;
use super::sections::Environment;
use super::variables as v;
use musicgen_security::validation::{AllowedHosts, InvalidHost};

/// `PUBLIC_URL`, what `ALLOWED_HOSTS` adds and, in development, this machine by its own names.
pub(super) fn read(
    reader: &mut Reader,
    environment: Environment,
    public_url: &str,
) -> AllowedHosts {
    let (is_https, public_host) = match public_url.split_once("://") {
        Some(("https", host)) => (true, host),
        Some((_, host)) => (false, host),
        None => (false, public_url),
    };
    let of = |hosts: &[&str]| {
        if is_https {
            AllowedHosts::of_https(hosts)
        } else {
            AllowedHosts::of_http(hosts)
        }
    };
    // A port that the system chooses is none that a request could name.
    let is_chosen = public_host.ends_with(":0");
    let mut hosts = Vec::from_iter((!is_chosen).then_some(public_host));
    let Ok(mut allowed) = of(&hosts) else {
        reader.wrong(
            &v::PUBLIC_URL,
            None,
            "its host is none that a request could name",
        );
        return AllowedHosts::none();
    };
    let given = reader.parsed(&v::ALLOWED_HOSTS, |text| {
        let entries: Vec<_> = text.split(',').map(str::trim).collect();
        of(&entries).ok().map(|_| text.to_owned())
    });
    if let Some(text) = &given {
        hosts.extend(text.split(',').map(str::trim));
        allowed = of(&hosts).unwrap_or_else(|InvalidHost| AllowedHosts::none());
    }
    if environment == Environment::Development {
        allowed = allowed.with_loopback();
    }
    allowed
}
