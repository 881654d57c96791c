use super::*;
use crate::engine::Unwatched;
use crate::score::{Note, Part, Role, Space};
use crate::vocabulary::Instrument;

const RATE: u32 = 44_100;

pub(super) fn part(instrument: Instrument, notes: Vec<Note>) -> Part {
    let role = match instrument {
        it if it.is_percussion() => Role::Drums,
        it if it.is_bass() => Role::Bass,
        _ => Role::Melody,
    };
    Part {
        instrument,
        role,
        pan: 0.0,
        gain_db: 0.0,
        reverb_send: 0.0,
        delay_send: 0.0,
        duck: 0.0,
        brightness: 0.5,
        notes,
    }
}

pub(super) fn score(seconds: f64, parts: Vec<Part>) -> Score {
    Score {
        tonic: None,
        tempo: 120.0,
        beats_per_bar: 4,
        seconds,
        sections: Vec::new(),
        parts,
        space: Space {
            decay: 1.6,
            damping: 0.4,
            delay_beats: 0.75,
            delay_feedback: 0.3,
        },
    }
}

fn note(start: f64, length: f64, pitch: u8, velocity: f32) -> Note {
    Note {
        start,
        length,
        pitch,
        velocity,
    }
}

fn sound(score: &Score) -> Audio {
    render(score, RATE, None, &mut Unwatched).unwrap()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).sqrt()
}

/// Energy at a frequency, Hann-windowed.
fn energy(samples: &[f32], hertz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (i, sample) in samples.iter().enumerate() {
        let window = 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / samples.len() as f64).cos();
        let angle = std::f64::consts::TAU * hertz * i as f64 / f64::from(RATE);
        re += f64::from(*sample) * window * angle.cos();
        im += f64::from(*sample) * window * angle.sin();
    }
    re * re + im * im
}

/// Cents by which the energy around `hertz` is off; its centre, since vibrato spreads it.
fn cents_off(samples: &[f32], hertz: f64) -> f64 {
    let (mut moment, mut sum) = (0.0, 0.0);
    for step in -25..=25 {
        let cents = f64::from(step) * 2.0;
        let power = energy(samples, hertz * (cents / 1200.0).exp2());
        moment += cents * power;
        sum += power;
    }
    moment / sum
}

fn pitched() -> impl Iterator<Item = Instrument> {
    Instrument::ALL
        .iter()
        .copied()
        .filter(|it| !it.is_percussion())
}

fn range(instrument: Instrument) -> [u8; 3] {
    match instrument {
        it if it.is_bass() => [33, 40, 48],
        Instrument::Cello => [40, 50, 62],
        Instrument::Bells | Instrument::Flute | Instrument::Violin => [62, 74, 86],
        _ => [48, 60, 76],
    }
}

#[test]
fn every_pitched_instrument_is_in_tune() {
    for instrument in pitched() {
        for pitch in range(instrument) {
            let audio = sound(&score(
                1.6,
                vec![part(instrument, vec![note(0.0, 1.5, pitch, 0.7)])],
            ));
            let middle = &audio.left[RATE as usize / 4..RATE as usize * 5 / 4];
            let off = cents_off(middle, maths::hertz(f64::from(pitch)));
            println!("{instrument} {pitch}: {off} cents");
            assert!(off.abs() <= 5.0, "{instrument} {pitch} is {off} cents off");
        }
    }
}

#[test]
fn every_instrument_sounds_and_stays_finite() {
    for instrument in Instrument::ALL {
        let pitches: Vec<u8> = if instrument.is_percussion() {
            (35..=81).collect()
        } else {
            vec![21, 36, 60, 84, 108]
        };
        for pitch in pitches {
            let audio = sound(&score(
                0.6,
                vec![part(*instrument, vec![note(0.0, 0.4, pitch, 1.0)])],
            ));
            let level = rms(&audio.left) + rms(&audio.right);
            assert!(level > 1e-3, "{instrument} {pitch}: {level}");
            let wild = audio
                .left
                .iter()
                .any(|sample| !sample.is_finite() || sample.abs() > 6.0);
            assert!(!wild, "{instrument} {pitch} is wild");
        }
    }
}
