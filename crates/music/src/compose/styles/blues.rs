//! Blues: twelve bars, shuffle, call and response.

use super::kit::{
    HAT, HIGH_TOM, KICK, LOW_TOM, MID_TOM, PEDAL, RIDE, RIM, SHAKER, SNARE, TAMBOURINE,
};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, Style, Swing, Touch, Tune, TuneScale,
    tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    AcousticGuitar, Drums, ElectricBass, ElectricGuitar, Organ, Piano, Saxophone, UprightBass,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const BLUES: Style = Style {
    id: "blues",
    label: "Blues",
    genre: Genre::Blues,
    tempo: (92.0, 124.0),
    metre: Metre::FourFour,
    swing: Swing {
        ratio: 0.64,
        pair: 1.0,
    },
    modes: &[Mode::Major, Mode::Minor],
    form: Form::TwelveBar,
    band: Band {
        drums: &[Drums],
        percussion: false,
        bass: &[ElectricBass, UprightBass],
        chords: &[Piano, Organ, ElectricGuitar],
        pad: &[],
        melody: &[ElectricGuitar, Saxophone],
        figure: &[Organ],
    },
    harmony: Harmony {
        major: &[
            "1d 4d 1d 1d 4d 4d 1d 1d 5d 4d 1d 1d/5d",
            "1d 1d 1d 1d 4d 4d 1d 1d 5d 4d 1d 5d",
        ],
        minor: &["1 4 1 1 4 4 1 1 b6M 5d 1 1/5d", "1 1 1 1 4 4 1 1 5d 4 1 5d"],
        bridge_major: &["4d 4d 1d 1d 5d 4d 1d 5d"],
        bridge_minor: &["4 4 1 1 b6M 5d 1 5d"],
        modal: false,
        colour: Colour::Triad,
        cadence: Cadence::Authentic,
        substitution: 0.05,
    },
    comp: &["X---x---X---x---", "X.s.X.s.X.s.X.s.", "X.s.X.s.X.s.X.sx"],
    figure: &["..X-..........x-", "....x-......x-x-"],
    bass: Bass::Pattern(&[
        "R---R---5---R---",
        "R---3---5---7---8---7---5---3---",
        "R-r-3-3-5-5-7-a-",
    ]),
    grooves: &[
        Groove(&[
            (KICK, "X...x...X...x..."),
            (RIM, "....x.......x..."),
            (RIDE, "x...x.o.x...x.o."),
        ]),
        Groove(&[
            (KICK, "X...X.g.X...X..."),
            (SNARE, "....X.......X.g."),
            (RIDE, "X...x.x.X...x.x."),
            (PEDAL, "o...o...o...o..."),
        ]),
        Groove(&[
            (KICK, "X...X.g.X...X..."),
            (SNARE, "....X..g....X.g."),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
    ],
    percussion: &[
        Groove(&[(TAMBOURINE, "....x.......x...")]),
        Groove(&[(SHAKER, "x.o.x.o.x.o.x.o.")]),
    ],
    fills: &[
        Groove(&[(SNARE, "........x.xgX.xX"), (KICK, "X.......x...x...")]),
        Groove(&[
            (HIGH_TOM, "........x.x....."),
            (MID_TOM, "............x..."),
            (LOW_TOM, "..............x."),
            (KICK, "X.......x...x..."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SWUNG,
        busy: tunes::BEBOP,
        scale: TuneScale::Blues,
        leap: 3,
        rest: 0.2,
    },
    touch: Touch {
        loose: 7.0,
        late: 6.0,
        spread: 0.12,
        legato: 0.8,
    },
    mix: Mix {
        decay: 1.3,
        damping: 0.5,
        wet: 0.8,
        delay: 0.5,
        echo: 0.1,
        duck: 0.0,
        brightness: 0.5,
        drums: 0.0,
    },
};

const SLOW_BLUES: Style = Style {
    id: "slow_blues",
    label: "Slow Blues",
    tempo: (58.0, 72.0),
    modes: &[Mode::Minor, Mode::Major],
    ..BLUES
};

const DELTA_BLUES: Style = Style {
    id: "delta_blues",
    label: "Delta Blues",
    tempo: (84.0, 108.0),
    band: Band {
        drums: &[],
        bass: &[UprightBass],
        chords: &[AcousticGuitar],
        melody: &[AcousticGuitar],
        figure: &[],
        ..BLUES.band
    },
    ..BLUES
};

const BOOGIE: Style = Style {
    id: "boogie",
    label: "Boogie-Woogie",
    tempo: (130.0, 160.0),
    modes: &[Mode::Major],
    band: Band {
        bass: &[UprightBass],
        chords: &[Piano],
        melody: &[Piano, Saxophone],
        ..BLUES.band
    },
    bass: Bass::Pattern(&["R-r-3-3-5-5-7-7-", "R-8-3-8-5-8-7-8-"]),
    ..BLUES
};

pub(crate) const STYLES: &[Style] = &[BLUES, SLOW_BLUES, DELTA_BLUES, BOOGIE];
