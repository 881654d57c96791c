use super::*;
use crate::panic::PanicLayer;
use crate::problem::{Problem, ProblemLayer};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use std::convert::Infallible;
use tower::{ServiceExt, service_fn};

type Body = Full<Bytes>;

/// Answers by path; `/cookies` with what it saw of them.
async fn handle(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let mut response = Response::new(Body::default());
    match request.uri().path() {
        "/varies" => {
            for value in ["Accept-Encoding", "accept, ORIGIN"] {
                response
                    .headers_mut()
                    .append("vary", HeaderValue::from_static(value));
            }
        }
        "/star" => {
            response
                .headers_mut()
                .insert("vary", HeaderValue::from_static("*"));
        }
        "/own-mark" => {
            for name in [
                "access-control-allow-origin",
                "access-control-allow-credentials",
            ] {
                response
                    .headers_mut()
                    .insert(name, HeaderValue::from_static("true"));
            }
        }
        "/cookies" => {
            let cookies = request.headers().get("cookie").cloned();
            *response.body_mut() =
                Body::from(cookies.map_or(Bytes::new(), |v| Bytes::copy_from_slice(v.as_bytes())));
        }
        "/panic" => panic!("told to"),
        "/refused" => return Ok(Problem::unauthenticated().into_response()),
        _ => {}
    }
    Ok(response)
}

async fn send(policy: &CorsPolicy, method: Method, path: &str, list: Pairs<'_>) -> Response<Body> {
    let layers = tower::ServiceBuilder::new()
        .layer(CorsLayer::new(policy.clone()))
        .layer(ProblemLayer)
        .layer(PanicLayer);
    let mut request = Request::new(Body::default());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap();
    *request.headers_mut() = headers(list);
    layers
        .service(service_fn(handle))
        .oneshot(request)
        .await
        .unwrap()
}

const APP: (&str, &str) = ("origin", "https://app.example.com");
const EVIL: (&str, &str) = ("origin", "https://evil.example");
const ASKS: (&str, &str) = ("access-control-request-method", "POST");

fn all<'a>(response: &'a Response<Body>, name: &str) -> Vec<&'a str> {
    let values = response.headers().get_all(name).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

/// CORS-3, CORS-13, B24, B25: every answer varies, and is marked for whom it is allowed.
#[tokio::test]
async fn b24_b25_every_answer_varies_and_is_marked_for_whom_it_is_allowed() {
    let rows = [("/", 200), ("/refused", 401), ("/panic", 500)];
    for (path, status) in rows {
        for (list, origin) in [
            (&[][..], vec![]),
            (&[APP][..], vec![APP.1]),
            (&[EVIL][..], vec![]),
            (&[("origin", "null")][..], vec![]),
        ] {
            let answer = send(&policy(), Method::GET, path, list).await;
            assert_eq!(answer.status(), status);
            assert_eq!(
                all(&answer, "access-control-allow-origin"),
                origin,
                "{path}"
            );
            let credentials = if origin.is_empty() {
                vec![]
            } else {
                vec!["true"]
            };
            assert_eq!(
                all(&answer, "access-control-allow-credentials"),
                credentials
            );
            assert_eq!(all(&answer, "vary"), ["Origin"], "{path} {list:?}");
            let exposed = all(&answer, "access-control-expose-headers");
            assert_eq!(exposed.len(), origin.len(), "{path}");
            assert!(
                exposed
                    .iter()
                    .all(|list| list.contains("Retry-After") && !list.contains('*'))
            );
        }
    }
}

#[tokio::test]
async fn what_an_answer_varies_on_already_is_kept() {
    let rows = [
        ("/varies", "Accept-Encoding, accept, ORIGIN"),
        ("/star", "*"),
        ("/", "Origin"),
    ];
    for (path, vary) in rows {
        let answer = send(&policy(), Method::GET, path, &[APP]).await;
        assert_eq!(all(&answer, "vary"), [vary], "{path}");
    }
}

/// What a handler says about origins doesn't count.
#[tokio::test]
async fn a_handler_marks_nothing() {
    for (list, expected) in [(&[EVIL][..], vec![]), (&[APP][..], vec![APP.1])] {
        let answer = send(&policy(), Method::GET, "/own-mark", list).await;
        assert_eq!(all(&answer, "access-control-allow-origin"), expected);
    }
}

