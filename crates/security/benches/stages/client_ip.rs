use super::ready;
use criterion::{BatchSize, Criterion};
use http::{Request, Response};
use musicgen_security::client_ip::{
    ClientIpLayer, ClientIpRules, Connection, ProxyHeader, TrustedProxies,
};
use musicgen_security::clock::SystemClock;
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;
use tower::{Layer, Service, service_fn};

/// Who calls: the decision alone, and the stage with what it puts into the request. The proxies are those of
/// a large network; a browser sends a dozen headers beside.
pub(super) fn client_ip(criterion: &mut Criterion) {
    let networks: Vec<_> = (0..40).map(|n| format!("172.{n}.0.0/20")).collect();
    let networks = networks.iter().map(String::as_str).chain(["10.0.0.0/24"]);
    let proxies = TrustedProxies::parse(networks).expect("networks");
    let by_list = ClientIpRules::trusting(proxies.clone(), ProxyHeader::XForwardedFor);
    let by_forwarded = ClientIpRules::trusting(proxies, ProxyHeader::Forwarded);
    let (proxy, stranger) = ([10, 0, 0, 1], [192, 0, 2, 1]);
    let xff = ("x-forwarded-for", "198.51.100.7");
    let chain = (
        "x-forwarded-for",
        "192.0.2.66, 198.51.100.7, 172.3.0.9, 10.0.0.2",
    );
    let forwarded = (
        "forwarded",
        "for=\"[2001:db8::7]:4711\";proto=https, for=10.0.0.2",
    );
    let many = "10.0.0.2, ".repeat(500) + "x";
    let rows = [
        ("direct", &by_list, stranger, vec![]),
        (
            "direct, nobody trusted",
            &ClientIpRules::default(),
            stranger,
            vec![],
        ),
        (
            "a proxy",
            &by_list,
            proxy,
            vec![xff, ("x-forwarded-proto", "https")],
        ),
        (
            "three proxies",
            &by_list,
            proxy,
            vec![chain, ("x-forwarded-proto", "https")],
        ),
        ("Forwarded", &by_forwarded, proxy, vec![forwarded]),
        (
            "too many",
            &by_list,
            proxy,
            vec![("x-forwarded-for", many.as_str())],
        ),
    ];
    let mut group = criterion.benchmark_group("client ip");
    for (name, rules, peer, more) in rows {
        let connection = Connection::of_peer(peer.into());
        let request = || {
            let mut request = Request::builder()
                .uri("/api/v1/models")
                .extension(connection);
            for name in [
                "host",
                "user-agent",
                "accept",
                "accept-language",
                "accept-encoding",
                "cookie",
                "referer",
                "sec-fetch-site",
                "sec-fetch-mode",
                "sec-fetch-dest",
                "x-csrf-token",
                "content-type",
            ] {
                request = request.header(name, "a value of usual length");
            }
            for (name, value) in &more {
                request = request.header(*name, *value);
            }
            request.body(()).expect("a request")
        };
        let headers = request().headers().clone();
        group.bench_function(format!("decision, {name}"), |bencher| {
            bencher.iter(|| rules.judge(black_box(&connection), black_box(&headers)));
        });
        let inner = service_fn(|request: Request<()>| {
            std::future::ready(Ok::<_, Infallible>(Response::new(request)))
        });
        let mut bare = inner;
        group.bench_function(format!("without the stage, {name}"), |bencher| {
            bencher.iter_batched(
                request,
                |request| ready(bare.call(request)),
                BatchSize::SmallInput,
            );
        });
        let layer = ClientIpLayer::telling(rules.clone(), Arc::new(SystemClock), |_, _| {});
        let mut stage = layer.layer(inner);
        group.bench_function(format!("with the stage, {name}"), |bencher| {
            bencher.iter_batched(
                request,
                |request| ready(stage.call(request)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}
