//! The sustained instruments: bowed, blown, sung and electronic.

use super::envelope::Shape;
use super::tone::{Breath, Cutoff, TonePatch, Vibrato};
use super::wave::Wave;

const STILL: Vibrato = Vibrato {
    hertz: 1.0,
    cents: 0.0,
    delay: 1.0,
};
const DRY: Breath = Breath {
    level: 0.0,
    chiff: 0.0,
    colour: 1.0,
};
const HELD: Shape = Shape::new(0.002, 1.0, 1.0, 0.3);

/// What the patches below differ from.
const PLAIN: TonePatch = TonePatch {
    wave: Wave::Saw,
    unison: 1,
    detune: 0.0,
    width: 0.0,
    octave: 0.0,
    amp: Shape::new(0.004, 1.0, 1.0, 0.12),
    filter: Cutoff {
        hertz: 4000.0,
        track: 0.5,
        sweep: 0.0,
        envelope: HELD,
        q: 0.7,
        velocity: 1.5,
        steep: false,
    },
    vibrato: STILL,
    scoop: 0.0,
    drift: 0.0,
    breath: DRY,
    level: 0.3,
};

pub(super) const ORGAN: TonePatch = TonePatch {
    wave: Wave::Drawbars,
    amp: Shape::new(0.004, 1.0, 1.0, 0.06),
    filter: Cutoff {
        hertz: 5200.0,
        track: 0.3,
        velocity: 0.4,
        ..PLAIN.filter
    },
    // The click of the key contacts is part of the instrument.
    breath: Breath {
        level: 0.001,
        chiff: 0.35,
        colour: 6.0,
    },
    level: 0.3,
    ..PLAIN
};

pub(super) const SYNTH_BASS: TonePatch = TonePatch {
    wave: Wave::Saw,
    unison: 2,
    detune: 9.0,
    octave: 0.5,
    amp: Shape::new(0.003, 0.9, 0.65, 0.08),
    filter: Cutoff {
        hertz: 900.0,
        track: 0.35,
        sweep: 2.3,
        envelope: Shape::new(0.002, 0.42, 0.12, 0.1),
        q: 1.5,
        velocity: 1.6,
        steep: true,
    },
    level: 0.52,
    ..PLAIN
};

pub(super) const SUB_BASS: TonePatch = TonePatch {
    wave: Wave::Deep,
    amp: Shape::new(0.007, 1.0, 0.9, 0.09),
    filter: Cutoff {
        hertz: 1500.0,
        track: 0.6,
        velocity: 0.6,
        ..PLAIN.filter
    },
    level: 0.62,
    ..PLAIN
};

pub(super) const VIOLIN: TonePatch = TonePatch {
    wave: Wave::Bowed,
    amp: Shape::new(0.085, 1.2, 0.86, 0.16),
    filter: Cutoff {
        hertz: 2600.0,
        track: 0.55,
        sweep: 0.6,
        envelope: Shape::new(0.16, 1.0, 0.7, 0.2),
        velocity: 1.8,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.7,
        cents: 16.0,
        delay: 0.32,
    },
    scoop: 10.0,
    drift: 2.0,
    breath: Breath {
        level: 0.03,
        chiff: 0.09,
        colour: 5.0,
    },
    level: 0.3,
    ..PLAIN
};

pub(super) const CELLO: TonePatch = TonePatch {
    amp: Shape::new(0.1, 1.4, 0.88, 0.2),
    filter: Cutoff {
        hertz: 1900.0,
        track: 0.45,
        ..VIOLIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.1,
        cents: 13.0,
        delay: 0.36,
    },
    breath: Breath {
        level: 0.035,
        chiff: 0.1,
        colour: 7.0,
    },
    level: 0.4,
    ..VIOLIN
};

pub(super) const STRINGS: TonePatch = TonePatch {
    wave: Wave::Bowed,
    unison: 5,
    detune: 15.0,
    width: 0.85,
    amp: Shape::new(0.17, 1.5, 0.88, 0.42),
    filter: Cutoff {
        hertz: 2300.0,
        track: 0.4,
        sweep: 0.5,
        envelope: Shape::new(0.3, 1.0, 0.8, 0.5),
        velocity: 1.6,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.3,
        cents: 9.0,
        delay: 0.25,
    },
    drift: 4.0,
    breath: Breath {
        level: 0.04,
        chiff: 0.05,
        colour: 6.0,
    },
    level: 0.34,
    ..PLAIN
};

pub(super) const CHOIR: TonePatch = TonePatch {
    wave: Wave::Voice,
    unison: 5,
    detune: 17.0,
    width: 0.8,
    amp: Shape::new(0.2, 1.5, 0.92, 0.4),
    filter: Cutoff {
        hertz: 3800.0,
        track: 0.25,
        velocity: 1.2,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.0,
        cents: 13.0,
        delay: 0.3,
    },
    scoop: 20.0,
    drift: 6.0,
    breath: Breath {
        level: 0.05,
        chiff: 0.04,
        colour: 7.0,
    },
    level: 0.62,
    ..PLAIN
};

