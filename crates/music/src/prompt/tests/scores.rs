use super::*;

fn scored(draft: Draft) -> crate::score::Score {
    let draft = Draft {
        prompt: "music".to_owned(),
        duration: Some(12.0),
        ..draft
    };
    compose(&plan(&GenerationRequest::new(draft).unwrap(), 5), 5)
}

/// Scores are long: a failure names the two words, not the notes.
fn assert_all_differ(scores: &[(&str, crate::score::Score)]) {
    for (index, (name, score)) in scores.iter().enumerate() {
        let twin = scores[..index].iter().find(|(_, other)| other == score);
        assert!(
            twin.is_none(),
            "{name} sounds like {:?}",
            twin.map(|(name, _)| name)
        );
        assert!(
            score.parts.iter().any(|part| !part.notes.is_empty()),
            "{name}"
        );
    }
}

#[test]
fn every_genre_changes_the_score() {
    let of = |genre: &Genre| Draft {
        genre: Some(genre.to_string()),
        ..Draft::default()
    };
    let scores: Vec<_> = Genre::ALL
        .iter()
        .map(|it| (it.id(), scored(of(it))))
        .collect();
    assert_all_differ(&scores);
}

#[test]
fn every_mood_changes_the_score_of_any_genre() {
    for genre in Genre::ALL {
        let of = |mood: Option<&Mood>| Draft {
            genre: Some(genre.to_string()),
            mood: mood.map(ToString::to_string),
            ..Draft::default()
        };
        let mut scores = vec![("no mood", scored(of(None)))];
        scores.extend(Mood::ALL.iter().map(|it| (it.id(), scored(of(Some(it))))));
        assert_all_differ(&scores);
    }
}

#[test]
fn every_instrument_changes_the_score() {
    let of = |it: &Instrument| Draft {
        instruments: Some(vec![it.to_string()]),
        ..Draft::default()
    };
    let mut scores = vec![("style's band", scored(Draft::default()))];
    scores.extend(Instrument::ALL.iter().map(|it| (it.id(), scored(of(it)))));
    assert_all_differ(&scores);
}
