//! The stage in front of a small service that tells what body reached it.

use super::*;
use crate::gate::GateLayer;
use crate::problem::Problem;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Collected};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, ServiceExt, service_fn};

/// A body in one piece, of a declared length.
type Full = http_body_util::Full<Bytes>;

pub(super) const OK: &str = "";
pub(super) const MISSING: &str = "csrf_token_missing";
pub(super) const MALFORMED: &str = "csrf_token_malformed";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// A body of these pieces, of a length that nobody declared; an empty piece is where it breaks off.
#[derive(Debug)]
pub(super) struct Pieces(pub(super) VecDeque<Bytes>);

impl From<Bytes> for Pieces {
    fn from(whole: Bytes) -> Self {
        Self([whole].into())
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        Poll::Ready(self.0.pop_front().map(|piece| {
            if piece.is_empty() {
                Err("broken off")
            } else {
                Ok(Frame::data(piece))
            }
        }))
    }
}

pub(super) fn gate_at(now: OffsetDateTime, rule: OriginRule) -> CsrfGate {
    let clock: SharedClock = Arc::new(TestClock::at(now));
    CsrfGate::new(tokens_of(1, &[]), rule, clock)
}

pub(super) fn gate() -> CsrfGate {
    gate_at(noon(), rule())
}

/// A token of a session, as its cookie holds it.
pub(super) fn token_of(session: Uuid) -> String {
    let token = tokens_of(1, &[]).issue(Binding::Session(session), noon());
    token.expose().to_owned()
}

pub(super) fn ours() -> CookieSession {
    CookieSession::new(OURS, noon())
}

