//! Stages as services, each before a handler that does nothing: what they cost is the difference to the
//! handler alone. A request and its headers are made outside the measured time.

use super::ready;
use bytes::Bytes;
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion};
use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderName, HeaderValue, ORIGIN, USER_AGENT};
use http::{Method, Request, Response};
use http_body_util::Full;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::{HashingPool, Password, PasswordHasher};
use musicgen_security::authentication::{Proof, RegistrationRequest, SessionRequest};
use musicgen_security::authorization::{Access, AuthorizationGate};
use musicgen_security::client_ip::{
    ClientIpLayer, ClientIpRules, Connection, ProxyHeader, TrustedProxies,
};
use musicgen_security::clock::{SharedClock, SystemClock};
use musicgen_security::cookies::{CookieGate, CookieKind};
use musicgen_security::cors::{CorsLayer, CorsPolicy};
use musicgen_security::csrf::CSRF_HEADER;
use musicgen_security::gate::GateLayer;
use musicgen_security::headers::HeadersLayer;
use musicgen_security::panic::PanicLayer;
use musicgen_security::problem::{Problem, ProblemLayer};
use musicgen_security::random::{Random, SystemRandom};
use musicgen_security::rate_limiting::{
    AddressRateLimitLayer, RateLimiter, RateLimiting, RateLimits, RateRules,
};
use musicgen_security::request_id::{RequestId, RequestIdLayer};
use musicgen_security::secrets::Secret;
use musicgen_security::sessions::{Delivery, Seen};
use musicgen_security::stack::{SecurityStack, Site, StackKeys, Stores};
use musicgen_security::testing::MemoryStore;
use musicgen_security::validation::{AllowedHosts, LimitsLayer, RequestLimits};
use std::convert::Infallible;
use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;
use tower::{Layer, Service, ServiceExt, service_fn};

type Body = Full<Bytes>;
type Stack = SecurityStack<MemoryStore, MemoryStore, MemoryStore, MemoryStore>;
type Headers = Vec<(HeaderName, HeaderValue)>;

const SITE: &str = "https://shop.example";
const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

/// Does nothing; its answer is of text, as refusals are.
async fn handler(_: Request<Body>) -> Result<Response<String>, Infallible> {
    Ok(Response::new(String::new()))
}

fn request(method: &Method, headers: &Headers) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri("/api/v1/models")
        .extension(Connection::of_peer(PROXY))
        .header(HOST, "shop.example")
        .header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:146.0)")
        .header("accept", "application/json")
        .header("x-forwarded-for", "198.51.100.7, 192.0.2.9")
        .header("x-forwarded-proto", "https");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Body::default()).expect("a request")
}

/// A service asked again and again with the same request, whose answer has this status.
fn ask<S>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    (name, status): (&str, u16),
    (method, headers): (Method, &Headers),
    service: &S,
) where
    S: Service<Request<Body>, Response = Response<String>, Error = Infallible> + Clone,
{
    let Ok(answer) = ready(service.clone().oneshot(request(&method, headers)));
    assert_eq!(answer.status(), status, "{name}: {}", answer.body());
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            || request(&method, headers),
            |request| ready(service.clone().oneshot(request)),
            BatchSize::SmallInput,
        );
    });
}

/// The stages of the edge, one by one.
pub(super) fn edge(criterion: &mut Criterion) {
    let system = Arc::new(SystemRandom);
    let handler = service_fn(handler);
    let refusing =
        service_fn(|_: Request<Body>| async { Ok(Problem::unauthenticated().into_response()) });
    let trusted = TrustedProxies::parse(["10.0.0.1"]).expect("an address");
    let rules = ClientIpRules::trusting(trusted, ProxyHeader::XForwardedFor);
    let clock: SharedClock = Arc::new(SystemClock);
    let plain = Headers::new();
    let origin = vec![(ORIGIN, HeaderValue::from_static(SITE))];
    let patterns = [SITE.parse().expect("an origin")];
    let cors = CorsLayer::new(CorsPolicy::with_credentials(patterns));
    let mut group = criterion.benchmark_group("edge");
    let get = |headers| (Method::GET, headers);
    ask(&mut group, ("no stage", 200), get(&plain), &handler);
    let stage = RequestIdLayer::new(system.clone()).layer(handler);
    ask(&mut group, ("request_id", 200), get(&plain), &stage);
    let stage = ClientIpLayer::new(rules, clock.clone()).layer(handler);
    ask(&mut group, ("client_ip", 200), get(&plain), &stage);
    let stage = HeadersLayer.layer(handler);
    ask(&mut group, ("headers", 200), get(&plain), &stage);
    let stage = cors.layer(handler);
    ask(&mut group, ("cors", 200), get(&plain), &stage);
    ask(&mut group, ("cors, an origin", 200), get(&origin), &stage);
    let stage = ProblemLayer.layer(handler);
    ask(&mut group, ("problem", 200), get(&plain), &stage);
    let stage = ProblemLayer.layer(refusing);
    ask(&mut group, ("problem, refused", 401), get(&plain), &stage);
    let stage = PanicLayer.layer(handler);
    ask(&mut group, ("panic", 200), get(&plain), &stage);
    let hosts = AllowedHosts::of_https(["shop.example"]).expect("a host");
    let stage = LimitsLayer::new(RequestLimits::new(hosts)).layer(handler);
    ask(&mut group, ("limits", 200), get(&plain), &stage);
    let limiter = RateLimiter::new(unlimited(), clock);
    let stage = AddressRateLimitLayer::new(limiter).layer(handler);
    ask(&mut group, ("address_rate_limit", 200), get(&plain), &stage);
    group.bench_function("a request id", |bencher| {
        let random: &dyn Random = &*system;
        bencher.iter(|| RequestId::generate(black_box(random)));
    });
    group.finish();
}

