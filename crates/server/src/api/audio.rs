//! The finished file (RFC 9110, sections 13 and 14).
//!
//! 1. `ETag` is the SHA-256 of the file: strong, and the same for the same bytes.
//! 2. One range is honoured, `If-Range` too; several ranges get the whole file, which section 14.2
//!    allows, and no caller can make us cut a file into thousands of parts.
//! 3. The name in `Content-Disposition` is made from the title in ASCII letters alone.
//! 4. The path is made from the task's id; nothing a caller sends becomes part of it.

use super::{PathId, hex};
use crate::state::MusicService;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use musicgen_music::jobs::Status;
use musicgen_music::tracks::Track;
use musicgen_security::authentication::Principal;
use musicgen_security::headers::PagePolicy;
use musicgen_security::problem::Problem;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};
use tokio_util::io::ReaderStream;

pub(crate) async fn download(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let task = music.task(&principal, id).await?;
    let Some(track) = task.track else {
        return Err(not_ready(task.job.status));
    };
    let etag = format!("\"{}\"", hex(&track.sha256));
    if header(&headers, &IF_NONE_MATCH).is_some_and(|sent| matches_etag(sent, &etag)) {
        return answer(StatusCode::NOT_MODIFIED, &track, &etag, Body::empty());
    }
    let opened = music.queue.files().open_async(id, track.format).await;
    let (mut file, bytes) = opened.map_err(|error| {
        Problem::internal().with_cause(format!("the file of track {id} can't be read: {error}"))
    })?;
    match wanted(&headers, &etag, bytes) {
        Wanted::Whole => {
            let body = Body::from_stream(ReaderStream::with_capacity(file, 64 * 1024));
            let mut response = answer(StatusCode::OK, &track, &etag, body)?;
            response.headers_mut().insert(CONTENT_LENGTH, bytes.into());
            Ok(response)
        }
        Wanted::Part { first, last } => {
            file.seek(SeekFrom::Start(first))
                .await
                .map_err(|error| Problem::internal().with_cause(error))?;
            let length = last - first + 1;
            let part = ReaderStream::with_capacity(file.take(length), 64 * 1024);
            let status = StatusCode::PARTIAL_CONTENT;
            let mut response = answer(status, &track, &etag, Body::from_stream(part))?;
            let range = value(&format!("bytes {first}-{last}/{bytes}"))?;
            response.headers_mut().insert(CONTENT_RANGE, range);
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
            Ok(response)
        }
        Wanted::Outside => Err(Problem::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "range_not_satisfiable",
            "The range is outside the file",
            format!("The file has {bytes} bytes."),
        )
        .with_header(CONTENT_RANGE, value(&format!("bytes */{bytes}"))?)),
    }
}

fn not_ready(status: Status) -> Problem {
    let detail = match status {
        Status::Queued | Status::Processing => "The piece isn't finished; follow its events.",
        _ => "The task ended without a file; its `error` says why.",
    };
    Problem::new(StatusCode::CONFLICT, "no_audio", "There is no file", detail)
}

fn answer(status: StatusCode, track: &Track, etag: &str, body: Body) -> Result<Response, Problem> {
    let name = file_name(&track.summary.title, track.format.extension());
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.extensions_mut().insert(PagePolicy::File);
    let headers = response.headers_mut();
    headers.insert(ETAG, value(etag)?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(track.format.media_type()),
    );
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(CONTENT_DISPOSITION, value(&disposition)?);
    Ok(response)
}

fn value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|error| Problem::internal().with_cause(error))
}

/// Letters, digits and hyphens; never empty, never long, never a name that means something.
fn file_name(title: &str, extension: &str) -> String {
    let mut name = String::new();
    for c in title.chars().take(80) {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    format!(
        "{}.{extension}",
        if name.is_empty() { "track" } else { name }
    )
}

fn header<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// `If-None-Match` compares weakly (RFC 9110, section 13.1.2).
fn matches_etag(sent: &str, etag: &str) -> bool {
    sent.split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.trim_start_matches("W/") == etag)
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part { first: u64, last: u64 },
    Outside,
}

fn wanted(headers: &HeaderMap, etag: &str, bytes: u64) -> Wanted {
    let current = header(headers, &IF_RANGE).is_none_or(|sent| sent == etag);
    match header(headers, &RANGE) {
        Some(range) if current => parse_range(range, bytes),
        _ => Wanted::Whole,
    }
}

/// A range that can't be understood is as if it weren't there (RFC 9110, section 14.2).
fn parse_range(text: &str, bytes: u64) -> Wanted {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let Some((unit, range)) = text.split_once('=') else {
        return Wanted::Whole;
    };
    let Some((from, to)) = range.trim().split_once('-') else {
        return Wanted::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    let end = bytes.saturating_sub(1);
    match (number(from), number(to)) {
        (Some(first), Some(last)) if first > last => Wanted::Whole,
        (Some(first), _) if first >= bytes => Wanted::Outside,
        (Some(first), Some(last)) => Wanted::Part {
            first,
            last: last.min(end),
        },
        (Some(first), None) if to.is_empty() => Wanted::Part { first, last: end },
        (None, Some(0)) if from.is_empty() => Wanted::Outside,
        (None, Some(_)) if from.is_empty() && bytes == 0 => Wanted::Outside,
        (None, Some(length)) if from.is_empty() => Wanted::Part {
            first: bytes.saturating_sub(length),
            last: end,
        },
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges() {
        let part = |first, last| Wanted::Part { first, last };
        for (text, expected) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=0-99", part(0, 99)),
            ("bytes=0-100", part(0, 99)),
            ("bytes=50-", part(50, 99)),
            ("bytes=99-", part(99, 99)),
            ("bytes=100-", Wanted::Outside),
            ("bytes=100-200", Wanted::Outside),
            ("bytes=-1", part(99, 99)),
            ("bytes=-100", part(0, 99)),
            ("bytes=-500", part(0, 99)),
            ("bytes=-0", Wanted::Outside),
            ("Bytes=1-2", part(1, 2)),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("0-1", Wanted::Whole),
            ("bytes=0-99999999999999999999999", part(0, 99)),
            ("bytes=99999999999999999999999-", Wanted::Outside),
        ] {
            assert_eq!(parse_range(text, 100), expected, "{text}");
        }
        assert_eq!(parse_range("bytes=-1", 0), Wanted::Outside);
    }

    #[test]
    fn names() {
        for (title, name) in [
            ("Upbeat Jazz in C minor", "upbeat-jazz-in-c-minor.wav"),
            ("../../etc/passwd", "etc-passwd.wav"),
            ("a\"; filename=\"b", "a-filename-b.wav"),
            ("x\r\nSet-Cookie: a=b", "x-set-cookie-a-b.wav"),
            ("音楽", "track.wav"),
            ("", "track.wav"),
        ] {
            assert_eq!(file_name(title, "wav"), name);
        }
    }

    #[test]
    fn etags() {
        for (sent, same) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("*", true),
            ("\"b\", \"a\"", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(matches_etag(sent, "\"a\""), same, "{sent}");
        }
    }

    proptest! {
        #[test]
        fn a_part_lies_within_the_file(text in "\\PC{0,40}|bytes=[0-9]{0,25}-[0-9]{0,25}", bytes in 0_u64..1000) {
            if let Wanted::Part { first, last } = parse_range(&text, bytes) {
                prop_assert!(first <= last && last < bytes);
            }
        }
    }
}
