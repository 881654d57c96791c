//! A prompt: whatever is written, the plan is one that can be played.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_music::prompt::plan;
use musicgen_music::request::{Draft, GenerationRequest};

fuzz_target!(|input: (u64, &str)| {
    let (seed, prompt) = input;
    let draft = Draft {
        prompt: prompt.to_owned(),
        ..Draft::default()
    };
    let Ok(request) = GenerationRequest::new(draft) else {
        return;
    };
    let made = plan(&request, seed);
    assert!((40.0..=240.0).contains(&made.tempo), "{} bpm", made.tempo);
    assert!(made.key.tonic < 12);
    assert!(!made.voices.is_empty() && !made.title.is_empty());
    assert_eq!(made.seconds, request.duration());
    assert_eq!(made, plan(&request, seed));
});
