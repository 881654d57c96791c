//! The cost of each stage alone, beside `jsonwebtoken` in the same run.

mod client_ip;
mod limits;
mod requests;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, criterion_group, criterion_main};
use http::{Request, Response};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, EncodingKey, Validation};
use musicgen_security::authentication::jwt::{
    Algorithm, CachedVerifier, Claims, FIRST_PARTY, KeyRing, TokenIssuer, TokenSubject,
    TokenVerifier,
};
use musicgen_security::authorization::{
    GrantsCache, Permission, Policy, PolicySource, RoleName, Tier,
};
use musicgen_security::clock::{Clock, SystemClock};
use musicgen_security::cors::{CorsLayer, CorsPolicy, OriginPattern};
use musicgen_security::headers::HeadersLayer;
use musicgen_security::random::SystemRandom;
use musicgen_security::rate_limiting::OwnLimits;
use musicgen_security::revocation::{Revocations, Standing};
use musicgen_security::secrets::Secret;
use musicgen_security::testing::{MemoryStore, TestClock};
use musicgen_security::validation::Json;
use serde_json::Value;
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use time::{Duration, OffsetDateTime};
use tower::{Layer, Service, service_fn};
use uuid::Uuid;

const LIFETIME: Duration = Duration::minutes(15);

fn subject(now: OffsetDateTime) -> TokenSubject {
    TokenSubject {
        account: Uuid::from_u128(1),
        session: Uuid::from_u128(2),
        roles: vec![RoleName::USER],
        tier: Tier::Free,
        limits: OwnLimits::default(),
        epoch: 0,
        authenticated_at: now,
        client: FIRST_PARTY.to_owned(),
        scope: None,
        by_network: false,
    }
}

/// A key as both sides take it: ours of a PEM text, theirs of its DER.
fn keys(algorithm: Algorithm) -> (Secret, EncodingKey) {
    let pem = |der: &[u8]| {
        let body = STANDARD.encode(der);
        Secret::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"
        ))
    };
    match algorithm {
        Algorithm::Hs256 => (Secret::new([7; 32]), EncodingKey::from_secret(&[7; 32])),
        Algorithm::Es256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
            let der = pair.to_pkcs8v1().expect("its text");
            (pem(der.as_ref()), EncodingKey::from_ec_der(der.as_ref()))
        }
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::generate().expect("a key");
            let der = pair.to_pkcs8v1().expect("its text");
            (pem(der.as_ref()), EncodingKey::from_ed_der(der.as_ref()))
        }
    }
}

fn tokens(criterion: &mut Criterion) {
    // Already installed is as good.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    for (algorithm, theirs) in [
        (Algorithm::Hs256, jsonwebtoken::Algorithm::HS256),
        (Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
        (Algorithm::EdDsa, jsonwebtoken::Algorithm::EdDSA),
    ] {
        let (secret, signing) = keys(algorithm);
        let ring = Arc::new(KeyRing::single(algorithm, &secret).expect("a key"));
        let random = Arc::new(SystemRandom);
        let issuer = TokenIssuer::new(ring.clone(), "https://a.example", "b", LIFETIME, random);
        let verifier = TokenVerifier::new(ring.clone(), "https://a.example", "b", LIFETIME);
        let cached = CachedVerifier::new(verifier.clone(), 10_000);
        let now = SystemClock.now();
        let end = now + Duration::days(1);
        let subject = subject(now);
        let token = issuer.issue(&subject, now, end).expect("a token").token;

        let mut group = criterion.benchmark_group(format!("jwt {algorithm}"));
        group.bench_function("issue", |bencher| {
            bencher.iter(|| issuer.issue(black_box(&subject), now, end));
        });
        group.bench_function("verify", |bencher| {
            bencher.iter(|| verifier.verify(black_box(&token), now).is_ok());
        });
        // As in use: the one token among many others.
        for _ in 0..8_000 {
            let other = issuer.issue(&subject, now, end).expect("a token").token;
            let _ = cached.verify(&other, now);
        }
        group.bench_function("verify, cached", |bencher| {
            bencher.iter(|| cached.verify(black_box(&token), now).is_ok());
        });

        jsonwebtoken(&mut group, &ring, (theirs, &signing), &token);
        group.finish();
    }
}

