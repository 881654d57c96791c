//! How many seconds of audio one second of one core makes: composing, rendering, mastering and
//! encoding apart, then all of it for busy genres. Criterion's `elem/s` are seconds of audio a
//! second; the target is 50 for the whole.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use musicgen_music::audio::{Audio, master};
use musicgen_music::compose::compose;
use musicgen_music::engine::{Engine, Unwatched};
use musicgen_music::engines::{BuiltinEngine, produce};
use musicgen_music::formats::{Tags, encode};
use musicgen_music::prompt::plan;
use musicgen_music::request::{Draft, GenerationRequest};
use musicgen_music::score::Score;
use musicgen_music::synth::render;
use musicgen_music::vocabulary::{Format, Genre};
use std::hint::black_box;
use std::io::sink;

const SECONDS: u32 = 60;
const SEED: u64 = 7;
/// The genres that take longest.
const BUSY: [Genre; 3] = [Genre::House, Genre::DrumAndBass, Genre::Cinematic];

fn request(genre: Genre) -> GenerationRequest {
    let draft = Draft {
        prompt: format!("{} with full energy", genre.label()),
        duration: Some(f64::from(SECONDS)),
        genre: Some(genre.id().to_owned()),
        ..Draft::default()
    };
    GenerationRequest::new(draft).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn score(genre: Genre) -> Score {
    compose(&plan(&request(genre), SEED), SEED)
}

fn mix(genre: Genre) -> Audio {
    render(&score(genre), 44_100, None, &mut Unwatched).unwrap_or_else(|error| panic!("{error}"))
}

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stage");
    group.throughput(Throughput::Elements(u64::from(SECONDS)));
    group.sample_size(10);
    group.bench_function("compose", |bencher| {
        bencher.iter(|| black_box(score(Genre::Rock)));
    });
    for genre in Genre::ALL {
        let score = score(*genre);
        group.bench_with_input(
            BenchmarkId::new("render", genre),
            &score,
            |bencher, score| {
                bencher.iter(|| black_box(render(score, 44_100, None, &mut Unwatched)));
            },
        );
    }
    let mix = mix(Genre::Rock);
    group.bench_function("master", |bencher| {
        bencher.iter_batched(
            || mix.clone(),
            |mut mix| black_box(master(&mut mix, 0.0, &mut Unwatched)),
            criterion::BatchSize::LargeInput,
        );
    });
    let engine = BuiltinEngine::default();
    let finished = engine
        .render(&request(Genre::Rock), SEED, &mut Unwatched)
        .unwrap_or_else(|error| panic!("{error}"));
    let tags = Tags {
        title: finished.summary.title,
        genre: finished.summary.genre,
        mood: finished.summary.mood,
        key: finished.summary.key,
        tempo: finished.summary.tempo,
        prompt_hash: String::new(),
        seed: SEED,
        engine: BuiltinEngine::ID.to_owned(),
        engine_version: BuiltinEngine::VERSION.to_owned(),
    };
    for format in Format::ALL {
        group.bench_function(BenchmarkId::new("encode", format), |bencher| {
            bencher.iter(|| {
                encode(&finished.audio, *format, &tags, &mut sink(), &mut Unwatched)
                    .unwrap_or_else(|error| panic!("{error}"));
            });
        });
    }
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    group.throughput(Throughput::Elements(u64::from(SECONDS)));
    group.sample_size(10);
    let engine = BuiltinEngine::default();
    for genre in BUSY {
        let request = request(genre);
        group.bench_with_input(
            BenchmarkId::new("wav", genre),
            &request,
            |bencher, request| {
                bencher.iter(|| {
                    let made = produce(&engine, request, SEED, &mut sink(), &mut Unwatched);
                    black_box(made.unwrap_or_else(|error| panic!("{error}")));
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, stages, whole);
criterion_main!(benches);
