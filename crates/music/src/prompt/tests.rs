use super::*;
use crate::compose::compose;
use crate::request::Draft;
use crate::score::Role;
use crate::vocabulary::{Genre, Instrument, Mood};
use proptest::prelude::*;

fn request(prompt: &str) -> GenerationRequest {
    GenerationRequest::new(Draft {
        prompt: prompt.to_owned(),
        ..Draft::default()
    })
    .unwrap()
}

fn planned(prompt: &str) -> Plan {
    plan(&request(prompt), 1)
}

fn plays(plan: &Plan, instrument: Instrument) -> bool {
    plan.voices
        .iter()
        .any(|voice| voice.instrument == instrument)
}

fn has(plan: &Plan, role: Role) -> bool {
    plan.voices.iter().any(|voice| voice.role == role)
}

#[test]
fn genres() {
    for (prompt, genre) in [
        ("upbeat jazz piano with walking bass", Genre::Jazz),
        ("120 bpm drum and bass", Genre::DrumAndBass),
        ("drum'n'bass roller", Genre::DrumAndBass),
        ("Lo-Fi hip hop beats to study", Genre::Lofi),
        ("synthwave", Genre::Electronic),
        ("trap beat with 808s", Genre::HipHop),
        ("bossa nova on the beach", Genre::Latin),
        ("heavy metal riff", Genre::Rock),
        ("country road", Genre::Folk),
        ("uplifting trance", Genre::Electronic),
        ("soul", Genre::Funk),
        ("disco", Genre::Funk),
        ("salsa party", Genre::Latin),
        ("Filmmusik für einen Drachen", Genre::Cinematic),
        ("klassische Klaviermusik, Klassik", Genre::Classical),
        ("delta blues", Genre::Blues),
        ("deep house", Genre::House),
        ("musique d'ambiance ambient", Genre::Ambient),
        ("chanson", Genre::Pop),
        ("tango argentino", Genre::Latin),
    ] {
        assert_eq!(planned(prompt).genre, genre, "{prompt}");
    }
}

#[test]
fn moods() {
    for (prompt, mood) in [
        ("slow sad piano in C minor", Mood::Sad),
        ("fröhliche Musik, fröhlich", Mood::Happy),
        ("une musique triste", Mood::Sad),
        ("música alegre", Mood::Happy),
        ("dark techno", Mood::Dark),
        ("epic trailer", Mood::Epic),
        ("feel good pop", Mood::Happy),
        ("laid-back groove", Mood::Calm),
        ("an eerie forest", Mood::Mysterious),
        ("tense thriller", Mood::Tense),
    ] {
        assert_eq!(planned(prompt).mood, mood, "{prompt}");
    }
}

#[test]
fn tempos() {
    for (prompt, tempo) in [
        ("120 bpm drum and bass", 120.0),
        ("house at 124 BPM", 124.0),
        ("techno 135bpm", 135.0),
        ("bpm 96 folk", 96.0),
        ("96.5 bpm pop", 96.5),
        ("30 bpm drone", 60.0),
        ("300 bpm madness", 150.0),
    ] {
        assert!((planned(prompt).tempo - tempo).abs() < 1e-9, "{prompt}");
    }
    let (slow, usual, fast) = (
        planned("slow pop"),
        planned("pop"),
        planned("very fast pop"),
    );
    assert!(slow.tempo < usual.tempo && usual.tempo < fast.tempo);
    for prompt in ["bpm", "0 bpm", "999999 bpm", "nan bpm", "inf bpm", "-5 bpm"] {
        assert!((40.0..=240.0).contains(&planned(prompt).tempo), "{prompt}");
    }
}

#[test]
fn keys() {
    for (prompt, key) in [
        ("slow sad piano in C minor", "C minor"),
        ("rock in f# dorian", "F# dorian"),
        ("a waltz in A-flat major", "Ab major"),
        ("Sonate in c-moll", "C minor"),
        ("Walzer in D-Dur", "D major"),
        ("fugue in h-moll", "B minor"),
        ("techno in Am", "A minor"),
        ("something in D", "D major"),
        ("B flat major march", "Bb major"),
        ("key of E", "E major"),
        ("C♯ minor", "C# minor"),
        ("Eb lydian dream", "Eb lydian"),
    ] {
        assert_eq!(planned(prompt).key.to_string(), key, "{prompt}");
    }
    assert!(
        planned("a minor incident in a pop song")
            .key
            .mode
            .is_minor()
    );
    assert!(!planned("happy pop").key.mode.is_minor());
    assert!(planned("sad pop").key.mode.is_minor());
}

