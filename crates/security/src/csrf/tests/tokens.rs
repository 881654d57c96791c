use super::*;
use crate::cookies::{CookieKind, Presented};
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use std::collections::HashSet;

const OK: &str = "";

/// A name, the cookies, what is sent beside them, and the word of the fault.
type Row<'a> = (&'a str, &'a [&'a str], Option<&'a [u8]>, &'a str);

fn word(judged: Result<(), CsrfFault>) -> &'static str {
    judged.err().map_or(OK, CsrfFault::code)
}

/// One token in its cookie and beside it, for our session.
fn both(
    tokens: &CsrfTokens,
    token: &str,
    renewed_at: OffsetDateTime,
    now: OffsetDateTime,
) -> &'static str {
    let ours = Binding::Session(OURS);
    word(tokens.verify(
        Presented::One(token),
        Some(token.as_bytes()),
        ours,
        Some(renewed_at),
        now,
    ))
}

/// CSRF-1, CSRF-2, CSRF-3, CSRF-13, B26, B73: every fault, and what it is called.
// table: cookies, what is sent beside them, and the word of the fault
#[test]
fn a_token_is_judged_with_its_cookie() {
    let tokens = tokens_of(1, &[]);
    let issue = |session| tokens.issue(Binding::Session(session), noon());
    let (good, other, theirs) = (issue(OURS), issue(OURS), issue(THEIRS));
    let (good, other, theirs) = (good.expose(), other.expose(), theirs.expose());
    let pre = tokens.issue(Binding::PreSession(OURS.as_bytes()), noon());
    let pre = pre.expose();
    let forged = tokens_of(9, &[]).issue(Binding::Session(OURS), noon());
    let forged = forged.expose();
    let long = "a".repeat(256);
    let longer = "a".repeat(257);
    let cut = &good[..good.len() - 1];
    let padded = format!("{good}=");
    let twice = format!("{good}{good}");
    let upper = good.to_ascii_uppercase();
    let rows: &[Row<'_>] = &[
        ("right", &[good], Some(good.as_bytes()), OK),
        ("nothing", &[], None, "csrf_cookie_missing"),
        (
            "header alone",
            &[],
            Some(good.as_bytes()),
            "csrf_cookie_missing",
        ),
        ("cookie alone", &[good], None, "csrf_token_missing"),
        ("empty header", &[good], Some(b""), "csrf_token_malformed"),
        (
            "empty cookie",
            &[""],
            Some(good.as_bytes()),
            "csrf_token_malformed",
        ),
        ("both empty", &[""], Some(b""), "csrf_token_malformed"),
        (
            "planted x and x",
            &["x"],
            Some(b"x"),
            "csrf_token_malformed",
        ),
        (
            "planted null",
            &["null"],
            Some(b"null"),
            "csrf_token_malformed",
        ),
        (
            "their pair",
            &[theirs],
            Some(theirs.as_bytes()),
            "csrf_token_invalid",
        ),
        (
            "their header",
            &[good],
            Some(theirs.as_bytes()),
            "csrf_token_mismatch",
        ),
        (
            "their cookie",
            &[theirs],
            Some(good.as_bytes()),
            "csrf_token_mismatch",
        ),
        (
            "two of ours",
            &[good],
            Some(other.as_bytes()),
            "csrf_token_mismatch",
        ),
        (
            "before sign-in",
            &[pre],
            Some(pre.as_bytes()),
            "csrf_token_invalid",
        ),
        (
            "another key",
            &[forged],
            Some(forged.as_bytes()),
            "csrf_token_invalid",
        ),
        (
            "planted first",
            &[theirs, good],
            Some(theirs.as_bytes()),
            "csrf_cookie_ambiguous",
        ),
        (
            "planted last",
            &[good, theirs],
            Some(theirs.as_bytes()),
            "csrf_cookie_ambiguous",
        ),
        (
            "ours twice",
            &[good, good],
            Some(good.as_bytes()),
            "csrf_cookie_ambiguous",
        ),
        (
            "256 bytes",
            &[&long],
            Some(long.as_bytes()),
            "csrf_token_malformed",
        ),
        (
            "257 bytes",
            &[&longer],
            Some(longer.as_bytes()),
            "csrf_token_malformed",
        ),
        (
            "beyond ASCII",
            &[good],
            Some("\u{e9}".as_bytes()),
            "csrf_token_malformed",
        ),
        (
            "no UTF-8",
            &[good],
            Some(b"\xff\xfe"),
            "csrf_token_malformed",
        ),
        ("cut", &[cut], Some(cut.as_bytes()), "csrf_token_malformed"),
        (
            "padded",
            &[&padded],
            Some(padded.as_bytes()),
            "csrf_token_malformed",
        ),
        (
            "twice in one",
            &[&twice],
            Some(twice.as_bytes()),
            "csrf_token_malformed",
        ),
        (
            "upper case",
            &[good],
            Some(upper.as_bytes()),
            "csrf_token_mismatch",
        ),
        (
            "blank after",
            &[good],
            Some(format!("{good} ").leak().as_bytes()),
            "csrf_token_mismatch",
        ),
    ];
    for (name, values, sent, expected) in rows {
        let cookies = cookies(values);
        let judged = tokens.verify(
            cookies.get(CookieKind::Csrf),
            *sent,
            Binding::Session(OURS),
            Some(noon()),
            noon(),
        );
        assert_eq!(word(judged), *expected, "{name}");
    }
}

