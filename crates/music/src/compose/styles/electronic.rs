//! Electronic: arpeggios and a straight machine beat; synthwave, trance, dubstep, chiptune.

use super::kit::{CLAP, HAT, KICK, OPEN, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    ElectronicDrums, SubBass, SynthBass, SynthLead, SynthPad, SynthPluck,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const ELECTRONIC: Style = Style {
    id: "electronic",
    label: "Electronica",
    genre: Genre::Electronic,
    tempo: (108.0, 124.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Dorian, Mode::Major],
    form: Form::Drops,
    band: Band {
        drums: &[ElectronicDrums],
        percussion: false,
        bass: &[SynthBass],
        chords: &[SynthPluck],
        pad: &[SynthPad],
        melody: &[SynthLead],
        figure: &[SynthPluck],
    },
    harmony: Harmony {
        major: &["1 5 6 4", "1 1 4 5", "1 6 4 5", "1 4 1 5"],
        minor: &["1 6 7 1", "1 1 6 7", "1 4 6 1", "1 6 3 7"],
        bridge_major: &["4 5 1 1", "6 4 1 5"],
        bridge_minor: &["6 7 1 1", "4 6 7 1"],
        modal: true,
        colour: Colour::Triad,
        cadence: Cadence::Modal,
        substitution: 0.1,
    },
    comp: &["X-------x-------", "X-..x-..X-..x-..", "X-.x-.x-X-.x-.x-"],
    figure: &["1---3---5---3---", "1-3-5-3-6-5-3-5-", "1234321212343212"],
    bass: Bass::Pattern(&["R-------r-------", "R-r-r-r-R-r-r-r-", "R-r-8-r-R-r-8-r-"]),
    grooves: &[
        Groove(&[(KICK, "X.......X......."), (HAT, "o.x.o.x.o.x.o.x.")]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....X.......X..."),
            (HAT, "o.x.o.x.o.x.o.x."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (SNARE, "....X.......X..."),
            (HAT, "xgogxgogxgogxgog"),
            (OPEN, "..x...x...x...x."),
        ]),
    ],
    percussion: &[Groove(&[(SHAKER, "xoxoxoxoxoxoxoxo")])],
    fills: &[
        Groove(&[(SNARE, "........x.x.xxXX"), (KICK, "X...X...X...X...")]),
        Groove(&[(CLAP, "....X.....X.X.XX"), (KICK, "X...X...X.......")]),
    ],
    tune: Tune {
        rhythms: tunes::HOOK,
        busy: tunes::SIXTEENTHS,
        scale: TuneScale::Mode,
        leap: 3,
        rest: 0.2,
    },
    touch: Touch {
        loose: 0.0,
        late: 0.0,
        spread: 0.05,
        legato: 0.75,
    },
    mix: Mix {
        decay: 1.8,
        damping: 0.35,
        wet: 0.9,
        delay: 0.75,
        echo: 0.35,
        duck: 0.3,
        brightness: 0.6,
        drums: 0.5,
    },
};

const SYNTHWAVE: Style = Style {
    id: "synthwave",
    label: "Synthwave",
    tempo: (84.0, 110.0),
    modes: &[Mode::Minor],
    form: Form::Song,
    harmony: Harmony {
        minor: &["1 6 3 7", "1 6 7 1", "1 4 6 7"],
        modal: false,
        ..ELECTRONIC.harmony
    },
    grooves: &[
        Groove(&[
            (KICK, "X.......X......."),
            (SNARE, "....X.......X..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (SNARE, "....X.......X..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
    ],
    bass: Bass::Pattern(&["R-r-r-r-r-r-r-r-", "RrrrRrrrRrrrRrrr"]),
    tune: Tune {
        rhythms: tunes::LYRICAL,
        ..ELECTRONIC.tune
    },
    mix: Mix {
        decay: 2.6,
        wet: 1.2,
        ..ELECTRONIC.mix
    },
    ..ELECTRONIC
};

const TRANCE: Style = Style {
    id: "trance",
    label: "Trance",
    tempo: (134.0, 140.0),
    modes: &[Mode::Minor],
    harmony: Harmony {
        minor: &["1 1 6 7", "1 6 3 7", "1 6 4 7"],
        modal: false,
        ..ELECTRONIC.harmony
    },
    bass: Bass::Pattern(&["..r-..r-..r-..r-", "R.rrr.rrr.rrr.rr"]),
    figure: &["1-3-5-3-6-5-3-5-", "1353635315353635", "1x3x5x3x6x5x3x5x"],
    mix: Mix {
        decay: 2.8,
        wet: 1.2,
        duck: 0.6,
        brightness: 0.75,
        ..ELECTRONIC.mix
    },
    ..ELECTRONIC
};

const DUBSTEP: Style = Style {
    id: "dubstep",
    label: "Dubstep",
    tempo: (140.0, 140.0),
    modes: &[Mode::Minor, Mode::Phrygian],
    band: Band {
        bass: &[SynthBass, SubBass],
        ..ELECTRONIC.band
    },
    harmony: Harmony {
        minor: &["1 1 1 6", "1 1 6 7", "1 1 1 1"],
        modal: true,
        ..ELECTRONIC.harmony
    },
    bass: Bass::Pattern(&["R---------------", "R---rr.rR-.r8-r-", "Rrr.R-r.RrrrR-8-"]),
    grooves: &[
        Groove(&[
            (KICK, "X..............."),
            (SNARE, "........x......."),
            (HAT, "x...x...x...x..."),
        ]),
        Groove(&[
            (KICK, "X.....x....x...."),
            (SNARE, "........X......."),
            (HAT, "X.o.X.o.X.o.X.oo"),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SPARSE,
        rest: 0.4,
        ..ELECTRONIC.tune
    },
    mix: Mix {
        duck: 0.4,
        brightness: 0.7,
        drums: 1.5,
        ..ELECTRONIC.mix
    },
    ..ELECTRONIC
};

const CHIPTUNE: Style = Style {
    id: "chiptune",
    label: "Chiptune",
    tempo: (130.0, 156.0),
    modes: &[Mode::Major, Mode::Minor],
    form: Form::Song,
    band: Band {
        pad: &[],
        ..ELECTRONIC.band
    },
    harmony: Harmony {
        modal: false,
        cadence: Cadence::Authentic,
        ..ELECTRONIC.harmony
    },
    figure: &["1-3-5-3-1-3-5-3-", "1351351313513513"],
    tune: Tune {
        rhythms: tunes::RIFF,
        rest: 0.05,
        ..ELECTRONIC.tune
    },
    touch: Touch {
        legato: 0.6,
        ..ELECTRONIC.touch
    },
    mix: Mix {
        wet: 0.3,
        decay: 0.8,
        duck: 0.0,
        brightness: 0.85,
        ..ELECTRONIC.mix
    },
    ..ELECTRONIC
};

const IDM: Style = Style {
    id: "idm",
    label: "Glitch",
    tempo: (96.0, 130.0),
    modes: &[Mode::Dorian, Mode::Lydian, Mode::Minor],
    harmony: Harmony {
        colour: Colour::Ninth,
        ..ELECTRONIC.harmony
    },
    grooves: &[
        Groove(&[
            (KICK, "X..x......x....."),
            (SNARE, "....X.......X..g"),
            (HAT, "X.ooX.oxX.ooXxoo"),
        ]),
        Groove(&[
            (KICK, "X..x..x...x..x.."),
            (SNARE, "....X..g.g..X.gg"),
            (HAT, "XoxoXxooXoxoXxxx"),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        ..ELECTRONIC.tune
    },
    ..ELECTRONIC
};

pub(crate) const STYLES: &[Style] = &[ELECTRONIC, SYNTHWAVE, TRANCE, DUBSTEP, CHIPTUNE, IDM];