/// A request with our session's cookies.
pub(super) fn request(method: &str, headers: Pairs<'_>, body: &str) -> Request<Full> {
    let mut builder = Request::builder().method(method);
    for (name, value) in headers {
        builder = builder.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let mut request = builder.body(Full::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(cookies(&[&token_of(OURS)]));
    request.extensions_mut().insert(ours());
    request
}

/// What the service behind the stage got, or the refusal.
pub(super) async fn through_layer<B>(gate: CsrfGate, request: Request<B>) -> Result<Bytes, Problem>
where
    B: Body<Data = Bytes> + From<Bytes> + Send + 'static,
    B::Error: std::fmt::Display,
{
    let echo = service_fn(|request: Request<B>| async {
        let body = request.into_body().collect().await;
        let body = body.map_or_else(|_| Bytes::from("broken off"), Collected::to_bytes);
        Ok::<_, Infallible>(Response::new(body))
    });
    let stage = GateLayer::new(CsrfStage::new(gate));
    let response = stage.layer(echo).oneshot(request).await;
    answer(response.unwrap())
}

pub(super) async fn through_gate(gate: CsrfGate, request: Request<Full>) -> Result<Bytes, Problem> {
    let echo =
        service_fn(|_: Request<Full>| async { Ok::<_, Infallible>(Response::new(Bytes::new())) });
    let response = GateLayer::new(gate).layer(echo).oneshot(request).await;
    answer(response.unwrap())
}

fn answer(response: Response<Bytes>) -> Result<Bytes, Problem> {
    match response.extensions().get::<Problem>() {
        Some(problem) => Err(problem.clone()),
        None => Ok(response.into_body()),
    }
}

pub(super) fn word<T>(answer: &Result<T, Problem>) -> &'static str {
    answer.as_ref().err().map_or(OK, Problem::code)
}

/// CSRF-1, CSRF-7, CSRF-9, CSRF-11, CSRF-15, B26, B71, B74: by header, through layer and gate alike.
// table: method, headers, and the word of the refusal
#[tokio::test]
async fn a_cookie_session_needs_a_token_to_change_something() {
    let (good, theirs) = (token_of(OURS), token_of(THEIRS));
    let token = ("x-csrf-token", good.as_str());
    let rows: &[(&str, &str, Pairs<'_>, &str)] = &[
        ("get", "GET", &[], OK),
        ("head", "HEAD", &[], OK),
        ("options", "OPTIONS", &[], OK),
        ("post", "POST", &[], MISSING),
        ("put", "PUT", &[], MISSING),
        ("patch", "PATCH", &[], MISSING),
        ("delete", "DELETE", &[], MISSING),
        ("an unknown method", "PURGE", &[], MISSING),
        ("lower case is another method", "get", &[], MISSING),
        (
            "post as get",
            "POST",
            &[("x-http-method-override", "GET")],
            MISSING,
        ),
        (
            "get as post",
            "GET",
            &[("x-http-method-override", "POST")],
            OK,
        ),
        ("post with it", "POST", &[token], OK),
        ("put with it", "PUT", &[token], OK),
        ("patch with it", "PATCH", &[token], OK),
        ("delete with it", "DELETE", &[token], OK),
        (
            "from our page",
            "POST",
            &[token, ("origin", "https://app.example.com")],
            OK,
        ),
        (
            "from another site",
            "POST",
            &[token, ("origin", "https://evil.example")],
            "origin_not_allowed",
        ),
        (
            "from nowhere",
            "POST",
            &[token, ("origin", "null")],
            "origin_not_allowed",
        ),
        (
            "http of our host",
            "POST",
            &[token, ("origin", "http://app.example.com")],
            "origin_not_allowed",
        ),
        (
            "cross-site",
            "POST",
            &[token, ("sec-fetch-site", "cross-site")],
            "cross_site_request",
        ),
        (
            "cross-site get",
            "GET",
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
            OK,
        ),
        (
            "their token",
            "POST",
            &[("x-csrf-token", &theirs)],
            "csrf_token_mismatch",
        ),
        ("x", "POST", &[("x-csrf-token", "x")], "csrf_token_mismatch"),
        ("empty", "POST", &[("x-csrf-token", "")], MALFORMED),
        (
            "beyond ASCII",
            "POST",
            &[("x-csrf-token", "\u{e9}")],
            MALFORMED,
        ),
        ("two headers", "POST", &[token, token], MALFORMED),
        (
            "two headers, theirs first",
            "POST",
            &[("x-csrf-token", &theirs), token],
            MALFORMED,
        ),
        (
            "another header",
            "POST",
            &[("x-xsrf-token", &good)],
            MISSING,
        ),
        (
            "in the query of a referer",
            "POST",
            &[("referer", "https://app.example.com/?csrf_token=x")],
            MISSING,
        ),
        (
            "as JSON",
            "POST",
            &[("content-type", "application/json")],
            MISSING,
        ),
    ];
    for (name, method, headers, expected) in rows {
        let answers = [
            through_layer(gate(), request(method, headers, "body")).await,
            through_gate(gate(), request(method, headers, "body")).await,
        ];
        for answer in answers {
            assert_eq!(word(&answer), *expected, "{name}");
            assert!(
                answer.is_ok() || answer.is_err_and(|problem| problem.status().as_u16() == 403),
                "{name}"
            );
        }
    }
}

/// CSRF-2, B26, B73: cookies that somebody planted, whatever the header says.
#[tokio::test]
async fn planted_cookies_are_refused() {
    let (good, theirs) = (token_of(OURS), token_of(THEIRS));
    let (good, theirs) = (good.as_str(), theirs.as_str());
    let rows: &[(&str, &[&str], &str, &str)] = &[
        ("their pair", &[theirs], theirs, "csrf_token_invalid"),
        ("x and x", &["x"], "x", MALFORMED),
        ("empty and empty", &[""], "", MALFORMED),
        ("no cookie", &[], good, "csrf_cookie_missing"),
        (
            "theirs, ours",
            &[theirs, good],
            theirs,
            "csrf_cookie_ambiguous",
        ),
        (
            "ours, theirs",
            &[good, theirs],
            theirs,
            "csrf_cookie_ambiguous",
        ),
        (
            "ours, theirs, sent ours",
            &[good, theirs],
            good,
            "csrf_cookie_ambiguous",
        ),
    ];
    for (name, planted, sent, expected) in rows {
        let mut by_header = request("POST", &[("x-csrf-token", sent)], "");
        by_header.extensions_mut().insert(cookies(planted));
        assert_eq!(
            word(&through_layer(gate(), by_header).await),
            *expected,
            "{name}"
        );
        let form = format!("csrf_token={sent}");
        let mut by_field = request("POST", &[("content-type", FORM)], &form);
        by_field.extensions_mut().insert(cookies(planted));
        assert_eq!(
            word(&through_layer(gate(), by_field).await),
            *expected,
            "{name}, form"
        );
    }
}

/// CSRF-4: through the stage, with its clock.
#[tokio::test]
async fn a_replaced_token_ends_after_a_minute() {
    let renewed = noon() + Duration::minutes(10);
    for (after, expected) in [
        (59, OK),
        (60, "csrf_token_expired"),
        (61, "csrf_token_expired"),
    ] {
        let mut request = request("POST", &[("x-csrf-token", &token_of(OURS))], "");
        request
            .extensions_mut()
            .insert(CookieSession::new(OURS, renewed));
        let gate = gate_at(renewed + Duration::seconds(after), rule());
        assert_eq!(
            word(&through_layer(gate, request).await),
            expected,
            "{after} s"
        );
    }
}

/// CSRF-6: a bearer token, an API key or nobody needs no CSRF token, whatever cookies came along.
#[tokio::test]
async fn without_a_cookie_session_nothing_is_asked() {
    let evil = ("origin", "https://evil.example");
    for header in [
        ("authorization", "Bearer x"),
        ("x-api-key", "x"),
        ("accept", "*/*"),
    ] {
        let mut request = request("POST", &[header, evil], "body");
        request.extensions_mut().remove::<CookieSession>();
        assert_eq!(
            through_layer(gate(), request).await.unwrap(),
            "body",
            "{header:?}"
        );
    }
}

/// CSRF-7: a sensitive route wants to know where a request comes from.
#[tokio::test]
async fn a_sensitive_route_needs_an_origin() {
    let token = token_of(OURS);
    let token = ("x-csrf-token", token.as_str());
    let strict = || gate_at(noon(), rule().strict());
    let silent = through_layer(strict(), request("POST", &[token], "")).await;
    assert_eq!(word(&silent), "origin_missing");
    let origin = ("origin", "https://app.example.com");
    let telling = through_layer(strict(), request("POST", &[token, origin], "")).await;
    assert_eq!(word(&telling), OK);
}

/// Fail closed: stages in a wrong order are a failure of ours and not a pass.
#[tokio::test]
async fn a_session_without_read_cookies_is_a_failure() {
    let mut request = request("POST", &[("x-csrf-token", &token_of(OURS))], "");
    request.extensions_mut().remove::<RequestCookies>();
    let refused = through_layer(gate(), request).await.unwrap_err();
    assert_eq!(refused.status().as_u16(), 500);
}
