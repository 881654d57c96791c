//! Classical: periods, cadences, figured accompaniment.

use super::kit::{LOW_TOM, SNARE, TRIANGLE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Brass, Cello, Clarinet, Flute, Harpsichord, Organ, Piano, Strings, UprightBass, Violin,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const CLASSICAL: Style = Style {
    id: "classical",
    label: "Sonatina",
    genre: Genre::Classical,
    tempo: (92.0, 126.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Major, Mode::Minor],
    form: Form::Period,
    band: Band {
        drums: &[],
        percussion: false,
        bass: &[Cello, UprightBass],
        chords: &[Piano, Strings],
        pad: &[Strings],
        melody: &[Violin, Piano, Flute, Clarinet],
        figure: &[Clarinet, Flute],
    },
    harmony: Harmony {
        major: &[
            "1 4 1 5 1 4 1/5d 1",
            "1 5d 1 5 1 2 1/5d 1",
            "1 6 2 5 1 4 5d 1",
            "1 1 5d 5d 5d 5d 1 1",
        ],
        minor: &[
            "1 4 1 5M 1 4 1/5d 1",
            "1 5d 1 5M 6 4 1/5d 1",
            "1 1 4 5M 1 6 4/5d 1",
        ],
        bridge_major: &["5 1 5 1 4 1 5d 5d", "6 3M 6 2 5 1 4 5"],
        bridge_minor: &["3 7 3 7 4 1 5M 5d", "4 1 4 1 6 4 5M 5d"],
        modal: false,
        colour: Colour::Triad,
        cadence: Cadence::Authentic,
        substitution: 0.25,
    },
    comp: &[
        "L---x---x---x---",
        "1-3-2-3-1-3-2-3-",
        "1-2-3-2-1-2-3-2-",
        "L-U-U-U-L-U-U-U-",
    ],
    figure: &["X-------x-------", "1-------2---3---", "1---2---3---2---"],
    bass: Bass::Pattern(&["R---------------", "R-------5-------", "R---r---5---r---"]),
    grooves: &[
        Groove(&[(LOW_TOM, "X.......o.......")]),
        Groove(&[(LOW_TOM, "X...o...x...o..."), (SNARE, "........g...g.gg")]),
    ],
    percussion: &[
        Groove(&[(TRIANGLE, "x.......o.......")]),
        Groove(&[(LOW_TOM, "X.......x...x...")]),
    ],
    fills: &[Groove(&[(LOW_TOM, "........x...xxxx")])],
    tune: Tune {
        rhythms: tunes::LYRICAL,
        busy: tunes::FLOWING,
        scale: TuneScale::Mode,
        leap: 4,
        rest: 0.05,
    },
    touch: Touch {
        loose: 6.0,
        late: 0.0,
        spread: 0.09,
        legato: 0.9,
    },
    mix: Mix {
        decay: 2.0,
        damping: 0.45,
        wet: 1.1,
        delay: 1.0,
        echo: 0.0,
        duck: 0.0,
        brightness: 0.45,
        drums: -4.0,
    },
};

const BAROQUE: Style = Style {
    id: "baroque",
    label: "Invention",
    tempo: (84.0, 112.0),
    modes: &[Mode::Minor, Mode::Major],
    band: Band {
        chords: &[Harpsichord, Organ],
        pad: &[],
        melody: &[Violin, Flute, Harpsichord],
        figure: &[Flute, Strings],
        ..CLASSICAL.band
    },
    harmony: Harmony {
        major: &["1 4 5 1 6 2 5d 1", "1 5 6 3 4 1 5d 1"],
        minor: &["1 4 7 3 6 4 5d 1", "1 5M 1 4 1 4 5d 1"],
        ..CLASSICAL.harmony
    },
    tune: Tune {
        rhythms: tunes::FLOWING,
        ..CLASSICAL.tune
    },
    bass: Bass::Pattern(&["R---r---5---r---", "R-r-3-r-5-r-3-a-"]),
    ..CLASSICAL
};

const ROMANTIC_PIANO: Style = Style {
    id: "nocturne",
    label: "Nocturne",
    tempo: (66.0, 84.0),
    modes: &[Mode::Minor, Mode::Major],
    band: Band {
        bass: &[Piano],
        chords: &[Piano],
        pad: &[],
        melody: &[Piano],
        figure: &[],
        ..CLASSICAL.band
    },
    comp: &["1---2---3---2---", "1-2-3-4-3-2-3-2-", "1-3-2-3-4-3-2-3-"],
    ..CLASSICAL
};

const MARCH: Style = Style {
    id: "march",
    label: "March",
    tempo: (108.0, 124.0),
    modes: &[Mode::Major],
    band: Band {
        drums: &[crate::vocabulary::Instrument::Drums],
        chords: &[Brass],
        melody: &[crate::vocabulary::Instrument::Trumpet, Flute],
        pad: &[],
        ..CLASSICAL.band
    },
    comp: &["L---U---L---U---", "L-U-L-U-L-U-L-U-"],
    bass: Bass::Pattern(&["R-------5-------", "R---....5---...."]),
    grooves: &[
        Groove(&[(SNARE, "x...x...x...x.gg"), (LOW_TOM, "X.......X.......")]),
        Groove(&[(SNARE, "X.ggX.ggX.ggXgxg"), (LOW_TOM, "X...o...X...o...")]),
    ],
    ..CLASSICAL
};

const WALTZ: Style = Style {
    id: "waltz",
    label: "Waltz",
    tempo: (120.0, 156.0),
    metre: Metre::ThreeFour,
    modes: &[Mode::Major, Mode::Minor],
    ..CLASSICAL
};

pub(crate) const STYLES: &[Style] = &[CLASSICAL, BAROQUE, ROMANTIC_PIANO, MARCH, WALTZ];
