//! Hip hop: heavy, laid-back beats and short loops; trap and contemporary R&B.

use super::kit::{CLAP, HAT, KICK, OPEN, RIM, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Swing, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Bells, Brass, Drums, ElectricBass, ElectricPiano, ElectronicDrums, Flute, Piano, Strings,
    SubBass, SynthLead, SynthPad, SynthPluck, Vibraphone,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const HIP_HOP: Style = Style {
    id: "hip_hop",
    label: "Hip Hop Beat",
    genre: Genre::HipHop,
    tempo: (84.0, 98.0),
    metre: Metre::FourFour,
    swing: Swing {
        ratio: 0.57,
        pair: 0.5,
    },
    modes: &[Mode::Minor, Mode::Dorian],
    form: Form::Loop,
    band: Band {
        drums: &[ElectronicDrums, Drums],
        percussion: false,
        bass: &[SubBass, ElectricBass],
        chords: &[ElectricPiano, Piano],
        pad: &[Strings],
        melody: &[Piano, Flute, SynthLead, Vibraphone],
        figure: &[Brass, Bells],
    },
    harmony: Harmony {
        major: &["1 4 1 4", "1 6 2 5", "1 1 4 1"],
        minor: &["1 1 6 7", "1 4 1 5m", "1 6 1 6", "1 1 4 1"],
        bridge_major: &["4 4 1 1"],
        bridge_minor: &["6 7 1 1", "4 4 1 1"],
        modal: false,
        colour: Colour::Seventh,
        cadence: Cadence::Modal,
        substitution: 0.05,
    },
    comp: &["X---------------", "X-------x--x----", "X---..x-X---..x-"],
    figure: &["....X-..........", "X-..x-......x-x-"],
    bass: Bass::Pattern(&["R-------r-------", "R-----r-R-------", "R--r..r-R---..5-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.......x.x....."),
            (SNARE, "....X.......X..."),
            (HAT, "x...x...x...x..."),
        ]),
        Groove(&[
            (KICK, "X......xX.x....."),
            (SNARE, "....X.......X..."),
            (HAT, "X.o.X.o.X.o.X.oo"),
        ]),
        Groove(&[
            (KICK, "X..x...xX.x....."),
            (SNARE, "....X..g....X..g"),
            (HAT, "X.x.X.x.X.x.X.xo"),
        ]),
    ],
    percussion: &[
        Groove(&[(SHAKER, "x.o.x.o.x.o.x.o.")]),
        Groove(&[(RIM, "...x......x....."), (SHAKER, "x.o.x.o.x.o.x.o.")]),
    ],
    fills: &[
        Groove(&[(SNARE, "....X.....x.X.xx"), (KICK, "X......xX.......")]),
        Groove(&[
            (KICK, "X.......x..x..x."),
            (SNARE, "....X.......X..."),
            (OPEN, "..............x."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        busy: tunes::SIXTEENTHS,
        scale: TuneScale::Pentatonic,
        leap: 3,
        rest: 0.3,
    },
    touch: Touch {
        loose: 5.0,
        late: 9.0,
        spread: 0.09,
        legato: 0.85,
    },
    mix: Mix {
        decay: 1.1,
        damping: 0.55,
        wet: 0.6,
        delay: 0.5,
        echo: 0.15,
        duck: 0.2,
        brightness: 0.45,
        drums: 2.0,
    },
};

const TRAP: Style = Style {
    id: "trap",
    label: "Trap Beat",
    tempo: (130.0, 146.0),
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Phrygian],
    band: Band {
        drums: &[ElectronicDrums],
        bass: &[SubBass],
        chords: &[Piano, SynthPluck],
        pad: &[SynthPad],
        melody: &[Bells, Flute, SynthPluck],
        figure: &[Brass],
        ..HIP_HOP.band
    },
    harmony: Harmony {
        minor: &["1 1 6 5m", "1 1 1 6", "1 1 4 1"],
        colour: Colour::Triad,
        ..HIP_HOP.harmony
    },
    bass: Bass::Pattern(&["R---------------", "R-----r---R-----", "R-----r-..R-r-8-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.........x....."),
            (CLAP, "........X......."),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
        Groove(&[
            (KICK, "X.....x...x.....X..x......x....."),
            (CLAP, "........X...............X......."),
            (HAT, "XoooXoooXoooXxxxXoooXoooXoxoXxxx"),
        ]),
    ],
    touch: Touch {
        loose: 1.0,
        late: 0.0,
        ..HIP_HOP.touch
    },
    ..HIP_HOP
};

const RNB: Style = Style {
    id: "rnb",
    label: "R&B",
    tempo: (68.0, 92.0),
    modes: &[Mode::Major, Mode::Minor, Mode::Dorian],
    form: Form::Song,
    harmony: Harmony {
        major: &["1 6 4 5", "1 3 4 1", "1 2 4 1"],
        minor: &["1 4 6 5m", "1 6 4 1"],
        colour: Colour::Ninth,
        substitution: 0.15,
        ..HIP_HOP.harmony
    },
    band: Band {
        pad: &[SynthPad],
        melody: &[SynthLead, ElectricPiano],
        figure: &[Bells],
        ..HIP_HOP.band
    },
    tune: Tune {
        rest: 0.15,
        ..HIP_HOP.tune
    },
    ..HIP_HOP
};

pub(crate) const STYLES: &[Style] = &[HIP_HOP, TRAP, RNB];
