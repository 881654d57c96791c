//! How a chord is spread over the keys: each voice moves as little as it can.

use super::chord::Chord;

/// The voices of one chord, from below.
pub(crate) type Voices = Vec<u8>;

/// Chooses, of all close positions within the register, the one nearest to the chord before.
///
/// `rootless` leaves the root to the bass when there are more tones than voices.
pub(crate) fn lead(
    chord: &Chord,
    count: usize,
    register: (u8, u8),
    before: Option<&Voices>,
    rootless: bool,
) -> Voices {
    let classes = select(chord, count, rootless);
    let (low, high) = (i16::from(register.0), i16::from(register.1));
    let centre = f32::from(register.0 + (register.1 - register.0) / 2);
    let mut best: Option<(f32, Voices)> = None;
    for bottom in low..=high {
        let class = bottom.rem_euclid(12).unsigned_abs() as u8;
        if !classes.contains(&class) {
            continue;
        }
        let voices = stack(bottom, &classes);
        if voices.last().is_none_or(|top| i16::from(*top) > high) {
            continue;
        }
        let cost = cost(&voices, centre, before);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, voices));
        }
    }
    // A register narrower than an octave may hold no whole position: then single tones have to do.
    best.map_or_else(
        || {
            (register.0..=register.1)
                .filter(|pitch| chord.has(i16::from(*pitch)))
                .take(count.max(1))
                .collect()
        },
        |(_, voices)| voices,
    )
}

/// Which tones sound when not all can: the fifth goes first, then the root if the bass has it.
fn select(chord: &Chord, count: usize, rootless: bool) -> Vec<u8> {
    let mut tones: Vec<u8> = chord.tones().to_vec();
    if tones.len() > count && tones.len() > 3 {
        tones.retain(|tone| *tone != 7);
    }
    if tones.len() > count && rootless {
        tones.retain(|tone| *tone != 0);
    }
    tones.truncate(count.max(1));
    tones.iter().map(|tone| (chord.root + tone) % 12).collect()
}

/// Close position: from the bottom tone upwards, each class once.
fn stack(bottom: i16, classes: &[u8]) -> Voices {
    let class = bottom.rem_euclid(12).unsigned_abs() as u8;
    let mut offsets: Vec<u8> = classes
        .iter()
        .map(|other| (other + 12 - class) % 12)
        .collect();
    offsets.sort_unstable();
    offsets
        .iter()
        .map(|offset| bottom.unsigned_abs() as u8 + offset)
        .collect()
}

fn cost(voices: &Voices, centre: f32, before: Option<&Voices>) -> f32 {
    let mean =
        voices.iter().map(|voice| f32::from(*voice)).sum::<f32>() / voices.len().max(1) as f32;
    let mut cost = (mean - centre).abs() * 0.25;
    // Seconds and thirds low down are mud (the low interval limit of arrangers).
    cost += voices
        .windows(2)
        .filter(|pair| pair[0] < 50 && pair[1] - pair[0] < 4)
        .count() as f32
        * 4.0;
    if let Some(before) = before {
        for voice in voices {
            let move_of = |other: &u8| i16::from(*other).abs_diff(i16::from(*voice));
            cost += f32::from(before.iter().map(move_of).min().unwrap_or(0));
        }
        let top = |voices: &Voices| voices.last().map_or(0, |top| i16::from(*top));
        cost += f32::from(top(voices).abs_diff(top(before))) * 0.5;
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_move_by_small_steps() {
        let chords = [
            Chord::new(0, &[0, 4, 7]),
            Chord::new(9, &[0, 3, 7]),
            Chord::new(5, &[0, 4, 7]),
            Chord::new(7, &[0, 4, 7, 10]),
            Chord::new(0, &[0, 4, 7]),
        ];
        let mut before: Option<Voices> = None;
        for chord in &chords {
            let voices = lead(chord, 3, (52, 74), before.as_ref(), true);
            assert_eq!(voices.len(), 3);
            assert!(voices.iter().all(|voice| chord.has(i16::from(*voice))));
            if let Some(before) = &before {
                for (old, new) in before.iter().zip(&voices) {
                    assert!(old.abs_diff(*new) <= 4, "{before:?} to {voices:?}");
                }
            }
            before = Some(voices);
        }
    }

    #[test]
    fn a_narrow_register_still_sounds() {
        let voices = lead(&Chord::new(0, &[0, 4, 7]), 3, (60, 62), None, false);
        assert_eq!(voices, [60]);
    }
}
