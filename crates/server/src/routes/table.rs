mod accounts;
mod programs;

use super::Method::{Delete, Get, Patch, Post};
use super::RateClass::{Generate, None as Free, Read, Write};
use super::Route;
use crate::api::admin::{network, users};
use crate::api::auth::{password, sessions};
use crate::api::{
    audio, batch, docs, events, generate, generation_body, health, jwks, metrics, models,
};
use crate::openapi::{Doc, Tag};
use musicgen_security::authorization::Access::{Operator, Public};
use musicgen_security::authorization::{Access, Permission};

const GENERATE: Access = Access::Permission(Permission::MUSIC_GENERATE);
const GENERATE_BATCH: Access = Access::Permission(Permission::MUSIC_GENERATE_BATCH);
const USERS_VIEW: Access = Access::Permission(Permission::USERS_VIEW);
const USERS_MANAGE: Access = Access::Permission(Permission::USERS_MANAGE);
const SYSTEM_MANAGE: Access = Access::Permission(Permission::SYSTEM_MANAGE);
const MODELS_VIEW: Access = Access::Permission(Permission::MODELS_VIEW);

const KIB: usize = 1024;

/// All routes.
pub fn table() -> Vec<Route> {
    [
        accounts::routes(),
        programs::programs(),
        music(),
        models_and_words(),
        administration(),
        operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

// table: routes
fn music() -> Vec<Route> {
    let doc = |summary| Doc::new(Tag::Music, summary);
    vec![
        Route::new(
            (Post, "/api/v1/generate"),
            (GENERATE, Generate, 16 * KIB),
            generate::create,
            doc("Queue a piece of music")
                .takes::<generation_body::GenerationBody>()
                .idempotent("Makes a repetition within 24 hours give the same task")
                .gives::<generate::Accepted>(202, "It is queued")
                .refuses(409)
                .refuses(429),
        ),
        Route::new(
            (Get, "/api/v1/generate"),
            (GENERATE, Read, 0),
            generate::list,
            doc("My tasks, newest first")
                .paging()
                .gives::<generate::TaskList>(200, "A page"),
        ),
        Route::new(
            (Post, "/api/v1/generate/batch"),
            (GENERATE_BATCH, Generate, 64 * KIB),
            batch::create,
            doc("Queue up to five pieces, all or none")
                .takes::<batch::BatchBody>()
                .idempotent("Makes a repetition within 24 hours give the same batch")
                .gives::<batch::BatchAccepted>(202, "All are queued")
                .refuses(409)
                .refuses(429),
        ),
        Route::new(
            (Get, "/api/v1/generate/batch/{id}"),
            (GENERATE, Read, 0),
            batch::show,
            doc("A batch: totals and each task").gives::<batch::BatchStatus>(200, "The batch"),
        ),
        Route::new(
            (Get, "/api/v1/generate/{id}"),
            (GENERATE, Read, 0),
            generate::show,
            doc("A task").gives::<generate::TaskBody>(200, "Where it stands"),
        ),
        Route::new(
            (Get, "/api/v1/generate/{id}/events"),
            (GENERATE, Read, 0),
            events::stream,
            doc("Progress as Server-Sent Events, until the task is over")
                .header(
                    "Last-Event-ID",
                    "The id of the last event seen; older ones are left out",
                )
                .gives_file(
                    200,
                    "text/event-stream",
                    "progress, completed, failed, cancelled",
                ),
        ),
        Route::new(
            (Post, "/api/v1/generate/{id}/cancel"),
            (GENERATE, Write, 0),
            generate::cancel,
            doc("Stop a task").gives::<generate::TaskBody>(200, "The task as it is now"),
        ),
        Route::new(
            (Delete, "/api/v1/generate/{id}"),
            (GENERATE, Write, 0),
            generate::delete,
            doc("Delete a task and its audio, stopping it first").gives_nothing(204),
        ),
        Route::new(
            (Get, "/api/v1/generate/{id}/audio"),
            (GENERATE, Read, 0),
            audio::download,
            audio_doc("The finished file"),
        ),
        Route::new(
            (Get, "/download/{id}"),
            (GENERATE, Read, 0),
            audio::download,
            audio_doc("The finished file, under a short address"),
        ),
    ]
}

fn audio_doc(summary: &'static str) -> Doc {
    Doc::new(Tag::Music, summary)
        .header("Range", "A part of the file, `bytes=0-1023`")
        .header("If-None-Match", "Answers 304 when the file is the same")
        .gives_file(200, "audio/*", "The whole file")
        .gives_file(206, "audio/*", "The part that was asked for")
        .gives_nothing(304)
        .refuses(409)
        .refuses(416)
}

fn models_and_words() -> Vec<Route> {
    let doc = |summary| Doc::new(Tag::Models, summary);
    vec![
        Route::new(
            (Get, "/api/v1/models"),
            (MODELS_VIEW, Read, 0),
            models::list,
            doc("The engines").gives::<models::ModelList>(200, "All of them"),
        ),
        Route::new(
            (Get, "/api/v1/models/genres"),
            (MODELS_VIEW, Read, 0),
            models::genres,
            doc("The genres").gives::<models::WordList>(200, "All of them"),
        ),
        Route::new(
            (Get, "/api/v1/models/moods"),
            (MODELS_VIEW, Read, 0),
            models::moods,
            doc("The moods").gives::<models::WordList>(200, "All of them"),
        ),
        Route::new(
            (Get, "/api/v1/models/instruments"),
            (MODELS_VIEW, Read, 0),
            models::instruments,
            doc("The instruments").gives::<models::WordList>(200, "All of them"),
        ),
        Route::new(
            (Get, "/api/v1/models/{model}"),
            (MODELS_VIEW, Read, 0),
            models::show,
            doc("An engine").gives::<models::Model>(200, "The engine"),
        ),
    ]
}

fn administration() -> Vec<Route> {
    let doc = |summary| Doc::new(Tag::Administration, summary);
    vec![
        Route::new(
            (Get, "/api/v1/admin/users"),
            (USERS_VIEW, Read, 0),
            users::list,
            doc("All accounts, the oldest first")
                .paging()
                .gives::<users::UserList>(200, "A page"),
        ),
        Route::new(
            (Get, "/api/v1/admin/users/{id}"),
            (USERS_VIEW, Read, 0),
            users::show,
            doc("An account").gives::<users::UserBody>(200, "The account"),
        ),
        Route::new(
            (Patch, "/api/v1/admin/users/{id}"),
            (USERS_MANAGE, Write, 4 * KIB),
            users::change,
            doc("Change an account's roles, tier, limits or state; counts at once on live tokens")
                .takes::<users::UserChange>()
                .gives::<users::UserBody>(200, "The account as it is now")
                .refuses(409)
                .refuses(428),
        ),
        Route::new(
            (Post, "/api/v1/admin/users/{id}/revoke-sessions"),
            (USERS_MANAGE, Write, 0),
            users::revoke_sessions,
            doc("End all sessions of an account and every token made in them")
                .gives::<sessions::SessionsEnded>(200, "How many")
                .refuses(428),
        ),
        Route::new(
            (Get, "/api/v1/admin/whoami-network"),
            (SYSTEM_MANAGE, Read, 0),
            network::show,
            doc("How this request came here, proxy by proxy, and what to change")
                .gives::<network::NetworkBody>(200, "As this server sees it"),
        ),
    ]
}

// table: routes
fn operations() -> Vec<Route> {
    let doc = |summary| Doc::new(Tag::Operations, summary);
    vec![
        Route::new(
            (Get, "/health"),
            (Public, Free, 0),
            health::summary,
            doc("Whether the service works; detail for the operator alone")
                .gives::<health::Health>(200, "It answers"),
        ),
        Route::new(
            (Get, "/health/live"),
            (Public, Free, 0),
            health::live,
            doc("Whether the process answers").gives::<health::Health>(200, "It does"),
        ),
        Route::new(
            (Get, "/health/ready"),
            (Public, Free, 0),
            health::ready,
            doc("Whether requests should be sent here; 503 while a dependency is down")
                .gives::<health::Health>(200, "They should"),
        ),
        Route::new(
            (Get, "/metrics"),
            (Operator, Free, 0),
            metrics::render,
            doc("Figures in the Prometheus text format").gives_file(
                200,
                "text/plain",
                "The figures",
            ),
        )
        .without_cors(),
        Route::new(
            (Get, "/.well-known/jwks.json"),
            (Public, Read, 0),
            jwks::show,
            doc(
                "The public keys of access tokens; none while they are signed with a shared secret",
            )
            .gives_file(200, "application/jwk-set+json", "A JWK set (RFC 7517)")
            .refuses(404),
        ),
        Route::new(
            (Get, "/.well-known/change-password"),
            (Public, Read, 0),
            password::where_to_change,
            doc("Sends to the page where a password is changed").gives_nothing(303),
        )
        .without_cors(),
        Route::new(
            (Get, "/openapi.json"),
            (Public, Read, 0),
            docs::openapi,
            doc("This document").gives_file(200, "application/json", "OpenAPI 3.1"),
        ),
        Route::new(
            (Get, "/docs"),
            (Public, Read, 0),
            docs::page,
            doc("This document as a page").gives_file(200, "text/html", "A page"),
        )
        .without_cors(),
    ]
}
