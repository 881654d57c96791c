//! Hand percussion: claps, bells, shakers, skins and wood; 39, 54, 56, 58 and 60 ..= 81.

use super::hit::{Band, Hit, Sweep};

/// Builds the instrument of this number. Numbers outside the list stay silent.
pub(super) fn strike(pitch: u8, hit: &mut Hit) {
    match pitch {
        39 => clap(hit),
        54 => tambourine(hit),
        56 => cowbell(hit),
        58 => vibraslap(hit),
        60 => skin(hit, 410.0, 0.24, 0.5, 0.25),
        61 => skin(hit, 305.0, 0.3, 0.4, 0.32),
        62 => skin(hit, 345.0, 0.12, 0.75, -0.2),
        63 => skin(hit, 262.0, 0.42, 0.34, -0.2),
        64 => skin(hit, 196.0, 0.55, 0.28, -0.35),
        65 => timbale(hit, 395.0),
        66 => timbale(hit, 292.0),
        67 => agogo(hit, 885.0),
        68 => agogo(hit, 662.0),
        69 => shake(hit, 3200.0, 0.02, 0.06, 0.42),
        70 => shake(hit, 5200.0, 0.01, 0.045, 0.4),
        71 => whistle(hit, 0.12),
        72 => whistle(hit, 0.45),
        73 => guiro(hit, 7, 0.014),
        74 => guiro(hit, 22, 0.016),
        75 => wood(hit, 2480.0, 0.085),
        76 => wood(hit, 1120.0, 0.09),
        77 => wood(hit, 820.0, 0.11),
        78 => cuica(hit, 300.0, 420.0),
        79 => cuica(hit, 560.0, 330.0),
        80 => triangle(hit, 0.16),
        81 => triangle(hit, 2.4),
        _ => {}
    }
}

fn clap(hit: &mut Hit) {
    for (at, level) in [(0.0, 0.5), (0.0085, 0.62), (0.019, 0.5), (0.024, 0.66)] {
        hit.hiss_at(
            at,
            Band {
                low: 800.0,
                high: 3000.0,
                attack: 0.0004,
                decay: 0.05,
                level,
            },
        );
    }
    hit.hiss_at(
        0.024,
        Band {
            low: 1200.0,
            high: 6000.0,
            attack: 0.001,
            decay: 0.16,
            level: 0.34,
        },
    );
}

fn tambourine(hit: &mut Hit) {
    hit.pan(0.3);
    for (at, level) in [(0.0, 0.2), (0.018, 0.12), (0.041, 0.07)] {
        hit.ring_at(
            at,
            &[
                (6230.0, level, 0.2),
                (7410.0, level, 0.24),
                (8870.0, level, 0.22),
                (10_350.0, level, 0.18),
                (12_600.0, level * 0.7, 0.15),
            ],
        );
    }
    hit.hiss(Band {
        low: 5500.0,
        high: 15_000.0,
        attack: 0.001,
        decay: 0.14,
        level: 0.3,
    });
}

fn cowbell(hit: &mut Hit) {
    hit.pan(0.2)
        .ring(&[
            (562.0, 0.4, 0.3),
            (845.0, 0.36, 0.26),
            (1690.0, 0.16, 0.16),
            (2540.0, 0.12, 0.12),
            (3870.0, 0.08, 0.09),
        ])
        .hiss(Band {
            low: 1500.0,
            high: 6000.0,
            attack: 0.0003,
            decay: 0.02,
            level: 0.3,
        });
}

fn vibraslap(hit: &mut Hit) {
    hit.pan(0.35);
    let mut level = 0.4;
    for tooth in 0..26_u8 {
        let at = 0.024 * f32::from(tooth);
        hit.ring_at(at, &[(2480.0, level, 0.03), (3650.0, level * 0.7, 0.025)]);
        level *= 0.88;
    }
}

/// Bongos and congas: a small membrane, and how much of the slap is palm.
fn skin(hit: &mut Hit, hertz: f32, decay: f32, slap: f32, pan: f32) {
    hit.pan(pan)
        .sweep(Sweep {
            from: hertz * 1.16,
            to: hertz,
            time: 0.05,
            decay,
            level: 0.7,
        })
        .ring(&[
            (hertz * 1.59, 0.2, decay * 0.5),
            (hertz * 2.14, 0.13, decay * 0.4),
            (hertz * 2.92, 0.1 * slap * 2.0, decay * 0.3),
        ])
        .hiss(Band {
            low: 900.0,
            high: 5200.0,
            attack: 0.0004,
            decay: 0.03,
            level: slap,
        })
        .hiss(Band {
            low: 250.0,
            high: 1100.0,
            attack: 0.0005,
            decay: 0.05,
            level: slap * 0.5,
        });
}

