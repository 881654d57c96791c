//! What can be asked for.

use super::Written;
use crate::state::MusicService;
use axum::Json;
use axum::extract::{Path, State};
use musicgen_music::engine::EngineInfo;
use musicgen_music::vocabulary::{Genre, Instrument, Mood};
use musicgen_security::problem::Problem;
use serde::Serialize;
use std::sync::{Arc, LazyLock};
use utoipa::ToSchema;

/// An engine.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    /// Licence of what it makes and of its data.
    licence: &'static str,
    /// The longest piece it makes.
    max_seconds: f64,
    /// Whether it can make music now.
    loaded: bool,
    /// Whether it is used when a request names none.
    default: bool,
}

/// All engines.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelList {
    items: Vec<Model>,
}

fn model((n, engine): (usize, &EngineInfo)) -> Model {
    Model {
        id: engine.id,
        name: engine.name,
        version: engine.version,
        licence: engine.licence,
        max_seconds: engine.max_seconds,
        loaded: true,
        default: n == 0,
    }
}

/// The answer that lists these engines.
pub(crate) fn listed(engines: &[EngineInfo]) -> Written {
    Written::new(&ModelList {
        items: engines.iter().enumerate().map(model).collect(),
    })
}

pub(crate) async fn list(State(music): State<Arc<MusicService>>) -> Written {
    music.models.clone()
}

pub(crate) async fn show(
    State(music): State<Arc<MusicService>>,
    id: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Json<Model>, Problem> {
    let Path(id) = id.map_err(|rejection| Problem::not_found().with_cause(rejection))?;
    let found = music
        .engines
        .iter()
        .enumerate()
        .find(|(_, engine)| engine.id == id);
    found
        .map(|engine| Json(model(engine)))
        .ok_or_else(Problem::not_found)
}

/// A word that a request may use.
#[derive(Debug, Serialize, ToSchema)]
pub struct Word {
    /// As it is written in a request.
    id: &'static str,
    /// For people.
    name: &'static str,
    about: &'static str,
}

/// All words of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct WordList {
    items: Vec<Word>,
}

pub(crate) async fn genres() -> Written {
    static LIST: LazyLock<Written> = LazyLock::new(|| {
        let word = |w: &Genre| Word {
            id: w.id(),
            name: w.label(),
            about: w.about(),
        };
        Written::new(&WordList {
            items: Genre::ALL.iter().map(word).collect(),
        })
    });
    LIST.clone()
}

pub(crate) async fn moods() -> Written {
    static LIST: LazyLock<Written> = LazyLock::new(|| {
        let word = |w: &Mood| Word {
            id: w.id(),
            name: w.label(),
            about: w.about(),
        };
        Written::new(&WordList {
            items: Mood::ALL.iter().map(word).collect(),
        })
    });
    LIST.clone()
}

pub(crate) async fn instruments() -> Written {
    static LIST: LazyLock<Written> = LazyLock::new(|| {
        let word = |w: &Instrument| Word {
            id: w.id(),
            name: w.label(),
            about: w.about(),
        };
        Written::new(&WordList {
            items: Instrument::ALL.iter().map(word).collect(),
        })
    });
    LIST.clone()
}
