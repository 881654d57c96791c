use super::*;
use crate::prompt;
use crate::request::{Draft, GenerationRequest};
use crate::vocabulary::{Genre, Key, Mode};

fn planned(draft: Draft, seed: u64) -> Plan {
    let draft = Draft {
        prompt: "music".to_owned(),
        ..draft
    };
    prompt::plan(&GenerationRequest::new(draft).unwrap(), seed)
}

fn of_genre(genre: Genre, seconds: f64) -> Draft {
    Draft {
        genre: Some(genre.to_string()),
        duration: Some(seconds),
        ..Draft::default()
    }
}

/// What the rules of the module promise of any score.
fn check(plan: &Plan, score: &Score, name: &str) {
    assert!(
        score.parts.iter().any(|part| !part.notes.is_empty()),
        "{name}"
    );
    for part in &score.parts {
        let (low, high) = range(part.instrument);
        assert!(part.notes.is_sorted_by(|a, b| a.start <= b.start), "{name}");
        for note in &part.notes {
            assert!(note.start >= 0.0 && note.length > 0.0, "{name}: {note:?}");
            assert!(
                note.start + note.length <= plan.seconds + 1e-6,
                "{name}: {note:?}"
            );
            assert!(
                (low..=high).contains(&note.pitch),
                "{name} {}: {note:?}",
                part.instrument
            );
            assert!((0.0..=1.0).contains(&note.velocity), "{name}: {note:?}");
        }
    }
}

#[test]
fn any_length_of_any_genre_keeps_the_rules() {
    for genre in Genre::ALL {
        for seconds in [1.0, 2.5, 8.0, 30.0, 95.0] {
            let plan = planned(of_genre(*genre, seconds), 11);
            check(&plan, &compose(&plan, 11), &format!("{genre} {seconds} s"));
        }
    }
    for genre in Genre::ALL {
        let plan = planned(of_genre(*genre, 600.0), 3);
        check(
            &plan,
            &compose(&plan, 3),
            &format!("ten minutes of {genre}"),
        );
    }
}