/// Counted as everything is, and never refused.
fn unlimited() -> RateLimiting {
    let most = RateLimits::MOST;
    let wide = RateLimits::new(most, most, Some(most), Some(most)).expect("limits");
    let rules = RateRules {
        anonymous: wide,
        free: wide,
        attempts: wide,
        flood: wide,
        ..RateRules::DEFAULT
    };
    RateLimiting {
        rules,
        ..RateLimiting::default()
    }
}

/// Who has signed in: the headers of a program, and those of a page.
async fn signed_in(stack: &Stack) -> (Headers, Headers) {
    let email = EmailAddress::parse("ada@example.com").expect("an address");
    let password = Password::new("correct horse battery staple");
    let ada = RegistrationRequest::new(email, "Ada", password.clone());
    stack.registrar().register(ada).await.expect("an account");
    let proof = Proof::new(password, [192, 0, 2, 1]);
    let proven = stack.sign_in().first_factor("ada@example.com", proof).await;
    let request = SessionRequest::new(Delivery::Cookie, Seen::at(stack.clock().now()));
    let account = proven.expect("a sign-in").account;
    let session = stack.sessions().open(account, &request).await;
    let session = session.expect("a session");
    let (access, cookies) = (&session.tokens.access.token, stack.session_cookies());
    let (_, csrf) = cookies
        .hand_over(&session.session, &session.tokens)
        .expect("cookies");
    let name = |kind| cookies.policy().name(kind);
    let text = |text: String| HeaderValue::try_from(text).expect("a header");
    let cookie = format!(
        "{}={access}; {}={}",
        name(CookieKind::Access),
        name(CookieKind::Csrf),
        csrf.expose()
    );
    let page = vec![
        (COOKIE, text(cookie)),
        (ORIGIN, HeaderValue::from_static(SITE)),
        (CSRF_HEADER, text(csrf.expose().to_owned())),
    ];
    let bearer = text(format!("Bearer {access}"));
    (vec![(AUTHORIZATION, bearer)], page)
}

/// The stages of a route, and all stages together.
pub(super) fn route(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let site = Site::new("shop", SITE).expect("a site");
    let keys = StackKeys::from_secret(&Secret::new([7; 32])).expect("keys");
    let hasher = PasswordHasher::new(Arc::new(SystemRandom));
    let stores = Stores::all_in(MemoryStore::default());
    let stack = SecurityStack::builder(site, keys, stores)
        .hashing(hasher, HashingPool::new(1, 1))
        .rate_limiting(unlimited());
    let (stack, bearer, page) = runtime.block_on(async {
        let stack: Stack = stack.start().await.expect("a stack");
        let (bearer, page) = signed_in(&stack).await;
        (stack, bearer, page)
    });
    let (plain, handler) = (Headers::new(), service_fn(handler));
    let cookies = GateLayer::new(CookieGate::new(stack.session_cookies().policy().clone()));
    let nobody = AuthorizationGate::new(Access::Public, stack.clock().clone());
    let mut group = criterion.benchmark_group("route");
    let get = |headers| (Method::GET, headers);
    ask(&mut group, ("no stage", 200), get(&plain), &handler);
    let stage = GateLayer::new(nobody).layer(handler);
    ask(&mut group, ("one gate", 200), get(&plain), &stage);
    let stage = cookies.layer(handler);
    ask(&mut group, ("cookies, none", 200), get(&plain), &stage);
    ask(&mut group, ("cookies", 200), get(&page), &stage);
    let public = stack.route(Access::Public).layer(handler);
    ask(&mut group, ("all, public", 200), get(&plain), &public);
    let session = stack.route(Access::Session).layer(handler);
    ask(&mut group, ("all, bearer", 200), get(&bearer), &session);
    ask(&mut group, ("all, cookie", 200), get(&page), &session);
    let post = (Method::POST, &page);
    ask(&mut group, ("all, cookie and CSRF", 200), post, &session);
    ask(&mut group, ("all, refused", 401), get(&plain), &session);
    group.finish();
    let mut group = criterion.benchmark_group("whole stack");
    let whole = stack.edge().layer(session);
    ask(&mut group, ("no stage", 200), get(&plain), &handler);
    ask(&mut group, ("bearer", 200), get(&bearer), &whole);
    ask(&mut group, ("cookie", 200), get(&page), &whole);
    ask(&mut group, ("refused", 401), get(&plain), &whole);
    group.finish();
}