/// CORS-2, CORS-7, CORS-9: preflights end here, and so do several origins.
#[tokio::test]
async fn preflights_and_several_origins_end_here() {
    let rows: &[(&str, Method, Pairs<'_>, u16, &str)] = &[
        ("allowed", Method::OPTIONS, &[APP, ASKS], 204, ""),
        (
            "refused",
            Method::OPTIONS,
            &[EVIL, ASKS],
            403,
            "origin_not_allowed",
        ),
        (
            "null",
            Method::OPTIONS,
            &[("origin", "null"), ASKS],
            403,
            "origin_not_allowed",
        ),
        (
            "two, asking",
            Method::OPTIONS,
            &[APP, EVIL, ASKS],
            400,
            "malformed_request",
        ),
        ("two", Method::GET, &[APP, APP], 400, "malformed_request"),
        (
            "two, changing",
            Method::POST,
            &[APP, EVIL],
            400,
            "malformed_request",
        ),
        (
            "no question",
            Method::OPTIONS,
            &[APP],
            500,
            "internal_error",
        ),
        ("no origin", Method::OPTIONS, &[ASKS], 500, "internal_error"),
        (
            "a question by GET",
            Method::GET,
            &[APP, ASKS],
            500,
            "internal_error",
        ),
        (
            "served, whoever asks",
            Method::POST,
            &[EVIL],
            500,
            "internal_error",
        ),
    ];
    for (name, method, list, status, code) in rows {
        let answer = send(&policy(), method.clone(), "/panic", list).await;
        assert_eq!(answer.status(), *status, "{name}");
        if [204, 400, 403].contains(status) {
            assert_eq!(
                all(&answer, "vary"),
                ["Origin, Access-Control-Request-Method, Access-Control-Request-Headers"],
                "{name}"
            );
        }
        if [400, 403].contains(status) {
            let granted = answer.headers().keys();
            let granted = granted.filter(|name| name.as_str().starts_with("access-control"));
            assert_eq!(granted.count(), 0, "{name}");
            assert_eq!(all(&answer, "content-type"), ["application/problem+json"]);
        }
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        assert_eq!(json["code"].as_str().unwrap_or_default(), *code, "{name}");
    }
}

/// CORS-14: whoever may read without credentials has no cookies; our own pages keep theirs, and what a
/// refused page sends is for the origin rule to judge.
#[tokio::test]
async fn cookies_count_only_with_credentials() {
    let own = "https://music.example.com".parse().unwrap();
    let listed = CorsPolicy::without_credentials(patterns(&["https://app.example.com"]));
    let anybody = CorsPolicy::for_anybody().of_service([&own]);
    let cookie = ("cookie", "a=b");
    let ours = ("origin", "https://music.example.com");
    let rows: &[(&str, &CorsPolicy, Pairs<'_>, &str)] = &[
        ("with credentials", &policy(), &[APP, cookie], "a=b"),
        ("listed without", &listed, &[APP, cookie], ""),
        ("refused", &listed, &[EVIL, cookie], "a=b"),
        ("anybody", &anybody, &[EVIL, cookie], ""),
        ("anybody, two lines", &anybody, &[EVIL, cookie, cookie], ""),
        ("ours", &anybody, &[ours, cookie], "a=b"),
        ("no origin", &anybody, &[cookie], "a=b"),
    ];
    for (name, policy, list, expected) in rows {
        let answer = send(policy, Method::GET, "/cookies", list).await;
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, expected.as_bytes(), "{name}");
    }
}

/// CORS-16: a path without CORS is for no other origin, asked or not.
#[tokio::test]
async fn a_path_can_be_left_out() {
    let policy = policy().without_paths(["/authorize"]);
    for (method, list, status) in [
        (Method::GET, &[APP][..], 200),
        (Method::OPTIONS, &[APP, ASKS][..], 403),
    ] {
        let answer = send(&policy, method, "/authorize", list).await;
        assert_eq!(answer.status(), status);
        let names = answer.headers().keys();
        let cors = names.filter(|name| name.as_str().starts_with("access-control"));
        assert_eq!(cors.count(), 0);
        assert!(!answer.headers().contains_key("vary"));
    }
    let other = send(&policy, Method::GET, "/authorize/", &[APP]).await;
    assert_eq!(all(&other, "access-control-allow-origin"), [APP.1]);
}