/// Whatever is wrong is 403, with a word of its own.
#[test]
fn every_fault_is_403() {
    use CsrfFault::*;
    let all = [
        CookieMissing,
        CookieAmbiguous,
        TokenMissing,
        TokenMalformed,
        TokenMismatch,
        TokenInvalid,
        TokenExpired,
    ];
    for fault in all {
        let problem = Problem::from(fault);
        assert_eq!(
            (problem.status().as_u16(), problem.code()),
            (403, fault.code())
        );
    }
    let words: HashSet<_> = all.iter().map(|fault| fault.code()).collect();
    assert_eq!(words.len(), all.len());
}

/// CSRF-4: the token before a renewal is good for a minute more; the one made with it stays.
#[test]
fn a_renewal_replaces_the_token() {
    let tokens = tokens_of(1, &[]);
    let renewed = noon() + Duration::milliseconds(500);
    let ms = Duration::milliseconds;
    let rows = [
        ("made before, at once", -ms(1), Duration::ZERO, OK),
        ("made before, 59 s", -ms(1), Duration::seconds(59), OK),
        ("made before, just under 60 s", -ms(1), ms(59_999), OK),
        (
            "made before, 60 s",
            -ms(1),
            Duration::seconds(60),
            "csrf_token_expired",
        ),
        (
            "made before, 61 s",
            -ms(1),
            Duration::seconds(61),
            "csrf_token_expired",
        ),
        (
            "made long before, 59 s",
            -Duration::days(6),
            Duration::seconds(59),
            OK,
        ),
        (
            "made long before, 60 s",
            -Duration::days(6),
            Duration::seconds(60),
            "csrf_token_expired",
        ),
        (
            "made with it, 59 s",
            Duration::ZERO,
            Duration::seconds(59),
            OK,
        ),
        (
            "made with it, 61 s",
            Duration::ZERO,
            Duration::seconds(61),
            OK,
        ),
        (
            "made with it, 30 days",
            Duration::ZERO,
            Duration::days(30),
            OK,
        ),
        ("made after it", ms(1), Duration::days(30), OK),
        ("clock set back", ms(1), -Duration::days(1), OK),
    ];
    for (name, made, after, expected) in rows {
        let token = tokens.issue(Binding::Session(OURS), renewed + made);
        assert_eq!(
            both(&tokens, token.expose(), renewed, renewed + after),
            expected,
            "{name}"
        );
    }
}

/// Times have nanoseconds and tokens milliseconds: made in one moment is made with the renewal.
#[test]
fn a_token_made_at_the_renewal_belongs_to_it() {
    let tokens = tokens_of(1, &[]);
    let now = noon() + Duration::nanoseconds(1_999_999);
    let token = tokens.issue(Binding::Session(OURS), now);
    assert_eq!(
        both(&tokens, token.expose(), now, now + Duration::hours(1)),
        OK
    );
    // A JWT's `iat` has whole seconds, rounded down.
    let whole = now.replace_nanosecond(0).unwrap();
    assert_eq!(
        both(&tokens, token.expose(), whole, now + Duration::hours(1)),
        OK
    );
}