pub(super) const FLUTE: TonePatch = TonePatch {
    wave: Wave::Flute,
    amp: Shape::new(0.055, 0.8, 0.9, 0.11),
    filter: Cutoff {
        hertz: 2600.0,
        track: 0.8,
        sweep: 0.5,
        envelope: Shape::new(0.07, 0.8, 0.7, 0.1),
        velocity: 1.6,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.0,
        cents: 9.0,
        delay: 0.4,
    },
    scoop: 14.0,
    drift: 2.0,
    breath: Breath {
        level: 0.12,
        chiff: 0.3,
        colour: 2.0,
    },
    level: 0.34,
    ..PLAIN
};

pub(super) const CLARINET: TonePatch = TonePatch {
    wave: Wave::Clarinet,
    amp: Shape::new(0.045, 0.8, 0.92, 0.09),
    filter: Cutoff {
        hertz: 2000.0,
        track: 0.55,
        sweep: 0.5,
        envelope: Shape::new(0.06, 0.8, 0.7, 0.1),
        velocity: 2.2,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 4.8,
        cents: 3.0,
        delay: 0.6,
    },
    scoop: 12.0,
    drift: 1.5,
    breath: Breath {
        level: 0.02,
        chiff: 0.08,
        colour: 5.0,
    },
    level: 0.32,
    ..PLAIN
};

pub(super) const SAXOPHONE: TonePatch = TonePatch {
    wave: Wave::Reed,
    amp: Shape::new(0.04, 0.9, 0.86, 0.1),
    filter: Cutoff {
        hertz: 2300.0,
        track: 0.35,
        sweep: 0.9,
        envelope: Shape::new(0.05, 0.7, 0.55, 0.12),
        q: 0.8,
        velocity: 2.4,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.0,
        cents: 13.0,
        delay: 0.45,
    },
    scoop: 45.0,
    drift: 3.0,
    breath: Breath {
        level: 0.09,
        chiff: 0.2,
        colour: 4.0,
    },
    level: 0.3,
    ..PLAIN
};

pub(super) const TRUMPET: TonePatch = TonePatch {
    wave: Wave::Brass,
    amp: Shape::new(0.03, 0.6, 0.84, 0.08),
    filter: Cutoff {
        hertz: 1500.0,
        track: 0.5,
        sweep: 1.5,
        envelope: Shape::new(0.045, 0.6, 0.62, 0.1),
        q: 0.75,
        velocity: 2.6,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 5.2,
        cents: 9.0,
        delay: 0.5,
    },
    scoop: 22.0,
    drift: 2.0,
    breath: Breath {
        level: 0.025,
        chiff: 0.1,
        colour: 5.0,
    },
    level: 0.3,
    ..PLAIN
};

pub(super) const BRASS: TonePatch = TonePatch {
    wave: Wave::Brass,
    unison: 4,
    detune: 11.0,
    width: 0.7,
    amp: Shape::new(0.05, 0.8, 0.85, 0.14),
    filter: Cutoff {
        hertz: 1100.0,
        track: 0.4,
        sweep: 1.7,
        envelope: Shape::new(0.075, 0.7, 0.6, 0.15),
        velocity: 2.6,
        ..PLAIN.filter
    },
    vibrato: Vibrato {
        hertz: 4.9,
        cents: 4.0,
        delay: 0.6,
    },
    scoop: 18.0,
    drift: 3.0,
    breath: Breath {
        level: 0.025,
        chiff: 0.08,
        colour: 5.0,
    },
    level: 0.36,
    ..PLAIN
};

pub(super) const SYNTH_LEAD: TonePatch = TonePatch {
    wave: Wave::Saw,
    unison: 3,
    detune: 14.0,
    width: 0.35,
    amp: Shape::new(0.006, 0.8, 0.85, 0.14),
    filter: Cutoff {
        hertz: 2600.0,
        track: 0.6,
        sweep: 1.1,
        envelope: Shape::new(0.004, 0.5, 0.35, 0.15),
        q: 1.1,
        velocity: 1.6,
        steep: true,
    },
    vibrato: Vibrato {
        hertz: 5.4,
        cents: 11.0,
        delay: 0.45,
    },
    scoop: 30.0,
    level: 0.34,
    ..PLAIN
};

pub(super) const SYNTH_PAD: TonePatch = TonePatch {
    wave: Wave::Saw,
    unison: 5,
    detune: 19.0,
    width: 1.0,
    octave: 0.06,
    amp: Shape::new(0.5, 2.0, 0.9, 1.3),
    filter: Cutoff {
        hertz: 950.0,
        track: 0.45,
        sweep: 1.0,
        envelope: Shape::new(1.4, 3.0, 0.6, 1.2),
        q: 0.8,
        velocity: 1.0,
        steep: true,
    },
    drift: 5.0,
    level: 0.42,
    ..PLAIN
};

pub(super) const SYNTH_PLUCK: TonePatch = TonePatch {
    wave: Wave::Pulse,
    unison: 2,
    detune: 8.0,
    width: 0.5,
    amp: Shape::new(0.002, 0.75, 0.0, 0.25),
    filter: Cutoff {
        hertz: 700.0,
        track: 0.6,
        sweep: 3.0,
        envelope: Shape::new(0.001, 0.34, 0.0, 0.2),
        q: 1.2,
        velocity: 1.8,
        steep: true,
    },
    level: 0.62,
    ..PLAIN
};
