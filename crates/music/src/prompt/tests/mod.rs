mod scores;

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
fn what_is_asked_for_in_words_is_in_the_band() {
    for (prompt, player) in [
        ("slap bass and a groove, funk", Instrument::ElectricBass),
        ("a sax solo over smooth jazz", Instrument::Saxophone),
        ("techno with an 808", Instrument::ElectronicDrums),
        ("Musik mit Geige und Klavier", Instrument::Violin),
        ("chanson avec accordéon", Instrument::Organ),
        ("guitarra española", Instrument::AcousticGuitar),
        ("distorted guitars", Instrument::DistortedGuitar),
        ("wordless choir and strings", Instrument::Choir),
        ("rhodes and brushes, late night", Instrument::ElectricPiano),
        ("music box bells", Instrument::Bells),
        ("double bass and trumpet ballad", Instrument::UprightBass),
        ("supersaw lead", Instrument::SynthLead),
        ("Harfe und Flöte", Instrument::Harp),
        ("kalimba", Instrument::Marimba),
        ("steel drums on the beach", Instrument::Marimba),
        ("french horns and timpani", Instrument::Brass),
        ("pads, only pads", Instrument::SynthPad),
        ("Cembalo", Instrument::Harpsichord),
        ("deep 808 bass", Instrument::SubBass),
    ] {
        let plan = planned(prompt);
        assert!(plays(&plan, player), "{prompt}: {:?}", plan.voices);
    }
}

#[test]
fn negation_reaches_as_far_as_it_should() {
    let plan = planned("jazz without piano or guitar but with trumpet and drums");
    assert!(!plays(&plan, Instrument::Piano) && !plays(&plan, Instrument::ElectricGuitar));
    assert!(plays(&plan, Instrument::Trumpet) && has(&plan, Role::Drums));
    let plan = planned("no drums. Piano and strings, please");
    assert!(!has(&plan, Role::Drums) && plays(&plan, Instrument::Piano));
    assert!(plays(&plan, Instrument::Strings));
    let plan = planned("kein Schlagzeug und kein Bass, aber Klavier");
    assert!(!has(&plan, Role::Drums) && !has(&plan, Role::Bass));
    assert!(plays(&plan, Instrument::Piano));
    let plan = planned("beatless ambient");
    assert!(!has(&plan, Role::Drums));
    assert_ne!(planned("not jazz, rock").genre, Genre::Jazz);
    assert_ne!(planned("no sad songs, happy pop").mood, Mood::Sad);
    assert!(!has(&planned("rock, drum-free"), Role::Drums));
    let plan = planned("string quartet without drums 96 bpm in G minor");
    assert!(!has(&plan, Role::Drums));
    assert_eq!(
        (plan.key.to_string().as_str(), plan.tempo),
        ("G minor", 96.0)
    );
    let plan = planned("no drums dark slow techno");
    assert_eq!((plan.genre, plan.mood), (Genre::Techno, Mood::Dark));
    assert!(!has(&planned("nothing too fast, no drums"), Role::Drums));
}

#[test]
fn words_of_more_languages() {
    for (prompt, genre, mood) in [
        (
            "ruhige Klaviermusik, ruhig, Klassik",
            Genre::Classical,
            Mood::Calm,
        ),
        ("traurige Ballade, traurig", Genre::Pop, Mood::Sad),
        ("düsterer Techno, düster", Genre::Techno, Mood::Dark),
        (
            "musique classique romantique",
            Genre::Classical,
            Mood::Romantic,
        ),
        ("jazz joyeux", Genre::Jazz, Mood::Happy),
        ("rock agressif", Genre::Rock, Mood::Aggressive),
        ("salsa alegre", Genre::Latin, Mood::Happy),
        ("banda sonora épica", Genre::Cinematic, Mood::Epic),
        (
            "música electrónica misteriosa",
            Genre::Electronic,
            Mood::Mysterious,
        ),
        ("volkslied, friedlich", Genre::Folk, Mood::Peaceful),
    ] {
        let plan = planned(prompt);
        assert_eq!((plan.genre, plan.mood), (genre, mood), "{prompt}");
    }
    assert!(planned("sehr langsame Popmusik").tempo < planned("Popmusik").tempo);
    assert!(planned("pop très rapide").tempo > planned("pop").tempo);
    assert!(planned("pop muy lento").tempo < planned("pop").tempo);
}

#[test]
fn the_rest_of_the_words() {
    for (prompt, genre) in [
        ("jazz trio with a latin percussionist", Genre::Jazz),
        ("folk pop", Genre::Pop),
        ("jazzy hip hop", Genre::HipHop),
        ("lofi jazz", Genre::Lofi),
        ("R&B slow jam", Genre::HipHop),
        ("rock 'n' roll", Genre::Rock),
        ("8-bit video game music", Genre::Electronic),
        ("reggae sunsets", Genre::Latin),
        ("baroque fugue", Genre::Classical),
        ("liquid dnb", Genre::DrumAndBass),
        ("irish pub", Genre::Folk),
        ("gospel choir", Genre::Funk),
        ("workout music", Genre::Electronic),
        ("harpsichord", Genre::Classical),
        ("epic battle", Genre::Cinematic),
    ] {
        assert_eq!(planned(prompt).genre, genre, "{prompt}");
    }
    for (prompt, tempo) in [
        ("allegro sonata", 132.0),
        ("larghetto", 60.0),
        ("tempo 90, folk", 90.0),
        ("120-130 bpm house", 125.0),
        ("at a tempo of 72", 72.0),
    ] {
        assert!((planned(prompt).tempo - tempo).abs() < 1e-9, "{prompt}");
    }
    for (prompt, key) in [
        ("waltz in B-flat minor", "Bb minor"),
        ("piano in a minor", "A minor"),
        ("Stück in B-Dur", "Bb major"),
        ("en ré mineur", "D minor"),
        ("valse en si bémol majeur", "Bb major"),
        ("rumba en la menor", "A minor"),
        ("Gigue in fis-moll", "F# minor"),
        ("pop, key of G", "G major"),
    ] {
        assert_eq!(planned(prompt).key.to_string(), key, "{prompt}");
    }
    assert_eq!(planned("Wiener Walzer").metre, Metre::ThreeFour);
    assert_eq!(planned("jazz waltz").genre, Genre::Jazz);
    assert_eq!(planned("jazz waltz").metre, Metre::ThreeFour);
    assert_eq!(planned("rock in 4/4").metre, Metre::FourFour);
    assert!(planned("rock shuffle").swing > 0.6);
    assert!(planned("sparse pop").density < planned("dense pop").density);
    assert!(planned("pop with lots of reverb").space > planned("dry pop").space);
    assert!(planned("soft quiet pop").energy < planned("loud heavy pop").energy);
}

#[test]
fn chance_only_decides_what_was_left_open() {
    let request = request("sad jazz in G minor at 100 bpm with flute");
    for seed in 0..40 {
        let plan = plan(&request, seed);
        assert_eq!((plan.genre, plan.mood), (Genre::Jazz, Mood::Sad));
        assert!((plan.tempo - 100.0).abs() < 1e-9 && plan.key.to_string() == "G minor");
        assert!(plays(&plan, Instrument::Flute));
    }
    let titles: std::collections::HashSet<String> =
        (0..40).map(|seed| plan(&request, seed).title).collect();
    assert!(titles.len() > 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_prompt_gives_a_playable_piece(prompt in "\\PC{1,1000}", seconds in 1.0_f64..40.0, seed: u64) {
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