/// CSRF-5: before there is a session, a token is bound to a value in a cookie, for a day.
#[test]
fn a_pre_session_token_is_bound_and_ends() {
    let tokens = tokens_of(1, &[]);
    let mine = Binding::PreSession(b"one browser");
    let token = tokens.issue(mine, noon());
    let judge = |binding, now| {
        let text = token.expose();
        word(tokens.verify(
            Presented::One(text),
            Some(text.as_bytes()),
            binding,
            None,
            now,
        ))
    };
    assert_eq!(judge(mine, noon()), OK);
    assert_eq!(
        judge(Binding::PreSession(b"another"), noon()),
        "csrf_token_invalid"
    );
    assert_eq!(
        judge(Binding::PreSession(b""), noon()),
        "csrf_token_invalid"
    );
    assert_eq!(judge(Binding::Session(OURS), noon()), "csrf_token_invalid");
    let end = noon() + PRE_SESSION_LIFETIME;
    assert_eq!(judge(mine, end - Duration::milliseconds(1)), OK);
    assert_eq!(judge(mine, end), "csrf_token_expired");
    assert_eq!(
        judge(mine, end + Duration::seconds(1)),
        "csrf_token_expired"
    );
}

/// CSRF-16: a former key verifies as long as it is in the ring, and signs nothing.
#[test]
fn former_keys_verify_for_the_overlap_alone() {
    let old = tokens_of(1, &[]).issue(Binding::Session(OURS), noon());
    let new = tokens_of(2, &[1]).issue(Binding::Session(OURS), noon());
    let rows = [
        ("before", tokens_of(1, &[]), OK, "csrf_token_invalid"),
        ("overlap", tokens_of(2, &[1]), OK, OK),
        ("a longer ring", tokens_of(3, &[2, 1]), OK, OK),
        ("after removal", tokens_of(2, &[]), "csrf_token_invalid", OK),
        (
            "after two",
            tokens_of(3, &[]),
            "csrf_token_invalid",
            "csrf_token_invalid",
        ),
    ];
    for (name, tokens, of_old, of_new) in rows {
        assert_eq!(
            both(&tokens, old.expose(), noon(), noon()),
            of_old,
            "{name}"
        );
        assert_eq!(
            both(&tokens, new.expose(), noon(), noon()),
            of_new,
            "{name}"
        );
    }
}

/// CSRF-2, CSRF-14: each is another, and none prints.
#[test]
fn tokens_are_unique_and_do_not_print() {
    let tokens = tokens_of(1, &[]);
    let many: HashSet<String> = (0..1000)
        .map(|_| {
            tokens
                .issue(Binding::Session(OURS), noon())
                .expose()
                .to_owned()
        })
        .collect();
    assert_eq!(many.len(), 1000);
    assert!(many.iter().all(|token| token.len() == 75));
    let token = tokens.issue(Binding::Session(OURS), noon());
    assert!(!format!("{token:?} {tokens:?}").contains(token.expose()));
    assert!(!format!("{:?}", Binding::PreSession(b"sesame")).contains("115"));
    let cookie = policy().set(CookieKind::Csrf, token.expose(), Duration::DAY);
    assert!(cookie.is_ok());
}

proptest! {
    /// CSRF-2, CSRF-3: no text but the issued one counts, in whatever way it was changed.
    #[test]
    fn a_changed_token_is_refused(at in 0..56_usize, bit in 0..8_u8, text in ".{0,300}") {
        let tokens = tokens_of(1, &[]);
        let token = tokens.issue(Binding::Session(OURS), noon());
        let mut bytes = URL_SAFE_NO_PAD.decode(token.expose()).unwrap();
        bytes[at] ^= 1 << bit;
        let changed = URL_SAFE_NO_PAD.encode(bytes);
        prop_assert_eq!(both(&tokens, &changed, noon(), noon()), "csrf_token_invalid");
        prop_assert_ne!(both(&tokens, &text, noon(), noon()), OK);
    }
}
