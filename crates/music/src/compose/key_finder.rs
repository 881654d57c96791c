//! Which key a score would be heard in, by the profiles of Krumhansl and Kessler.
//!
//! C. L. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, table 2.1: the key whose profile
//! correlates best with how long each pitch class sounds.

use crate::score::{Role, Score};

const MAJOR: [f32; 12] = [
    6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88,
];
const MINOR: [f32; 12] = [
    6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17,
];

/// A tonic (0 is C) and whether the third is minor.
pub(crate) type Heard = (u8, bool);

/// Seconds of each pitch class, weighted by strength.
pub(crate) fn histogram(score: &Score) -> [f32; 12] {
    let mut sum = [0.0; 12];
    for part in score.parts.iter().filter(|part| part.role != Role::Drums) {
        for note in &part.notes {
            // Long tones die away or blend; what counts is closer to the attack.
            sum[usize::from(note.pitch % 12)] += note.length.min(2.5) as f32 * note.velocity;
        }
    }
    sum
}

/// The histogram as a microphone would hear it: with a share at the fifth and third overtones.
pub(crate) fn with_overtones(plain: [f32; 12]) -> [f32; 12] {
    std::array::from_fn(|class| {
        plain[class] + 0.3 * plain[(class + 5) % 12] + 0.12 * plain[(class + 8) % 12]
    })
}

/// The best key; `None` when nothing is pitched.
pub(crate) fn key_of(histogram: &[f32; 12]) -> Option<Heard> {
    if histogram.iter().sum::<f32>() <= 0.0 {
        return None;
    }
    let mut best: Option<(f32, Heard)> = None;
    for tonic in 0..12_u8 {
        for (profile, minor) in [(&MAJOR, false), (&MINOR, true)] {
            let fit = correlation(histogram, profile, tonic);
            if best.is_none_or(|(most, _)| fit > most) {
                best = Some((fit, (tonic, minor)));
            }
        }
    }
    best.map(|(_, key)| key)
}

/// Pearson's correlation of the histogram with a profile moved to a tonic.
fn correlation(histogram: &[f32; 12], profile: &[f32; 12], tonic: u8) -> f32 {
    let mean = |values: &[f32; 12]| values.iter().sum::<f32>() / 12.0;
    let (centre, level) = (mean(histogram), mean(profile));
    let (mut both, mut own, mut theirs) = (0.0, 0.0, 0.0);
    for class in 0..12 {
        let x = histogram[class] - centre;
        let y = profile[(class + 12 - usize::from(tonic)) % 12] - level;
        both += x * y;
        own += x * x;
        theirs += y * y;
    }
    both / (own * theirs).sqrt().max(1e-9)
}
