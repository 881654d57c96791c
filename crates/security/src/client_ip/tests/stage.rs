use super::*;
use crate::testing::TestClock;
use http::{Request, Response};
use std::convert::Infallible;
use std::sync::Arc;
use tower::{Layer, ServiceExt, service_fn};

type Seen = (Option<ClientIp>, Option<Scheme>, Option<ForwardedHost>);

async fn through(layer: &ClientIpLayer, request: Request<()>) -> Seen {
    let inner = service_fn(async |request: Request<()>| {
        let found = request.extensions();
        let seen: Seen = (
            found.get().copied(),
            found.get().copied(),
            found.get().cloned(),
        );
        Ok::<_, Infallible>(Response::new(seen))
    });
    let Ok(answer) = layer.layer(inner).oneshot(request).await;
    answer.into_body()
}

/// Rule 1: all of it is there for the stages below; without a connection nothing is.
#[tokio::test]
async fn stages_below_know_who_calls() {
    let clock = Arc::new(TestClock::default());
    let layer = ClientIpLayer::new(rules(ProxyHeader::XForwardedFor), clock);
    let request = |connection: Option<Connection>| {
        let mut request = Request::builder()
            .header("x-forwarded-for", "192.0.2.66, 198.51.100.7")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "music.example");
        if let Some(connection) = connection {
            request = request.extension(connection);
        }
        request.body(()).unwrap()
    };
    let by_proxy = Connection::of_peer(ip("10.0.0.1"));
    let (client, scheme, host) = through(&layer, request(Some(by_proxy))).await;
    assert_eq!(client.unwrap().address(), ip("198.51.100.7"));
    assert_eq!(scheme, Some(Scheme::Https));
    assert_eq!(host.unwrap().as_str(), "music.example");
    let direct = Connection::of_peer(ip("192.0.2.1"));
    let (client, scheme, host) = through(&layer, request(Some(direct))).await;
    assert_eq!(client, Some(ClientIp::of_peer(ip("192.0.2.1"))));
    assert_eq!((scheme, host), (Some(Scheme::Http), None));
    assert_eq!(through(&layer, request(None)).await, (None, None, None));
}
