//! The drum machine. What it has no sound for, the other kits supply.

use super::hit::{Band, Hit, Sweep};

/// The six oscillators of the classic hi-hat circuit, in hertz.
const METAL: [f32; 6] = [245.0, 306.0, 365.0, 415.0, 437.0, 619.0];

/// Builds the drum of this number; `false` when the machine has none.
pub(super) fn strike(pitch: u8, hit: &mut Hit) -> bool {
    match pitch {
        35 => deep_kick(hit),
        36 => kick(hit),
        37 => rim(hit),
        38 => snare(hit, 178.0, 0.2),
        40 => snare(hit, 205.0, 0.3),
        39 => clap(hit),
        41 => tom(hit, 72.0, 0.4),
        43 => tom(hit, 88.0, 0.3),
        45 => tom(hit, 108.0, 0.15),
        47 => tom(hit, 132.0, 0.0),
        48 => tom(hit, 160.0, -0.2),
        50 => tom(hit, 195.0, -0.35),
        42 => hat(hit, 0.07, 0.3),
        44 => hat(hit, 0.045, 0.24),
        46 => hat(hit, 0.5, 0.28),
        49 | 52 | 55 | 57 => cymbal(hit, if pitch == 55 { 0.7 } else { 1.9 }),
        51 | 53 | 59 => ride(hit),
        56 => cowbell(hit),
        62 => conga(hit, 370.0),
        63 => conga(hit, 310.0),
        64 => conga(hit, 205.0),
        70 => shaker(hit),
        75 => clave(hit),
        _ => return false,
    }
    true
}

fn kick(hit: &mut Hit) {
    hit.sweep(Sweep {
        from: 310.0,
        to: 49.0,
        time: 0.11,
        decay: 0.52,
        level: 1.0,
    })
    .drive(1.9)
    .hiss(Band {
        low: 1800.0,
        high: 7000.0,
        attack: 0.0002,
        decay: 0.012,
        level: 0.35,
    });
}

fn deep_kick(hit: &mut Hit) {
    hit.sweep(Sweep {
        from: 150.0,
        to: 43.0,
        time: 0.09,
        decay: 1.15,
        level: 1.0,
    })
    .drive(1.4)
    .hiss(Band {
        low: 1200.0,
        high: 4000.0,
        attack: 0.0002,
        decay: 0.01,
        level: 0.2,
    });
}

fn snare(hit: &mut Hit, hertz: f32, decay: f32) {
    hit.sweep(Sweep {
        from: hertz * 1.7,
        to: hertz,
        time: 0.04,
        decay: 0.17,
        level: 0.6,
    })
    .ring(&[(hertz * 1.83, 0.32, 0.12)])
    .hiss(Band {
        low: 1500.0,
        high: 12_000.0,
        attack: 0.0005,
        decay,
        level: 0.75,
    })
    .hiss(Band {
        low: 5000.0,
        high: 14_000.0,
        attack: 0.0003,
        decay: 0.05,
        level: 0.4,
    })
    .drive(1.4);
}

fn clap(hit: &mut Hit) {
    for (at, level) in [(0.0, 0.6), (0.0105, 0.55), (0.0215, 0.65)] {
        hit.hiss_at(
            at,
            Band {
                low: 900.0,
                high: 3600.0,
                attack: 0.0004,
                decay: 0.032,
                level,
            },
        );
    }
    hit.hiss_at(
        0.031,
        Band {
            low: 850.0,
            high: 4200.0,
            attack: 0.0005,
            decay: 0.24,
            level: 0.62,
        },
    )
    .hiss_at(
        0.031,
        Band {
            low: 4000.0,
            high: 9000.0,
            attack: 0.001,
            decay: 0.12,
            level: 0.14,
        },
    );
}

fn rim(hit: &mut Hit) {
    hit.ring(&[
        (1667.0, 0.5, 0.05),
        (455.0, 0.4, 0.045),
        (3300.0, 0.15, 0.025),
    ])
    .drive(2.0)
    .hiss(Band {
        low: 2000.0,
        high: 8000.0,
        attack: 0.0002,
        decay: 0.008,
        level: 0.3,
    });
}

fn tom(hit: &mut Hit, hertz: f32, pan: f32) {
    hit.pan(pan)
        .sweep(Sweep {
            from: hertz * 2.1,
            to: hertz,
            time: 0.22,
            decay: 0.55,
            level: 0.9,
        })
        .drive(1.4)
        .hiss(Band {
            low: 900.0,
            high: 5000.0,
            attack: 0.0003,
            decay: 0.02,
            level: 0.18,
        });
}

fn hat(hit: &mut Hit, decay: f32, level: f32) {
    hit.pan(0.12)
        .squares(
            &METAL,
            Band {
                low: 8200.0,
                high: 16_000.0,
                attack: 0.0,
                decay,
                level: level * 1.3,
            },
        )
        .hiss(Band {
            low: 8500.0,
            high: 17_000.0,
            attack: 0.0003,
            decay,
            level: level * 0.65,
        });
}

fn cymbal(hit: &mut Hit, decay: f32) {
    hit.pan(-0.3)
        .squares(
            &[245.0, 367.0, 511.0, 733.0, 977.0, 1301.0],
            Band {
                low: 4200.0,
                high: 15_000.0,
                attack: 0.0,
                decay: decay * 0.7,
                level: 0.2,
            },
        )
        .hiss(Band {
            low: 4500.0,
            high: 16_000.0,
            attack: 0.002,
            decay,
            level: 0.42,
        });
}

fn ride(hit: &mut Hit) {
    hit.pan(0.3)
        .squares(
            &[540.0, 811.0, 1079.0, 1453.0],
            Band {
                low: 5000.0,
                high: 13_000.0,
                attack: 0.0,
                decay: 0.8,
                level: 0.16,
            },
        )
        .ring(&[(5180.0, 0.08, 0.5), (3240.0, 0.06, 0.6)])
        .hiss(Band {
            low: 6000.0,
            high: 15_000.0,
            attack: 0.0005,
            decay: 0.35,
            level: 0.14,
        });
}

fn cowbell(hit: &mut Hit) {
    hit.squares(
        &[540.0, 800.0],
        Band {
            low: 700.0,
            high: 3200.0,
            attack: 0.0,
            decay: 0.38,
            level: 0.34,
        },
    );
}

fn conga(hit: &mut Hit, hertz: f32) {
    hit.sweep(Sweep {
        from: hertz * 1.25,
        to: hertz,
        time: 0.05,
        decay: 0.26,
        level: 0.7,
    });
}

fn shaker(hit: &mut Hit) {
    hit.pan(-0.25).hiss(Band {
        low: 6000.0,
        high: 15_000.0,
        attack: 0.012,
        decay: 0.07,
        level: 0.3,
    });
}

fn clave(hit: &mut Hit) {
    hit.ring(&[(2500.0, 0.6, 0.075)]);
}
