mod numbers;
mod prompts;

use super::*;
use proptest::prelude::*;

fn draft() -> Draft {
    Draft {
        prompt: "calm piano".to_owned(),
        ..Draft::default()
    }
}

/// Pointers and codes of what is wrong.
fn faults(draft: Draft) -> Vec<(String, &'static str)> {
    GenerationRequest::new(draft).map_or_else(
        |errors| {
            errors
                .into_iter()
                .map(|error| {
                    assert!(!error.detail.is_empty());
                    (error.pointer, error.code)
                })
                .collect()
        },
        |_| Vec::new(),
    )
}

fn assert_fault(draft: Draft, pointer: &str, code: &str) {
    let found = faults(draft);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0.as_str(), found[0].1), (pointer, code));
}

type Number = (&'static str, fn(&mut Draft, f64), f64, f64);

#[test]
fn words_come_from_the_vocabulary() {
    for genre in Genre::ALL {
        let request = GenerationRequest::new(Draft {
            genre: Some(genre.to_string()),
            ..draft()
        });
        assert_eq!(request.unwrap().genre(), Some(*genre));
    }
    for mood in Mood::ALL {
        let request = GenerationRequest::new(Draft {
            mood: Some(mood.to_string()),
            ..draft()
        });
        assert_eq!(request.unwrap().mood(), Some(*mood));
    }
    for format in Format::ALL {
        let request = GenerationRequest::new(Draft {
            format: Some(format.to_string()),
            ..draft()
        });
        assert_eq!(request.unwrap().format(), *format);
    }
    for bad in ["", "Jazz", "jazz ", "jaz", "null", "drum and bass"] {
        let word = Some(bad.to_owned());
        assert_fault(
            Draft {
                genre: word.clone(),
                ..draft()
            },
            "/genre",
            "not_one_of",
        );
        assert_fault(
            Draft {
                mood: word.clone(),
                ..draft()
            },
            "/mood",
            "not_one_of",
        );
        assert_fault(
            Draft {
                format: word,
                ..draft()
            },
            "/format",
            "not_one_of",
        );
    }
}

#[test]
fn instruments_are_few_known_and_named_once() {
    let with = |names: &[&str]| Draft {
        instruments: Some(names.iter().map(ToString::to_string).collect()),
        ..draft()
    };
    let all: Vec<&str> = Instrument::ALL.iter().map(|it| it.id()).collect();
    for count in 1..=MAX_INSTRUMENTS {
        assert_eq!(faults(with(&all[..count])), []);
    }
    for name in &all {
        assert_eq!(faults(with(&[name])), []);
    }
    assert_fault(with(&[]), "/instruments", "too_short");
    assert_fault(with(&all[..=MAX_INSTRUMENTS]), "/instruments", "too_long");
    assert_fault(
        with(&["piano", "flute", "kazoo"]),
        "/instruments/2",
        "not_one_of",
    );
    assert_fault(
        with(&["piano", "flute", "piano"]),
        "/instruments/2",
        "duplicate",
    );
    assert_eq!(
        faults(with(&["Piano", "flute", "flute"])),
        [
            ("/instruments/0".to_owned(), "not_one_of"),
            ("/instruments/2".to_owned(), "duplicate")
        ]
    );
    // Any number of names causes a bounded number of faults.
    let many = vec!["kazoo"; 10_000];
    assert_eq!(faults(with(&many)).len(), 1 + MAX_INSTRUMENTS);
}

#[test]
fn keys_and_models() {
    for good in [
        "C minor",
        "f# Dorian",
        "Bb major",
        "Am",
        "E",
        " G mixolydian ",
    ] {
        assert_eq!(
            faults(Draft {
                key: Some(good.to_owned()),
                ..draft()
            }),
            [],
            "{good}"
        );
    }
    for bad in [
        "",
        "H",
        "C blues",
        "minor",
        "C  minor minor",
        "🎵",
        &"C minor".repeat(50),
    ] {
        assert_fault(
            Draft {
                key: Some(bad.to_owned()),
                ..draft()
            },
            "/key",
            "format",
        );
    }
    let longest = "m".repeat(MAX_MODEL_BYTES);
    for good in [
        "builtin",
        "musicgen-small",
        "org/model:v1.2",
        longest.as_str(),
    ] {
        assert_eq!(
            faults(Draft {
                model: Some(good.to_owned()),
                ..draft()
            }),
            [],
            "{good}"
        );
    }
    let longer = "m".repeat(MAX_MODEL_BYTES + 1);
    assert_fault(
        Draft {
            model: Some(longer),
            ..draft()
        },
        "/model",
        "too_long",
    );
    assert_fault(
        Draft {
            model: Some(String::new()),
            ..draft()
        },
        "/model",
        "too_short",
    );
    for bad in ["a b", "a\u{0}", "é", "a\nb"] {
        assert_fault(
            Draft {
                model: Some(bad.to_owned()),
                ..draft()
            },
            "/model",
            "format",
        );
    }
}

#[test]
fn all_faults_are_reported_at_once_in_the_order_of_the_fields() {
    let word = || Some("?".to_owned());
    let draft = Draft {
        prompt: String::new(),
        duration: Some(0.0),
        model: word(),
        seed: Some(u64::MAX),
        genre: word(),
        mood: word(),
        instruments: Some(vec!["?".to_owned()]),
        tempo: Some(f64::NAN),
        key: word(),
        temperature: Some(9.0),
        top_k: Some(u64::MAX),
        top_p: Some(2.0),
        guidance_scale: Some(0.0),
        format: word(),
        sample_rate: Some(1),
    };
    let pointers: Vec<String> = faults(draft)
        .into_iter()
        .map(|(pointer, _)| pointer)
        .collect();
    assert_eq!(
        pointers,
        [
            "/prompt",
            "/duration",
            "/model",
            "/seed",
            "/genre",
            "/mood",
            "/instruments/0",
            "/tempo",
            "/key",
            "/temperature",
            "/top_k",
            "/top_p",
            "/guidance_scale",
            "/format",
            "/sample_rate"
        ]
    );
}

#[test]
fn defaults_are_filled_in_and_a_stored_draft_makes_the_same_request() {
    let request = GenerationRequest::new(draft()).unwrap();
    let written = request.to_draft();
    assert_eq!(written.duration, Some(DEFAULT_DURATION));
    assert_eq!(written.temperature, Some(DEFAULT_TEMPERATURE));
    assert_eq!(written.top_k, Some(u64::from(DEFAULT_TOP_K)));
    assert_eq!(written.top_p, Some(DEFAULT_TOP_P));
    assert_eq!(written.guidance_scale, Some(DEFAULT_GUIDANCE_SCALE));
    assert_eq!(written.format.as_deref(), Some("wav"));
    assert_eq!(written.sample_rate, Some(44_100));
    assert_eq!(written.instruments, None);
    let seeded = request.with_seed(7).with_model("builtin");
    let again = GenerationRequest::new(seeded.to_draft()).unwrap();
    assert_eq!(again, seeded);
    assert_eq!((again.seed(), again.model()), (Some(7), Some("builtin")));
    assert_eq!(again.with_seed(u64::MAX).seed(), Some(MAX_SEED));
}

fn any_draft() -> impl Strategy<Value = Draft> {
    use proptest::option::of;
    let text = || of("\\PC{0,40}");
    let words = (any::<String>(), text(), text(), text(), text(), text());
    let number = || of(any::<f64>());
    let numbers = (number(), number(), number(), number(), number());
    let whole = (of(any::<u64>()), of(any::<u64>()), of(any::<u64>()));
    let names = prop_oneof![
        proptest::collection::vec("\\PC{0,20}", 0..12),
        proptest::collection::vec(
            proptest::sample::select(Instrument::ALL).prop_map(|it| it.to_string()),
            0..12
        ),
    ];
    (words, numbers, whole, of(names)).prop_map(|(words, numbers, whole, instruments)| Draft {
        prompt: words.0,
        model: words.1,
        genre: words.2,
        mood: words.3,
        key: words.4,
        format: words.5,
        duration: numbers.0,
        tempo: numbers.1,
        temperature: numbers.2,
        top_p: numbers.3,
        guidance_scale: numbers.4,
        seed: whole.0,
        top_k: whole.1,
        sample_rate: whole.2,
        instruments,
    })
}

proptest! {
    #[test]
    fn no_draft_panics_and_what_passes_passes_again(draft in any_draft()) {
        match GenerationRequest::new(draft) {
            Ok(request) => prop_assert_eq!(GenerationRequest::new(request.to_draft()), Ok(request)),
            Err(errors) => prop_assert!(!errors.is_empty() && errors.len() < 32),
        }
    }

    #[test]
    fn a_good_draft_passes(duration in 1.0..=600.0_f64, tempo in 40.0..=240.0_f64, seed in 0..=MAX_SEED) {
        let good = Draft { duration: Some(duration), tempo: Some(tempo), seed: Some(seed), ..draft() };
        prop_assert!(GenerationRequest::new(good).is_ok());
    }
}