/// The same with the crate that others use.
fn jsonwebtoken(
    group: &mut BenchmarkGroup<'_, WallTime>,
    ring: &KeyRing,
    (algorithm, signing): (jsonwebtoken::Algorithm, &EncodingKey),
    token: &str,
) {
    let claims: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(token.split('.').nth(1).unwrap_or_default())
            .expect("base64"),
    )
    .expect("JSON");
    let mut header = jsonwebtoken::Header::new(algorithm);
    header.kid = Some(ring.signing_key_id().to_owned());
    group.bench_function("jsonwebtoken issue", |bencher| {
        bencher.iter(|| jsonwebtoken::encode(&header, black_box(&claims), signing).is_ok());
    });
    let verifying = match ring.published(SystemClock.now()) {
        None => DecodingKey::from_secret(&[7; 32]),
        Some(set) => {
            let jwk = serde_json::to_value(&set.keys[0]).expect("JSON");
            let jwk: Jwk = serde_json::from_value(jwk).expect("a JWK");
            DecodingKey::from_jwk(&jwk).expect("a key")
        }
    };
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&["b"]);
    validation.set_issuer(&["https://a.example"]);
    group.bench_function("jsonwebtoken verify", |bencher| {
        bencher.iter(|| {
            jsonwebtoken::decode::<Value>(black_box(token), &verifying, &validation).is_ok()
        });
    });
}

fn rights(criterion: &mut Criterion) {
    let grants = Policy::built_in().grants(&[RoleName::USER]);
    criterion.bench_function("permission", |bencher| {
        bencher.iter(|| black_box(&grants).allow(&Permission::MODELS_VIEW));
    });
    let source = PolicySource::new(Policy::built_in());
    let roles = [RoleName::parse("premium_user").expect("a role")];
    criterion.bench_function("policy now", |bencher| bencher.iter(|| source.current()));
    criterion.bench_function("rights of a role", |bencher| {
        bencher.iter(|| source.current().grants(black_box(&roles)));
    });
    let body = br#"{"prompt":"upbeat jazz piano with walking bass","duration":30,"seed":7}"#;
    criterion.bench_function("strict JSON", |bencher| {
        bencher.iter(|| Json::parse(black_box(body)).is_ok());
    });
}

/// What a request with a credential costs before its handler: the signature or the memory of it, what
/// is over, rights, permission. Others sign out all the time: the index is not empty.
fn hot_path(criterion: &mut Criterion) {
    let ring = Arc::new(KeyRing::hs256(&Secret::new([7; 32])).expect("a key"));
    let clock = Arc::new(SystemClock);
    let (now, random) = (clock.now(), Arc::new(SystemRandom));
    let issuer = TokenIssuer::new(ring.clone(), "https://a.example", "b", LIFETIME, random);
    let verifier = TokenVerifier::new(ring, "https://a.example", "b", LIFETIME);
    let cached = CachedVerifier::new(verifier.clone(), 10_000);
    let store = MemoryStore::default();
    let still = Arc::new(TestClock::default());
    let revocations = Revocations::new(store.clone(), "https://a.example", LIFETIME, still.clone());
    let grants = GrantsCache::new(PolicySource::new(Policy::built_in()), store);
    let token = issuer.issue(&subject(now), now, now + Duration::days(1));
    let token = token.expect("a token").token;
    for n in 0..1_000 {
        let claims = Claims {
            session: Uuid::from_u128(n + 10),
            token_id: n.to_string(),
            ..verifier.verify(&token, now).expect("our token")
        };
        ready(revocations.revoke(&claims)).expect("revoked");
    }
    let judge = |claims: &Claims| {
        let standing = ready(revocations.standing(claims)).expect("an answer");
        let grants = ready(grants.of(claims.subject, claims.epoch, &claims.roles));
        standing == Standing::Good && grants.is_ok_and(|all| all.allow(&Permission::MODELS_VIEW))
    };
    let mut group = criterion.benchmark_group("hot path");
    group.bench_function("verify, revocation, permission", |bencher| {
        bencher.iter(|| judge(&verifier.verify(black_box(&token), now).expect("ours")));
    });
    group.bench_function("the same, cached", |bencher| {
        bencher.iter(|| judge(&cached.verify(black_box(&token), now).expect("ours")));
    });
    let claims = cached.verify(&token, now).expect("ours");
    group.bench_function("revocation alone", |bencher| {
        bencher.iter(|| ready(revocations.standing(black_box(&claims))).is_ok());
    });
    group.bench_function("rights and permission alone", |bencher| {
        bencher.iter(|| {
            let all = ready(grants.of(claims.subject, 0, black_box(&claims.roles)));
            all.is_ok_and(|all| all.allow(&Permission::MODELS_VIEW))
        });
    });
    group.finish();
}