fn timbale(hit: &mut Hit, hertz: f32) {
    hit.pan(0.25)
        .sweep(Sweep {
            from: hertz * 1.1,
            to: hertz,
            time: 0.05,
            decay: 0.42,
            level: 0.5,
        })
        .ring(&[
            (hertz * 1.62, 0.26, 0.36),
            (hertz * 2.27, 0.22, 0.3),
            (hertz * 3.4, 0.16, 0.26),
            (hertz * 5.3, 0.1, 0.2),
        ])
        .hiss(Band {
            low: 1500.0,
            high: 7000.0,
            attack: 0.0003,
            decay: 0.03,
            level: 0.4,
        });
}

fn agogo(hit: &mut Hit, hertz: f32) {
    hit.pan(-0.3)
        .ring(&[
            (hertz, 0.45, 0.42),
            (hertz * 1.53, 0.2, 0.3),
            (hertz * 2.62, 0.2, 0.24),
            (hertz * 4.1, 0.1, 0.16),
        ])
        .hiss(Band {
            low: 2500.0,
            high: 8000.0,
            attack: 0.0002,
            decay: 0.012,
            level: 0.25,
        });
}

/// Grains thrown against a wall: the sound swells, then stops.
fn shake(hit: &mut Hit, low: f32, swell: f32, decay: f32, level: f32) {
    hit.pan(-0.35)
        .hiss(Band {
            low,
            high: 14_000.0,
            attack: swell,
            decay,
            level,
        })
        .hiss_at(
            swell,
            Band {
                low,
                high: 12_000.0,
                attack: 0.001,
                decay: decay * 0.6,
                level,
            },
        );
}

fn whistle(hit: &mut Hit, decay: f32) {
    hit.ring(&[
        (2350.0, 0.25, decay),
        (2382.0, 0.25, decay),
        (4700.0, 0.05, decay),
    ])
    .hiss(Band {
        low: 2000.0,
        high: 5000.0,
        attack: 0.01,
        decay,
        level: 0.12,
    });
}

fn guiro(hit: &mut Hit, teeth: u8, gap: f32) {
    hit.pan(-0.4);
    for tooth in 0..teeth {
        let at = gap * f32::from(tooth) * (1.0 - 0.012 * f32::from(tooth));
        hit.hiss_at(
            at,
            Band {
                low: 2000.0,
                high: 6500.0,
                attack: 0.0005,
                decay: 0.02,
                level: 0.34,
            },
        );
    }
}

fn wood(hit: &mut Hit, hertz: f32, decay: f32) {
    hit.pan(-0.15)
        .ring(&[
            (hertz, 0.65, decay),
            (hertz * 2.71, 0.14, decay * 0.5),
            (hertz * 1.42, 0.1, decay * 0.6),
        ])
        .hiss(Band {
            low: 1800.0,
            high: 7000.0,
            attack: 0.0002,
            decay: 0.008,
            level: 0.2,
        });
}

fn cuica(hit: &mut Hit, from: f32, to: f32) {
    hit.pan(0.4)
        .sweep(Sweep {
            from,
            to,
            time: 0.5,
            decay: 0.32,
            level: 0.5,
        })
        .drive(2.5)
        .hiss(Band {
            low: 800.0,
            high: 3000.0,
            attack: 0.01,
            decay: 0.2,
            level: 0.08,
        });
}

fn triangle(hit: &mut Hit, decay: f32) {
    hit.pan(0.45)
        .ring(&[
            (2870.0, 0.08, decay),
            (4310.0, 0.16, decay * 1.1),
            (5620.0, 0.18, decay),
            (7980.0, 0.14, decay * 0.8),
            (10_450.0, 0.1, decay * 0.6),
        ])
        .hiss(Band {
            low: 6000.0,
            high: 15_000.0,
            attack: 0.0002,
            decay: 0.01,
            level: 0.2,
        });
}
