//! Forwarding headers: any bytes, in several lines. Who appends to them is who is seen, and who isn't
//! trusted is heard by nobody.
#![no_main]

use http::header::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use musicgen_security::client_ip::{
    ClientIp, ClientIpRules, Connection, ProxyHeader, TrustedProxies, WalkEnd,
};

fuzz_target!(|data: &[u8]| {
    let own = [198, 51, 100, 7].into();
    for (header, name, appended) in [
        (
            ProxyHeader::XForwardedFor,
            "x-forwarded-for",
            "198.51.100.7, 10.0.0.2",
        ),
        (
            ProxyHeader::Forwarded,
            "forwarded",
            "for=\"198.51.100.7:80\", for=10.0.0.2",
        ),
        (
            ProxyHeader::CloudFrontViewerAddress,
            "cloudfront-viewer-address",
            "198.51.100.7:1, 10.0.0.2:2",
        ),
    ] {
        let trusted = TrustedProxies::parse(["10.0.0.0/24"]).expect("a network");
        let rules = ClientIpRules::trusting(trusted, header);
        let name = HeaderName::from_static(name);
        let mut headers = HeaderMap::new();
        for line in data.split(|byte| *byte == b'\n') {
            if let Ok(value) = HeaderValue::from_bytes(line) {
                headers.append(&name, value);
            }
        }
        let proxy = Connection::of_peer([10, 0, 0, 1].into());
        let caller = rules.judge(&proxy, &headers);
        let walked = rules.explain(&proxy, &headers, |_| {}).expect("it is read");
        assert_eq!(walked.address, caller.client.address());
        assert_eq!(walked.end == WalkEnd::Internal, caller.client.is_internal());
        let stranger = Connection::of_peer([192, 0, 2, 1].into());
        let heard = rules.judge(&stranger, &headers).client;
        assert_eq!(heard, ClientIp::of_peer([192, 0, 2, 1].into()));
        // A line of the proxy's own, and the same at the end of the last line of the caller's.
        let mut lines = headers.clone();
        lines.append(&name, HeaderValue::from_static(appended));
        assert_eq!(rules.judge(&proxy, &lines).client.address(), own);
        let last = headers.get_all(&name).iter().next_back();
        let last = last.map_or(&b""[..], HeaderValue::as_bytes);
        let joined = [last, b", ", appended.as_bytes()].concat();
        let joined = HeaderValue::from_bytes(&joined).expect("both were values");
        let mut lines = headers.clone();
        lines.append(&name, joined);
        assert_eq!(rules.judge(&proxy, &lines).client.address(), own);
    }
});
