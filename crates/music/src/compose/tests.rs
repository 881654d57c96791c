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
    let plan = planned(of_genre(Genre::Rock, 600.0), 3);
    check(&plan, &compose(&plan, 3), "ten minutes");
}

#[test]
fn the_same_seed_is_the_same_piece_and_another_is_another() {
    let plan = planned(of_genre(Genre::Folk, 20.0), 1);
    assert_eq!(compose(&plan, 1), compose(&plan, 1));
    assert_ne!(compose(&plan, 1), compose(&plan, 2));
}

/// A key finder reads the asked key from the score in at least nine of ten pieces.
#[test]
fn the_asked_key_is_heard() {
    let (mut heard, mut all) = (0, 0);
    for genre in Genre::ALL {
        for tonic in [0, 3, 6, 9] {
            for mode in [Mode::Major, Mode::Minor] {
                let key = Key { tonic, mode };
                let draft = Draft {
                    key: Some(key.to_string()),
                    ..of_genre(*genre, 30.0)
                };
                let plan = planned(draft, u64::from(tonic));
                let score = compose(&plan, u64::from(tonic));
                let found = key_finder::key_of(&key_finder::histogram(&score));
                heard += usize::from(found == Some((tonic, mode.is_minor())));
                all += 1;
            }
        }
    }
    assert!(heard * 10 >= all * 9, "{heard} of {all}");
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
