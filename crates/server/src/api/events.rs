//! Progress as Server-Sent Events (WHATWG HTML, section 9.2).
//!
//! 1. The first event is the task's state now; nothing is lost between it and the next.
//! 2. Ids grow with the task; with `Last-Event-ID` only later states are sent.
//! 3. The stream ends after `completed`, `failed` or `cancelled`; a task that is over gives exactly
//!    that event.
//! 4. Every few seconds the store is asked too, so that a task that another process makes, or one
//!    that was deleted, is noticed.
//! 5. As often it is asked whether the caller's credential still holds: a stream ends within seconds
//!    of its session, its account or its right (REV-10), and with its token's own end.
//! 6. An account has so many open at the same time and no more.

use super::PathId;
use crate::state::{MusicService, Vigil};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use http::HeaderMap;
use musicgen_music::jobs::{Events, JobStore, ProgressEvent, Status};
use musicgen_security::authentication::Principal;
use musicgen_security::authorization::Permission;
use musicgen_security::problem::Problem;
use musicgen_security::rate_limiting::Permit;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const LOOK_AGAIN: Duration = Duration::from_secs(2);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What a watcher knows and how it hears more.
struct Watch {
    music: Arc<MusicService>,
    owner: Uuid,
    id: Uuid,
    events: Events,
    seen: Option<ProgressEvent>,
    first: Option<ProgressEvent>,
    over: bool,
    principal: Principal,
    vigil: Vigil,
    look_at: Instant,
    _place: Permit,
}

pub(crate) async fn stream(
    State(music): State<Arc<MusicService>>,
    State(vigil): State<Vigil>,
    principal: Principal,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = music.streams.open(principal.account_id())?;
    // Watch first, then read: what happens in between is heard.
    let events = music.queue.watch(id);
    let task = music.task(&principal, id).await?;
    let last_seen: Option<u64> = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let now = ProgressEvent::of(&task.job);
    let is_news = now.status.is_final() || last_seen.is_none_or(|last| now.id > last);
    let watch = Watch {
        owner: principal.account_id(),
        id,
        events,
        seen: Some(now.clone()),
        first: is_news.then_some(now),
        over: false,
        music,
        principal,
        vigil,
        look_at: Instant::now(),
        _place: place,
    };
    let stream = unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok(render(watch.id, &event)), watch))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Watch {
    async fn next(&mut self) -> Option<ProgressEvent> {
        if self.over {
            return None;
        }
        let event = match self.first.take() {
            Some(first) => first,
            None => self.news().await?,
        };
        self.over = event.status.is_final();
        self.seen = Some(event.clone());
        Some(event)
    }

    async fn news(&mut self) -> Option<ProgressEvent> {
        loop {
            // A busy task has news all the time: the look at the credential doesn't wait for silence.
            if self.look_at.elapsed() >= LOOK_AGAIN {
                self.look_at = Instant::now();
                if !self
                    .vigil
                    .still_holds(&self.principal, &Permission::MUSIC_GENERATE)
                    .await
                {
                    return None;
                }
            }
            let heard = match tokio::time::timeout(LOOK_AGAIN, self.events.next()).await {
                Ok(heard) => heard?,
                Err(_) => match self.music.queue.store().get(self.owner, self.id).await {
                    Ok(Some(task)) => ProgressEvent::of(&task.job),
                    Ok(None) => return None,
                    // It may come back before the watcher loses patience.
                    Err(_) => continue,
                },
            };
            if self
                .seen
                .as_ref()
                .is_none_or(|seen| heard.is_news_after(seen))
            {
                return Some(heard);
            }
        }
    }
}

#[derive(Serialize)]
struct Data<'a> {
    task_id: Uuid,
    status: &'static str,
    progress: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
}

fn render(id: Uuid, event: &ProgressEvent) -> Event {
    let name = match event.status {
        Status::Queued | Status::Processing => "progress",
        over => over.id(),
    };
    let data = Data {
        task_id: id,
        status: event.status.id(),
        progress: event.progress,
        stage: event.stage.as_deref(),
    };
    let json = serde_json::to_string(&data).unwrap_or_default();
    Event::default()
        .id(event.id.to_string())
        .event(name)
        .data(json)
}
