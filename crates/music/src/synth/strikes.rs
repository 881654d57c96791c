//! The struck instruments: piano, marimba, vibraphone, bells.
//!
//! Figures from the acoustics of the instruments (N. Fletcher and T. Rossing, *The Physics of
//! Musical Instruments*, chapters 12, 19 and 21), rounded by ear.

use super::maths::exp2;
use super::modal::{Knock, Mode, Strike};
use super::noise::Noise;
use super::voice::Cue;

/// Octaves above middle C.
fn octaves(cue: &Cue) -> f32 {
    (f32::from(cue.pitch) - 60.0) / 12.0
}

fn two_to(x: f32) -> f32 {
    exp2(f64::from(x)) as f32
}

/// Stiff strings, three to a note, struck by felt that hardens with the force.
pub(crate) fn piano(cue: &Cue) -> Strike {
    let octave = octaves(cue);
    let stiffness = (4e-4 * two_to(1.55 * octave)).max(1.1e-4);
    let force = cue.velocity * cue.velocity;
    let bright = two_to(1.3 * (cue.brightness - 0.5));
    let felt = (520.0 + 3600.0 * force) * bright + 0.9 * cue.hertz;
    let sustain = (6.2 * two_to(-0.72 * octave)).clamp(0.5, 15.0);
    let mut noise = Noise::new(cue.seed);
    let mut modes = Vec::with_capacity(64);
    for number in 1..=44_u8 {
        let n = f32::from(number);
        let hertz = cue.hertz * n * ((1.0 + stiffness * n * n) / (1.0 + stiffness)).sqrt();
        if hertz > 11_000.0 {
            break;
        }
        // Hammers strike an eighth of the way along: every eighth partial is weak.
        let node = super::maths::sine_turns(f64::from(n) / 16.4).abs() as f32;
        let ratio = hertz / felt;
        let board = hertz / (hertz + 55.0);
        let level = (0.12 + 0.88 * node) * board / (n.sqrt() * (1.0 + ratio * ratio));
        let decay = 1.0 / (1.0 / sustain + 9e-8 * hertz * hertz);
        if number <= 7 {
            // Strings a hair apart give the prompt sound and the long, quieter aftersound.
            modes.push(Mode {
                hertz,
                level: level * 0.78,
                decay: decay * 0.42,
            });
            let apart = hertz * (1.000_25 + 0.000_25 * noise.unit());
            modes.push(Mode {
                hertz: apart,
                level: level * 0.26,
                decay: decay * 1.25,
            });
        } else {
            modes.push(Mode {
                hertz,
                level,
                decay: decay * 0.5,
            });
        }
    }
    modes.extend(soundboard(force));
    Strike {
        modes,
        release: if cue.pitch > 89 {
            f32::INFINITY
        } else {
            (0.42 - 0.08 * octave).clamp(0.16, 0.7)
        },
        contact: (0.0022 - 0.0006 * octave).clamp(0.0006, 0.004) * (1.4 - 0.6 * cue.velocity),
        knock: Knock {
            level: 0.05 + 0.22 * force,
            hertz: 900.0 + 1800.0 * force,
            decay: 0.05,
        },
        level: 0.36 * cue.loudness(),
        width: 0.45,
    }
}

/// What the case and the board add to every key.
fn soundboard(force: f32) -> impl Iterator<Item = Mode> {
    let resonances = [(83.0, 0.05), (131.0, 0.045), (214.0, 0.03), (377.0, 0.015)];
    resonances.into_iter().map(move |(hertz, level)| Mode {
        hertz,
        level: level * (0.25 + force),
        decay: 0.16,
    })
}

/// Rosewood bars tuned to 1 : 4 : 10, soft mallets, short.
pub(crate) fn marimba(cue: &Cue) -> Strike {
    let octave = octaves(cue);
    let decay = (1.5 * two_to(-0.75 * octave)).clamp(0.25, 3.2);
    let hard = (0.35 + cue.velocity) * two_to(1.6 * (cue.brightness - 0.5));
    let modes = vec![
        Mode {
            hertz: cue.hertz,
            level: 1.0,
            decay,
        },
        Mode {
            hertz: cue.hertz * 3.96,
            level: 0.28 * hard,
            decay: decay * 0.28,
        },
        Mode {
            hertz: cue.hertz * 9.4,
            level: 0.13 * hard * hard,
            decay: decay * 0.1,
        },
        Mode {
            hertz: cue.hertz * 16.1,
            level: 0.05 * hard * hard,
            decay: decay * 0.05,
        },
    ];
    Strike {
        modes,
        release: f32::INFINITY,
        contact: 0.0016,
        knock: Knock {
            level: 0.3 * hard,
            hertz: 1500.0,
            decay: 0.022,
        },
        level: 0.5 * cue.loudness(),
        width: 0.5,
    }
}

/// Aluminium bars, damped when the pedal is up.
pub(crate) fn vibraphone(cue: &Cue) -> Strike {
    let octave = octaves(cue);
    let decay = (6.5 * two_to(-0.6 * octave)).clamp(1.5, 10.0);
    let hard = (0.3 + cue.velocity) * two_to(1.6 * (cue.brightness - 0.5));
    let modes = vec![
        Mode {
            hertz: cue.hertz,
            level: 0.8,
            decay,
        },
        // Two modes of one bar a hair apart: the slow shimmer of metal.
        Mode {
            hertz: cue.hertz * 1.0008,
            level: 0.2,
            decay: decay * 1.2,
        },
        Mode {
            hertz: cue.hertz * 4.0,
            level: 0.2 * hard,
            decay: decay * 0.33,
        },
        Mode {
            hertz: cue.hertz * 10.2,
            level: 0.11 * hard * hard,
            decay: decay * 0.09,
        },
        Mode {
            hertz: cue.hertz * 17.6,
            level: 0.04 * hard * hard,
            decay: decay * 0.04,
        },
    ];
    Strike {
        modes,
        release: 0.55,
        contact: 0.0014,
        knock: Knock {
            level: 0.1 * hard,
            hertz: 2500.0,
            decay: 0.012,
        },
        level: 0.4 * cue.loudness(),
        width: 0.5,
    }
}

/// Free steel bars, hard mallets: the partials of a glockenspiel.
pub(crate) fn bells(cue: &Cue) -> Strike {
    let octave = octaves(cue);
    let decay = (4.6 * two_to(-0.45 * octave)).clamp(1.0, 7.0);
    let hard = (0.4 + cue.velocity) * two_to(1.4 * (cue.brightness - 0.5));
    let mut modes = vec![
        Mode {
            hertz: cue.hertz,
            level: 0.7,
            decay,
        },
        Mode {
            hertz: cue.hertz * 1.0012,
            level: 0.25,
            decay: decay * 0.8,
        },
    ];
    for (ratio, level, share) in [
        (2.756, 0.42, 0.55),
        (5.404, 0.3, 0.3),
        (8.933, 0.16, 0.17),
        (13.34, 0.08, 0.1),
    ] {
        modes.push(Mode {
            hertz: cue.hertz * ratio,
            level: level * hard,
            decay: decay * share,
        });
    }
    Strike {
        modes,
        release: 2.2,
        contact: 0.0005,
        knock: Knock {
            level: 0.12 * hard,
            hertz: 6000.0,
            decay: 0.008,
        },
        level: 0.34 * cue.loudness(),
        width: 0.4,
    }
}