/// Every metre, every style, slow and fast: patterns written for 4/4 must not leak into 3/4 or 6/8.
#[test]
fn every_style_keeps_the_rules_in_every_metre() {
    for style in styles::all() {
        for metre in ["4/4", "3/4", "6/8"] {
            for tempo in [40.0, 118.0, 240.0] {
                let draft = Draft {
                    prompt: format!("{} in {metre}", style.id.replace('_', " ")),
                    tempo: Some(tempo),
                    duration: Some(21.0),
                    ..Draft::default()
                };
                let plan = prompt::plan(&GenerationRequest::new(draft).unwrap(), 8);
                let score = compose(&plan, 8);
                check(&plan, &score, &format!("{} {metre} {tempo}", style.id));
                assert_eq!(plan.metre.id(), metre, "{}", style.id);
                assert!((plan.tempo - tempo).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn the_same_seed_is_the_same_piece_and_another_is_another() {
    let plan = planned(of_genre(Genre::Folk, 20.0), 1);
    assert_eq!(compose(&plan, 1), compose(&plan, 1));
    assert_ne!(compose(&plan, 1), compose(&plan, 2));
}

/// A key finder reads the asked key from the score in at least 95 of 100 pieces.
#[test]
fn the_asked_key_is_heard() {
    let (mut heard, mut all) = (0, 0);
    for genre in Genre::ALL {
        for tonic in 0..12_u8 {
            for mode in Mode::ALL {
                let key = Key { tonic, mode: *mode };
                let draft = Draft {
                    key: Some(key.to_string()),
                    ..of_genre(*genre, 30.0)
                };
                let seed = u64::from(tonic) + 12 * (*mode as u64);
                let plan = planned(draft, seed);
                let score = compose(&plan, seed);
                let found = key_finder::key_of(&key_finder::histogram(&score));
                heard += usize::from(found == Some((tonic, mode.is_minor())));
                all += 1;
            }
        }
    }
    assert!(heard * 100 >= all * 95, "{heard} of {all}");
}

/// The pulse is at the asked tempo: of the four sixteenths of a beat the first carries most.
#[test]
fn the_beat_is_where_the_tempo_says() {
    for genre in Genre::ALL {
        let plan = planned(of_genre(*genre, 30.0), 6);
        let score = compose(&plan, 6);
        let mut weights = [0.0_f32; 4];
        for note in score.parts.iter().flat_map(|part| &part.notes) {
            let sixteenth = (note.start * plan.tempo / 60.0 * 4.0).round() as usize % 4;
            weights[sixteenth] += note.velocity;
        }
        let others = weights[1..].iter().copied().fold(0.0, f32::max);
        assert!(weights[0] > 1.2 * others, "{genre}: {weights:?}");
    }
}

#[test]
fn tunes_move_by_step_and_rest() {
    for genre in Genre::ALL {
        let plan = planned(of_genre(*genre, 60.0), 9);
        let score = compose(&plan, 9);
        let Some(tune) = score.parts.iter().find(|part| part.role == Role::Melody) else {
            continue;
        };
        let leaps: Vec<u8> = tune
            .notes
            .windows(2)
            .map(|pair| pair[0].pitch.abs_diff(pair[1].pitch))
            .collect();
        let wide = leaps.iter().filter(|leap| **leap > 12).count();
        let small = leaps.iter().filter(|leap| **leap <= 5).count();
        assert_eq!(wide, 0, "{genre}: leaps beyond an octave");
        assert!(
            small * 10 >= leaps.len() * 7,
            "{genre}: {small} of {}",
            leaps.len()
        );
        let sounding: f64 = tune.notes.iter().map(|note| note.length).sum();
        assert!(sounding < plan.seconds * 0.98, "{genre} never breathes");
    }
}

#[test]
fn the_piece_ends_on_the_tonic() {
    for genre in Genre::ALL {
        let plan = planned(of_genre(*genre, 30.0), 4);
        let score = compose(&plan, 4);
        let bass = score.parts.iter().find(|part| part.role == Role::Bass);
        if let Some(last) = bass.and_then(|part| part.notes.last()) {
            assert_eq!(last.pitch % 12, plan.key.tonic, "{genre}");
            assert!(
                last.start + last.length > plan.seconds - 4.5,
                "{genre} stops early"
            );
        }
    }
}

/// Material comes again: that is what makes it composed.
#[test]
fn tunes_repeat_their_rhythm() {
    let plan = planned(of_genre(Genre::Pop, 60.0), 2);
    let score = compose(&plan, 2);
    let tune = score
        .parts
        .iter()
        .find(|part| part.role == Role::Melody)
        .unwrap();
    let bar = 60.0 / score.tempo * f64::from(score.beats_per_bar);
    let mut bars: std::collections::BTreeMap<usize, Vec<u32>> = std::collections::BTreeMap::new();
    for note in &tune.notes {
        let at = note.start / bar;
        let sixteenth = ((at.fract()) * 16.0).round() as u32;
        bars.entry(at as usize).or_default().push(sixteenth);
    }
    let mut shapes: Vec<_> = bars.values().collect();
    let count = shapes.len();
    shapes.sort();
    shapes.dedup();
    assert!(
        shapes.len() * 10 <= count * 8,
        "{} rhythms in {count} bars",
        shapes.len()
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn any_duration_tempo_and_key_keep_the_rules(
        seconds in 1.0_f64..=600.0,
        tempo in 40.0_f64..=240.0,
        tonic in 0_u8..12,
        mode in proptest::sample::select(Mode::ALL),
        genre in proptest::sample::select(Genre::ALL),
        temperature in 0.1_f64..=2.0,
        seed: u64,
    ) {
        let draft = Draft {
            tempo: Some(tempo),
            key: Some(Key { tonic, mode }.to_string()),
            temperature: Some(temperature),
            ..of_genre(genre, seconds)
        };
        let plan = planned(draft, seed);
        let score = compose(&plan, seed);
        check(&plan, &score, genre.id());
        proptest::prop_assert!(score.sections.is_sorted_by(|a, b| a.start < b.start));
        proptest::prop_assert!((score.seconds - seconds).abs() < 1e-9);
    }
}
