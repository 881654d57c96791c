//! What the stack puts together agrees with itself.

use super::{SecurityStack, Site, StackBuilder, StackKeys, Stores};
use crate::authentication::accounts::EmailAddress;
use crate::authentication::passwords::Password;
use crate::authentication::{Proof, RegistrationRequest, SessionRequest, SignedIn};
use crate::authorization::Access;
use crate::cookies::CookieKind;
use crate::secrets::Secret;
use crate::sessions::{Delivery, Seen, SessionStore};
use crate::testing::{MemoryStore, TestClock};
use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, ORIGIN, USER_AGENT};
use http::{HeaderName, Method, Request, Response};
use http_body_util::Full;
use std::convert::Infallible;
use std::sync::Arc;
use time::Duration;
use tower::{Layer, ServiceExt, service_fn};

type Stack = SecurityStack<MemoryStore, MemoryStore, MemoryStore, MemoryStore>;

const ORIGIN_OF_OURS: &str = "https://shop.example";

fn builder(
    store: &MemoryStore,
    clock: &Arc<TestClock>,
) -> StackBuilder<MemoryStore, MemoryStore, MemoryStore, MemoryStore> {
    let site = Site::new("shop", ORIGIN_OF_OURS).unwrap();
    let keys = StackKeys::from_secret(&Secret::new([7; 32])).unwrap();
    SecurityStack::builder(site, keys, Stores::all_in(store.clone())).clock(clock.clone())
}

async fn signed_in(stack: &Stack, delivery: Delivery) -> SignedIn {
    let email = EmailAddress::parse("ada@example.com").unwrap();
    let password = Password::new("correct horse battery staple");
    let ada = RegistrationRequest::new(email, "Ada", password.clone());
    stack.registrar().register(ada).await.unwrap();
    let proof = Proof::new(password, [192, 0, 2, 1]);
    let proven = stack.sign_in().first_factor("ada@example.com", proof).await;
    let request = SessionRequest::new(delivery, Seen::at(stack.clock().now()));
    stack
        .sessions()
        .open(proven.unwrap().account, &request)
        .await
        .unwrap()
}

async fn status(
    stack: &Stack,
    access: Access,
    method: Method,
    headers: &[(HeaderName, &str)],
) -> u16 {
    let handler = service_fn(|_: Request<Full<Bytes>>| async {
        Ok::<_, Infallible>(Response::new(String::new()))
    });
    let mut request = Request::builder().method(method);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Full::default()).unwrap();
    let answer = stack.route(access).layer(handler).oneshot(request).await;
    answer.unwrap().status().as_u16()
}

#[tokio::test]
async fn tokens_and_cookies_that_it_makes_are_those_that_it_takes() {
    let (store, clock) = (MemoryStore::default(), Arc::default());
    let stack = builder(&store, &clock).start().await.unwrap();
    let signed_in = signed_in(&stack, Delivery::Cookie).await;
    let access = &signed_in.tokens.access;
    assert_eq!(access.expires_in, Duration::minutes(15));
    let bearer = format!("Bearer {}", access.token);
    let name = stack.session_cookies().policy().name(CookieKind::Access);
    let cookie = format!("{name}={}", access.token);
    let by = [
        vec![(AUTHORIZATION, bearer.as_str())],
        vec![(COOKIE, cookie.as_str())],
    ];
    for headers in &by {
        assert_eq!(
            status(&stack, Access::Session, Method::GET, headers).await,
            200
        );
        assert_eq!(
            status(&stack, Access::Operator, Method::GET, headers).await,
            403
        );
    }
    assert_eq!(status(&stack, Access::Session, Method::GET, &[]).await, 401);
    // A second start with the same secret and store is the same service.
    let again = builder(&store, &clock).start().await.unwrap();
    assert_eq!(
        status(&again, Access::Session, Method::GET, &by[0]).await,
        200
    );
    let other = StackKeys::from_secret(&Secret::new([8; 32])).unwrap();
    let site = Site::new("shop", ORIGIN_OF_OURS).unwrap();
    let other = SecurityStack::builder(site, other, Stores::all_in(store)).clock(clock);
    let other = other.start().await.unwrap();
    assert_eq!(
        status(&other, Access::Session, Method::GET, &by[0]).await,
        401
    );
}

/// CSRF-5: no route is made that lets another site sign a browser in.
#[tokio::test]
async fn a_public_route_holds_visitors_to_the_origin_rule() {
    let (store, clock) = (MemoryStore::default(), Arc::default());
    let stack = builder(&store, &clock).start().await.unwrap();
    for (name, method, origin, expected) in [
        ("ours", Method::POST, Some(ORIGIN_OF_OURS), 200),
        (
            "another site's",
            Method::POST,
            Some("https://evil.example"),
            403,
        ),
        ("a program's", Method::POST, None, 200),
        ("reading", Method::GET, Some("https://evil.example"), 200),
    ] {
        let headers: Vec<_> = origin.into_iter().map(|origin| (ORIGIN, origin)).collect();
        assert_eq!(
            status(&stack, Access::Public, method, &headers).await,
            expected,
            "{name}"
        );
    }
}

/// Rule 5 of [`sessions`](crate::sessions): use is written down behind the request, and what waits at
/// the end is not lost.
#[tokio::test]
async fn upkeep_writes_what_waits_before_it_stops() {
    let (store, clock) = (MemoryStore::default(), Arc::<TestClock>::default());
    let stack = builder(&store, &clock).start().await.unwrap();
    let signed_in = signed_in(&stack, Delivery::Body).await;
    let bearer = format!("Bearer {}", signed_in.tokens.access.token);
    clock.advance(Duration::minutes(2));
    let headers = [(AUTHORIZATION, bearer.as_str()), (USER_AGENT, "curl/8")];
    assert_eq!(
        status(&stack, Access::Session, Method::GET, &headers).await,
        200
    );
    let agent = || async {
        let session = SessionStore::find(&store, signed_in.session.id).await;
        session.unwrap().unwrap().seen.agent
    };
    assert_eq!(agent().await, None);
    stack.upkeep(std::future::ready(())).await;
    assert_eq!(agent().await.as_deref(), Some("curl/8"));
    // It may be started again.
    clock.advance(Duration::minutes(2));
    let headers = [(AUTHORIZATION, bearer.as_str()), (USER_AGENT, "curl/9")];
    assert_eq!(
        status(&stack, Access::Session, Method::GET, &headers).await,
        200
    );
    stack.upkeep(std::future::ready(())).await;
    assert_eq!(agent().await.as_deref(), Some("curl/9"));
}
