use super::{Bass, Groove, Style, all, by_id, of_genre, triple, tunes};
use crate::compose::harmony::read_progression;
use crate::prompt::Metre;
use crate::vocabulary::Genre;
use std::collections::HashSet;

fn assert_patterns(of: &str, patterns: &[&str], bar: usize, alphabet: &str) {
    assert!(!patterns.is_empty(), "{of}: no pattern");
    for pattern in patterns {
        assert!(
            pattern.len() % bar == 0 && !pattern.is_empty(),
            "{of}: {pattern:?} is no whole bar"
        );
        let odd = pattern.chars().find(|sign| !alphabet.contains(*sign));
        assert_eq!(odd, None, "{of}: {pattern:?}");
    }
}

fn assert_grooves(of: &str, grooves: &[Groove], bar: usize) {
    for groove in grooves {
        for (pitch, lane) in groove.0 {
            assert_patterns(of, &[lane], bar, "Xxog.");
            assert!(
                (35..=81).contains(pitch),
                "{of}: {pitch} is no General MIDI percussion"
            );
        }
    }
}

fn assert_style(style: &Style) {
    let of = style.id;
    assert_patterns(of, style.comp, 16, "XxsLU12345678-.");
    assert_patterns(of, style.figure, 16, "XxsLU12345678-.");
    if let Bass::Pattern(patterns) = style.bass {
        assert_patterns(of, patterns, 16, "Rr58T37a-.");
    }
    assert_patterns(of, style.tune.rhythms, 16, "Xx-.");
    assert_patterns(of, style.tune.busy, 16, "Xx-.");
    for grooves in [style.grooves, style.percussion, style.fills] {
        assert!(!grooves.is_empty(), "{of}");
        assert_grooves(of, grooves, 16);
    }
    let harmony = style.harmony;
    for set in [
        harmony.major,
        harmony.minor,
        harmony.bridge_major,
        harmony.bridge_minor,
    ] {
        assert!(!set.is_empty(), "{of}");
        for text in set {
            let bars = read_progression(text);
            assert_eq!(bars.len(), text.split(' ').count(), "{of}: {text}");
            assert!(bars.iter().all(|bar| !bar.is_empty()), "{of}: {text}");
        }
    }
    assert!(
        style.tempo.0 >= 40.0 && style.tempo.0 <= style.tempo.1 && style.tempo.1 <= 240.0,
        "{of}"
    );
    assert!(
        !style.modes.is_empty() && (0.5..0.7).contains(&style.swing.ratio),
        "{of}"
    );
}

#[test]
fn every_table_is_well_formed() {
    all().for_each(assert_style);
    for metre in [Metre::ThreeFour, Metre::SixEight] {
        let bars = triple::bars(metre).expect("both are written down");
        assert_patterns(metre.id(), bars.comp, 12, "XxsLU12345678-.");
        assert_patterns(metre.id(), bars.figure, 12, "XxsLU12345678-.");
        assert_patterns(metre.id(), bars.bass, 12, "Rr58T37a-.");
        assert_patterns(metre.id(), bars.rhythms, 12, "Xx-.");
        assert_patterns(metre.id(), bars.busy, 12, "Xx-.");
        for grooves in [bars.grooves, bars.percussion, bars.fills] {
            assert_grooves(metre.id(), grooves, 12);
        }
    }
    assert_patterns("tunes", tunes::CLAVE, 16, "Xx-.");
}

#[test]
fn ids_are_unique_and_found_and_each_genre_has_its_own() {
    let mut seen = HashSet::new();
    for style in all() {
        assert!(seen.insert(style.id), "{} twice", style.id);
        assert_eq!(by_id(style.id).map(|found| found.label), Some(style.label));
    }
    for genre in Genre::ALL {
        let style = of_genre(*genre);
        assert_eq!((style.genre, style.id), (*genre, genre.id()));
    }
}
