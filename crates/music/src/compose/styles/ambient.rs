//! Ambient: slow pads, bell-like figures, hardly a pulse.

use super::kit::{HAT, KICK, RIM, SHAKER, TRIANGLE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Bells, Cello, Choir, ElectricPiano, ElectronicDrums, Flute, Harp, Piano, Strings, SubBass,
    SynthPad, SynthPluck, Vibraphone,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const AMBIENT: Style = Style {
    id: "ambient",
    label: "Ambient",
    genre: Genre::Ambient,
    tempo: (60.0, 80.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Major, Mode::Dorian, Mode::Lydian, Mode::Minor],
    form: Form::Arch,
    band: Band {
        drums: &[],
        percussion: false,
        bass: &[SubBass],
        chords: &[ElectricPiano, Piano, Harp],
        pad: &[SynthPad, Strings, Choir],
        melody: &[Bells, Piano, Vibraphone, Flute],
        figure: &[SynthPluck, Harp],
    },
    harmony: Harmony {
        major: &["1 1 4 1", "1 5 4 1", "1 1 6 4", "1 1 3 4"],
        minor: &["1 1 6 6", "1 1 4 1", "1 6 4 1", "1 1 7 1"],
        bridge_major: &["4 4 1 1", "6 4 1 1"],
        bridge_minor: &["6 6 1 1", "4 6 1 1"],
        modal: true,
        colour: Colour::Add9,
        cadence: Cadence::Plagal,
        substitution: 0.1,
    },
    comp: &["X---------------", "L---3---2---3---", "L---3---2---4---"],
    figure: &["1---3---5---3---", "1---2---3---5---", "1-3-5-3-6-5-3-5-"],
    bass: Bass::Pattern(&["R---------------", "R-------r-------"]),
    grooves: &[
        Groove(&[(KICK, "X..............."), (SHAKER, "o...o...o...o...")]),
        Groove(&[
            (KICK, "X.......o......."),
            (RIM, "....o.......o..."),
            (HAT, "x...o...x...o..."),
        ]),
    ],
    percussion: &[Groove(&[
        (SHAKER, "x...o...x...o..."),
        (TRIANGLE, "o..............."),
    ])],
    fills: &[Groove(&[(SHAKER, "........x.o.x.oo")])],
    tune: Tune {
        rhythms: tunes::SPARSE,
        busy: tunes::LYRICAL,
        scale: TuneScale::Pentatonic,
        leap: 3,
        rest: 0.35,
    },
    touch: Touch {
        loose: 7.0,
        late: 0.0,
        spread: 0.10,
        legato: 1.0,
    },
    mix: Mix {
        decay: 4.5,
        damping: 0.45,
        wet: 1.8,
        delay: 0.75,
        echo: 0.4,
        duck: 0.0,
        brightness: 0.35,
        drums: -6.0,
    },
};

const DRONE: Style = Style {
    id: "drone",
    label: "Drone",
    tempo: (50.0, 66.0),
    modes: &[Mode::Dorian, Mode::Phrygian, Mode::Minor],
    harmony: Harmony {
        major: &["1 1 1 1", "1 1 1 4"],
        minor: &["1 1 1 1", "1 1 1 6"],
        bridge_major: &["1 1 4 1"],
        bridge_minor: &["1 1 4 1"],
        modal: false,
        ..AMBIENT.harmony
    },
    band: Band {
        chords: &[],
        melody: &[Cello, Flute],
        figure: &[Bells],
        ..AMBIENT.band
    },
    ..AMBIENT
};

const DOWNTEMPO: Style = Style {
    id: "downtempo",
    label: "Downtempo",
    tempo: (84.0, 98.0),
    form: Form::Loop,
    modes: &[Mode::Dorian, Mode::Minor],
    band: Band {
        drums: &[ElectronicDrums],
        percussion: true,
        ..AMBIENT.band
    },
    grooves: &[
        Groove(&[
            (KICK, "X.......x......."),
            (RIM, "....x.......x..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X.....x.x......."),
            (RIM, "....X.......X..."),
            (HAT, "xoooxoooxoooxooo"),
        ]),
    ],
    bass: Bass::Pattern(&["R-------r-------", "R---..r-R---..5-"]),
    tune: Tune {
        rhythms: tunes::LYRICAL,
        rest: 0.25,
        ..AMBIENT.tune
    },
    mix: Mix {
        decay: 2.6,
        wet: 1.3,
        drums: -1.0,
        brightness: 0.45,
        ..AMBIENT.mix
    },
    ..AMBIENT
};

const NEW_AGE: Style = Style {
    id: "new_age",
    label: "New Age",
    tempo: (66.0, 84.0),
    modes: &[Mode::Major, Mode::Lydian],
    band: Band {
        chords: &[Harp, Piano],
        melody: &[Flute, Bells],
        figure: &[Harp, Vibraphone],
        ..AMBIENT.band
    },
    tune: Tune {
        rhythms: tunes::LYRICAL,
        rest: 0.2,
        ..AMBIENT.tune
    },
    ..AMBIENT
};

pub(crate) const STYLES: &[Style] = &[AMBIENT, DRONE, DOWNTEMPO, NEW_AGE];