#[test]
fn players_wanted_and_not() {
    assert!(plays(&planned("jazz with trumpet"), Instrument::Trumpet));
    assert!(plays(
        &planned("funk with slap bass"),
        Instrument::ElectricBass
    ));
    for prompt in [
        "rock without drums",
        "rock, no drums",
        "Rock ohne Schlagzeug",
        "rock sans batterie",
        "rock sin batería",
        "drumless rock",
        "rock with no bass or drums",
        "rock without any drums",
    ] {
        let plan = planned(prompt);
        assert!(!has(&plan, Role::Drums), "{prompt}: {:?}", plan.voices);
        assert!(!plan.voices.is_empty());
    }
    assert!(!has(&planned("rock with no bass or drums"), Role::Bass));
    assert!(!plays(&planned("pop without piano"), Instrument::Piano));
    for prompt in [
        "solo piano",
        "only piano",
        "just a piano, nocturne",
        "Klavier solo",
        "piano alone",
    ] {
        let plan = planned(prompt);
        assert!(
            plan.voices
                .iter()
                .all(|voice| voice.instrument == Instrument::Piano),
            "{prompt}"
        );
    }
    assert!(planned("walking bass").walking_bass);
    // Nothing left is not nothing played.
    assert!(
        !planned("no drums, no bass, no chords, no melody, no pads, no piano")
            .voices
            .is_empty()
    );
}

#[test]
fn metres_and_swing() {
    assert_eq!(planned("waltz").metre, Metre::ThreeFour);
    assert_eq!(planned("folk in 3/4").metre, Metre::ThreeFour);
    assert_eq!(planned("a jig in 6/8").metre, Metre::SixEight);
    assert!(planned("jazz").swing > 0.55);
    assert!((planned("straight jazz").swing - 0.5).abs() < 1e-6);
}

#[test]
fn fields_win_over_the_prompt() {
    let draft = Draft {
        prompt: "sad slow jazz piano in C minor, 80 bpm".to_owned(),
        genre: Some("techno".to_owned()),
        mood: Some("happy".to_owned()),
        tempo: Some(140.0),
        key: Some("E major".to_owned()),
        instruments: Some(vec!["flute".to_owned(), "harp".to_owned()]),
        ..Draft::default()
    };
    let plan = plan(&GenerationRequest::new(draft).unwrap(), 3);
    assert_eq!((plan.genre, plan.mood), (Genre::Techno, Mood::Happy));
    assert!((plan.tempo - 140.0).abs() < 1e-9);
    assert_eq!(plan.key.to_string(), "E major");
    let players = [Instrument::Flute, Instrument::Harp];
    assert!(
        plan.voices
            .iter()
            .all(|voice| players.contains(&voice.instrument))
    );
}

#[test]
fn every_word_of_the_vocabulary_changes_the_score() {
    let score = |draft: Draft| {
        let draft = Draft {
            prompt: "music".to_owned(),
            duration: Some(12.0),
            ..draft
        };
        compose(&plan(&GenerationRequest::new(draft).unwrap(), 5), 5)
    };
    let plain = score(Draft::default());
    let usual = planned("music");
    for genre in Genre::ALL.iter().filter(|genre| **genre != usual.genre) {
        assert_ne!(
            score(Draft {
                genre: Some(genre.to_string()),
                ..Draft::default()
            }),
            plain,
            "{genre}"
        );
    }
    for mood in Mood::ALL {
        let other = score(Draft {
            mood: Some(mood.to_string()),
            genre: Some("pop".into()),
            ..Draft::default()
        });
        let happy = score(Draft {
            genre: Some("pop".into()),
            ..Draft::default()
        });
        assert_eq!(other == happy, *mood == usual.mood, "{mood}");
    }
    let mut scores = Vec::new();
    for instrument in Instrument::ALL {
        let one = score(Draft {
            instruments: Some(vec![instrument.to_string()]),
            ..Draft::default()
        });
        assert!(!scores.contains(&one), "{instrument}");
        assert!(
            one.parts.iter().any(|part| !part.notes.is_empty()),
            "{instrument}"
        );
        scores.push(one);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_prompt_gives_a_playable_piece(prompt in "\\PC{1,200}", seconds in 1.0_f64..40.0, seed: u64) {
        let draft = Draft { prompt, duration: Some(seconds), ..Draft::default() };
        if let Ok(request) = GenerationRequest::new(draft) {
            let plan = plan(&request, seed);
            prop_assert!((40.0..=240.0).contains(&plan.tempo));
            let score = compose(&plan, seed);
            prop_assert!(score.parts.iter().any(|part| !part.notes.is_empty()));
        }
    }

    #[test]
    fn words_in_any_order_are_harmless(words in proptest::collection::vec(
        prop::sample::select(vec!["no", "drums", "only", "in", "C", "a", "minor", "flat", "bpm", "120", "3/4", "jazz", "not", "piano", "solo", "sharp", "b", "h"]), 0..30)) {
        let prompt = format!("x {}", words.join(" "));
        prop_assert!(!planned(&prompt).voices.is_empty());
    }
}
