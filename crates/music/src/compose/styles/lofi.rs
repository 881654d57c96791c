//! Lo-fi: dusty keys over slow, swung drums.

use super::kit::{HAT, KICK, RIM, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, Style, Swing, Touch, Tune, TuneScale,
    tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    AcousticGuitar, Drums, ElectricBass, ElectricGuitar, ElectricPiano, Flute, Piano, SubBass,
    SynthPad, UprightBass, Vibraphone,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const LOFI: Style = Style {
    id: "lofi",
    label: "Lo-fi",
    genre: Genre::Lofi,
    tempo: (72.0, 88.0),
    metre: Metre::FourFour,
    swing: Swing {
        ratio: 0.6,
        pair: 0.5,
    },
    modes: &[Mode::Major, Mode::Dorian, Mode::Minor],
    form: Form::Loop,
    band: Band {
        drums: &[Drums],
        percussion: false,
        bass: &[ElectricBass, SubBass, UprightBass],
        chords: &[ElectricPiano, Piano],
        pad: &[SynthPad],
        melody: &[Vibraphone, ElectricGuitar, Flute, Piano],
        figure: &[AcousticGuitar],
    },
    harmony: Harmony {
        major: &["1 6 2 5", "1 3 4 1", "1 4 1 4", "1 4 3/6 2/5"],
        minor: &["1 4 1 5m", "1 6 4 1", "1 1 4 7"],
        bridge_major: &["4 3 2 1", "2 5 1 1"],
        bridge_minor: &["4 5m 1 1", "6 4 1 1"],
        modal: true,
        colour: Colour::Ninth,
        cadence: Cadence::Plagal,
        substitution: 0.15,
    },
    comp: &["X---------------", "X-------x-----s-", "X---..x-X---..s."],
    figure: &["1---3---4---3---", "1-..3-..4-..2-.."],
    bass: Bass::Pattern(&["R-------r-------", "R-----r-5-------", "R---..r-5---..a-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.......x......."),
            (RIM, "....x.......x..."),
            (HAT, "x...x...x...x..."),
        ]),
        Groove(&[
            (KICK, "X......ox......."),
            (SNARE, "....x.......x..."),
            (HAT, "X.g.X.g.X.g.X.g."),
        ]),
        Groove(&[
            (KICK, "X......xX.x....."),
            (SNARE, "....X.......X..g"),
            (HAT, "X.g.X.ggX.g.X.gg"),
        ]),
    ],
    percussion: &[Groove(&[(SHAKER, "x.o.x.o.x.o.x.o.")])],
    fills: &[
        Groove(&[
            (SNARE, "....x.....o.x.go"),
            (KICK, "X.......x......."),
            (HAT, "X.o.X.o.X......."),
        ]),
        Groove(&[(KICK, "X.......x..x...."), (RIM, "....x.......x.x.")]),
    ],
    tune: Tune {
        rhythms: tunes::SPARSE,
        busy: tunes::SYNCOPATED,
        scale: TuneScale::Pentatonic,
        leap: 3,
        rest: 0.3,
    },
    touch: Touch {
        loose: 8.0,
        late: 10.0,
        spread: 0.10,
        legato: 0.95,
    },
    mix: Mix {
        decay: 1.4,
        damping: 0.75,
        wet: 0.8,
        delay: 0.75,
        echo: 0.15,
        duck: 0.25,
        brightness: 0.25,
        drums: -0.5,
    },
};

const CHILLHOP: Style = Style {
    id: "chillhop",
    label: "Chillhop",
    tempo: (82.0, 96.0),
    band: Band {
        melody: &[ElectricGuitar, Flute],
        ..LOFI.band
    },
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        rest: 0.25,
        ..LOFI.tune
    },
    mix: Mix {
        brightness: 0.35,
        drums: 0.5,
        ..LOFI.mix
    },
    ..LOFI
};

pub(crate) const STYLES: &[Style] = &[LOFI, CHILLHOP];
