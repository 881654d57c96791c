//! The acoustic kit: 35 ..= 59 of General MIDI.

use super::hit::{Band, Hit, Sweep};

/// Builds the drum of this number; `false` when it is no part of a kit.
pub(super) fn strike(pitch: u8, hit: &mut Hit) -> bool {
    match pitch {
        35 => kick(hit, 46.0),
        36 => kick(hit, 54.0),
        37 => side_stick(hit),
        38 => snare(hit, 186.0, 0.62),
        40 => snare(hit, 214.0, 0.78),
        41 => tom(hit, 82.0, 0.45),
        43 => tom(hit, 98.0, 0.35),
        45 => tom(hit, 117.0, 0.2),
        47 => tom(hit, 140.0, 0.0),
        48 => tom(hit, 168.0, -0.15),
        50 => tom(hit, 202.0, -0.3),
        42 => hat(hit, 0.085, 0.36),
        44 => hat(hit, 0.06, 0.26),
        46 => hat(hit, 0.85, 0.34),
        49 => crash(hit, 330.0, 2.6, -0.45),
        57 => crash(hit, 390.0, 2.2, 0.5),
        55 => crash(hit, 620.0, 0.8, -0.2),
        52 => china(hit),
        51 => ride(hit, 1.0, 0.35),
        59 => ride(hit, 1.12, 0.4),
        53 => ride_bell(hit),
        _ => return false,
    }
    true
}

fn kick(hit: &mut Hit, hertz: f32) {
    hit.sweep(Sweep {
        from: hertz * 3.1,
        to: hertz,
        time: 0.075,
        decay: 0.5,
        level: 1.0,
    })
    .ring(&[(hertz * 1.74, 0.2, 0.17), (hertz * 2.6, 0.1, 0.1)])
    .drive(1.3)
    .hiss(Band {
        low: 2200.0,
        high: 5200.0,
        attack: 0.0005,
        decay: 0.024,
        level: 0.32,
    })
    .hiss(Band {
        low: 160.0,
        high: 900.0,
        attack: 0.0005,
        decay: 0.05,
        level: 0.22,
    });
}

fn snare(hit: &mut Hit, hertz: f32, wires: f32) {
    hit.pan(-0.05)
        .sweep(Sweep {
            from: hertz * 1.5,
            to: hertz,
            time: 0.05,
            decay: 0.24,
            level: 0.55,
        })
        .ring(&[
            (hertz * 1.51, 0.3, 0.19),
            (hertz * 1.83, 0.2, 0.16),
            (hertz * 2.35, 0.14, 0.13),
            (hertz * 3.1, 0.08, 0.1),
        ])
        .hiss(Band {
            low: 1300.0,
            high: 9500.0,
            attack: 0.001,
            decay: 0.27,
            level: wires,
        })
        .hiss(Band {
            low: 500.0,
            high: 2400.0,
            attack: 0.0005,
            decay: 0.11,
            level: wires * 0.55,
        })
        .hiss(Band {
            low: 2800.0,
            high: 7000.0,
            attack: 0.0003,
            decay: 0.014,
            level: 0.75,
        })
        .drive(1.15);
}

fn side_stick(hit: &mut Hit) {
    hit.pan(-0.05)
        .ring(&[
            (1720.0, 0.5, 0.07),
            (860.0, 0.3, 0.07),
            (2480.0, 0.22, 0.045),
            (430.0, 0.2, 0.08),
            (3900.0, 0.1, 0.03),
        ])
        .hiss(Band {
            low: 2000.0,
            high: 7000.0,
            attack: 0.0002,
            decay: 0.012,
            level: 0.5,
        });
}

fn tom(hit: &mut Hit, hertz: f32, pan: f32) {
    let decay = 0.95 - hertz * 0.0018;
    hit.pan(pan)
        .sweep(Sweep {
            from: hertz * 1.38,
            to: hertz,
            time: 0.16,
            decay,
            level: 0.85,
        })
        .ring(&[
            (hertz * 1.59, 0.26, decay * 0.5),
            (hertz * 2.14, 0.14, decay * 0.36),
            (hertz * 2.65, 0.09, decay * 0.28),
            (hertz * 3.4, 0.05, decay * 0.2),
        ])
        .hiss(Band {
            low: 900.0,
            high: 4200.0,
            attack: 0.0004,
            decay: 0.035,
            level: 0.3,
        })
        .hiss(Band {
            low: 150.0,
            high: 700.0,
            attack: 0.001,
            decay: 0.14,
            level: 0.12,
        })
        .drive(1.15);
}

fn hat(hit: &mut Hit, decay: f32, level: f32) {
    hit.pan(0.22)
        .metal(
            56,
            Band {
                low: 3100.0,
                high: 15_500.0,
                attack: 0.0,
                decay: decay * 1.25,
                level: level * 1.1,
            },
        )
        .hiss(Band {
            low: 7200.0,
            high: 17_000.0,
            attack: 0.0006,
            decay,
            level: level * 0.55,
        })
        .hiss(Band {
            low: 3000.0,
            high: 9000.0,
            attack: 0.0002,
            decay: 0.012,
            level: level * 0.5,
        });
}

fn crash(hit: &mut Hit, low: f32, decay: f32, pan: f32) {
    hit.pan(pan)
        .metal(
            150,
            Band {
                low,
                high: 14_500.0,
                attack: 0.0,
                decay,
                level: 0.6,
            },
        )
        .hiss(Band {
            low: 3200.0,
            high: 16_000.0,
            attack: 0.006,
            decay: decay * 0.62,
            level: 0.34,
        })
        .hiss(Band {
            low: 900.0,
            high: 5000.0,
            attack: 0.001,
            decay: 0.22,
            level: 0.22,
        });
}

fn china(hit: &mut Hit) {
    hit.pan(0.55)
        .metal(
            90,
            Band {
                low: 410.0,
                high: 11_000.0,
                attack: 0.0,
                decay: 1.5,
                level: 0.6,
            },
        )
        .hiss(Band {
            low: 1700.0,
            high: 9000.0,
            attack: 0.003,
            decay: 0.8,
            level: 0.4,
        })
        .drive(1.5);
}

fn ride(hit: &mut Hit, tune: f32, pan: f32) {
    hit.pan(pan)
        .ring(&[
            (2930.0 * tune, 0.1, 0.9),
            (4370.0 * tune, 0.11, 0.7),
            (5480.0 * tune, 0.09, 0.6),
            (7240.0 * tune, 0.06, 0.5),
        ])
        .metal(
            96,
            Band {
                low: 520.0 * tune,
                high: 13_500.0,
                attack: 0.0,
                decay: 1.7,
                level: 0.2,
            },
        )
        .hiss(Band {
            low: 4000.0,
            high: 14_000.0,
            attack: 0.0003,
            decay: 0.03,
            level: 0.3,
        })
        .hiss(Band {
            low: 5500.0,
            high: 15_000.0,
            attack: 0.004,
            decay: 0.8,
            level: 0.06,
        });
}

fn ride_bell(hit: &mut Hit) {
    hit.pan(0.35)
        .ring(&[
            (833.0, 0.16, 1.1),
            (1468.0, 0.22, 1.2),
            (2310.0, 0.2, 1.0),
            (3540.0, 0.14, 0.8),
            (5120.0, 0.1, 0.6),
        ])
        .metal(
            24,
            Band {
                low: 700.0,
                high: 12_000.0,
                attack: 0.0,
                decay: 1.3,
                level: 0.14,
            },
        )
        .hiss(Band {
            low: 4000.0,
            high: 13_000.0,
            attack: 0.0003,
            decay: 0.02,
            level: 0.25,
        });
}
