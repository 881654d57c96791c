mod fields;
mod hosts;
mod load;
mod paths;

use super::*;
use http::HeaderValue;

fn limits() -> RequestLimits {
    let hosts = AllowedHosts::of_https(["music.example.com", "10.0.0.5:8000", "[2001:db8::5]"]);
    RequestLimits::new(hosts.unwrap()).with_any_host_at(["/health"])
}

fn request(version: Version, target: &str, hosts: &[&[u8]]) -> Request<()> {
    let mut request = Request::new(());
    *request.version_mut() = version;
    *request.uri_mut() = target.parse().unwrap();
    for host in hosts {
        let host = HeaderValue::from_bytes(host).unwrap();
        request.headers_mut().append(http::header::HOST, host);
    }
    request
}

/// The status that a request's head is refused with; 0 when it isn't.
fn status(request: &Request<()>) -> u16 {
    let checked = limits().check(request);
    checked.map_or_else(|problem| problem.status().as_u16(), |()| 0)
}
