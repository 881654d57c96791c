//! The cost of each stage alone, beside `jsonwebtoken` in the same run.

use criterion::{Criterion, criterion_group, criterion_main};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use musicgen_security::authentication::jwt::{
    FIRST_PARTY, KeyRing, TokenIssuer, TokenSubject, TokenVerifier,
};
use musicgen_security::authorization::{Permission, Policy, PolicySource, RoleName, Tier};
use musicgen_security::clock::{Clock, SystemClock};
use musicgen_security::random::SystemRandom;
use musicgen_security::secrets::Secret;
use musicgen_security::validation::Json;
use std::hint::black_box;
use std::sync::Arc;
use time::Duration;
use uuid::Uuid;

const SECRET: [u8; 32] = [7; 32];

fn tokens(criterion: &mut Criterion) {
    let keys = Arc::new(KeyRing::hs256(&Secret::new(SECRET)).expect("a key"));
    let lifetime = Duration::minutes(15);
    let issuer = TokenIssuer::new(
        keys.clone(),
        "https://a.example",
        "b",
        lifetime,
        Arc::new(SystemRandom),
    );
    let verifier = TokenVerifier::new(keys, "https://a.example", "b", lifetime);
    let now = SystemClock.now();
    let subject = TokenSubject {
        account: Uuid::nil(),
        session: Uuid::nil(),
        roles: vec![RoleName::USER],
        tier: Tier::Free,
        epoch: 0,
        authenticated_at: now,
        client: FIRST_PARTY.to_owned(),
        scope: None,
    };
    let token = issuer
        .issue(&subject, now, now + Duration::days(1))
        .expect("a token")
        .token;
    let mut group = criterion.benchmark_group("access token");
    group.bench_function("issue", |bencher| {
        bencher.iter(|| issuer.issue(&subject, now, now + Duration::days(1)));
    });
    group.bench_function("verify", |bencher| {
        bencher.iter(|| verifier.verify(black_box(&token), now).is_ok());
    });
    // Already installed is as good.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["b"]);
    validation.set_issuer(&["https://a.example"]);
    let key = DecodingKey::from_secret(&SECRET);
    group.bench_function("jsonwebtoken verify", |bencher| {
        bencher.iter(|| {
            jsonwebtoken::decode::<serde_json::Value>(black_box(&token), &key, &validation).is_ok()
        });
    });
    group.finish();
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

criterion_group!(benches, tokens, rights);
criterion_main!(benches);