/// Whose page it is, among a hundred origins and a few stars.
fn origins(criterion: &mut Criterion) {
    let exact = (0..100).map(|n| format!("https://app-{n}.example.com"));
    let stars = (0..4).map(|n| format!("https://*.tenant-{n}.example.org"));
    let patterns = exact.chain(stars).map(|text| text.parse::<OriginPattern>());
    let policy = CorsPolicy::with_credentials(patterns.map(|one| one.expect("a pattern")));
    let mut group = criterion.benchmark_group("cors");
    for (name, origin) in [
        ("no origin", None),
        ("allowed", Some("https://app-57.example.com")),
        (
            "allowed by a star",
            Some("https://a.b.tenant-3.example.org"),
        ),
        ("refused", Some("https://app-57.example.com.evil.example")),
    ] {
        let mut headers = http::HeaderMap::new();
        for (name, value) in [
            ("accept", "*/*"),
            ("host", "a.example"),
            ("user-agent", "b"),
        ] {
            headers.insert(name, http::HeaderValue::from_static(value));
        }
        if let Some(origin) = origin {
            headers.insert("origin", http::HeaderValue::from_static(origin));
        }
        group.bench_function(name, |bencher| {
            bencher.iter(|| policy.judge(black_box(&headers)).is_ok());
        });
    }
    group.finish();
}

/// What the edge's outer stages add to an answer that is made at once.
fn answers(criterion: &mut Criterion) {
    let bare = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(String::new())));
    let origin: OriginPattern = "https://app.example.com".parse().expect("a pattern");
    let policy = CorsPolicy::with_credentials([origin]);
    let mut with_cors = CorsLayer::new(policy).layer(bare);
    let mut with_headers = HeadersLayer.layer(bare);
    let mut bare = bare;
    let request = || {
        let request = Request::builder().header("origin", "https://app.example.com");
        request.body(()).expect("a request")
    };
    let mut group = criterion.benchmark_group("answer");
    group.bench_function("bare", |bencher| {
        bencher.iter_batched(request, |one| ready(bare.call(one)), BatchSize::SmallInput);
    });
    group.bench_function("headers", |bencher| {
        bencher.iter_batched(
            request,
            |one| ready(with_headers.call(one)),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("cors, allowed", |bencher| {
        bencher.iter_batched(
            request,
            |one| ready(with_cors.call(one)),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// The output of a future that doesn't wait.
fn ready<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

criterion_group!(
    benches,
    tokens,
    rights,
    hot_path,
    origins,
    answers,
    client_ip::client_ip,
    limits::limits,
    requests::edge,
    requests::route
);
criterion_main!(benches);
