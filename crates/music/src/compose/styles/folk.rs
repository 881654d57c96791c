//! Folk: plucked strings and singable tunes; country, Celtic, bluegrass.

use super::kit::{HAT, KICK, RIM, SHAKER, SNARE, TAMBOURINE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    AcousticGuitar, Cello, Clarinet, Drums, ElectricBass, ElectricGuitar, Flute, Harp, Percussion,
    Piano, UprightBass, Violin,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const FOLK: Style = Style {
    id: "folk",
    label: "Folk Song",
    genre: Genre::Folk,
    tempo: (92.0, 116.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Major, Mode::Dorian, Mode::Mixolydian, Mode::Minor],
    form: Form::Song,
    band: Band {
        drums: &[Percussion],
        percussion: false,
        bass: &[UprightBass],
        chords: &[AcousticGuitar],
        pad: &[],
        melody: &[Flute, Violin, Clarinet],
        figure: &[Harp, Cello],
    },
    harmony: Harmony {
        major: &["1 4 1 5", "1 1 4 1 1 1 5 1", "1 5 4 1", "1 6 4 5"],
        minor: &["1 7 1 5m", "1 1 7 1", "1 4 1 7", "1 6 7 1"],
        bridge_major: &["4 1 5 1", "6 4 1 5"],
        bridge_minor: &["3 7 1 1", "4 1 7 1"],
        modal: true,
        colour: Colour::Triad,
        cadence: Cadence::Authentic,
        substitution: 0.08,
    },
    comp: &[
        "L---U---L---U---",
        "L-U-L-U-L-U-L-U-",
        "1-3-2-3-1-3-2-3-",
        "L-U-U-xUL-U-U-xU",
    ],
    figure: &["1-------3-------", "1-2-3-2-4-3-2-3-"],
    bass: Bass::Pattern(&["R-------5-------", "R---....5---..a-", "R---r---5---a---"]),
    grooves: &[
        Groove(&[
            (KICK, "X.......x......."),
            (RIM, "....o.......o..."),
            (SHAKER, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X.......X......."),
            (TAMBOURINE, "....X.......X..."),
            (SHAKER, "x.o.x.o.x.o.x.o."),
        ]),
    ],
    percussion: &[
        Groove(&[(SHAKER, "x.o.x.o.x.o.x.o.")]),
        Groove(&[
            (KICK, "X.......X......."),
            (TAMBOURINE, "....X.......X..."),
            (SHAKER, "x.o.x.o.x.o.x.o."),
        ]),
    ],
    fills: &[Groove(&[
        (TAMBOURINE, "....X...x.x.XxXx"),
        (KICK, "X.......X......."),
    ])],
    tune: Tune {
        rhythms: tunes::LYRICAL,
        busy: tunes::FLOWING,
        scale: TuneScale::Mode,
        leap: 3,
        rest: 0.1,
    },
    touch: Touch {
        loose: 7.0,
        late: 0.0,
        spread: 0.11,
        legato: 0.95,
    },
    mix: Mix {
        decay: 1.4,
        damping: 0.5,
        wet: 0.8,
        delay: 0.5,
        echo: 0.0,
        duck: 0.0,
        brightness: 0.5,
        drums: -3.0,
    },
};

const COUNTRY: Style = Style {
    id: "country",
    label: "Country Song",
    tempo: (104.0, 132.0),
    modes: &[Mode::Major],
    band: Band {
        drums: &[Drums],
        bass: &[ElectricBass, UprightBass],
        chords: &[AcousticGuitar],
        melody: &[ElectricGuitar, Violin],
        figure: &[Piano],
        ..FOLK.band
    },
    grooves: &[
        Groove(&[
            (KICK, "X.......X......."),
            (RIM, "....x.......x..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X.......X.....o."),
            (SNARE, "....X..g....X..g"),
            (HAT, "X.x.X.x.X.x.X.x."),
        ]),
    ],
    ..FOLK
};

const BLUEGRASS: Style = Style {
    id: "bluegrass",
    label: "Bluegrass",
    tempo: (120.0, 144.0),
    modes: &[Mode::Major, Mode::Mixolydian],
    band: Band {
        drums: &[],
        melody: &[Violin],
        ..FOLK.band
    },
    tune: Tune {
        rhythms: tunes::FLOWING,
        ..FOLK.tune
    },
    ..FOLK
};

const CELTIC: Style = Style {
    id: "celtic",
    label: "Celtic Air",
    tempo: (104.0, 124.0),
    modes: &[Mode::Dorian, Mode::Mixolydian, Mode::Major],
    band: Band {
        melody: &[Flute, Violin],
        figure: &[Harp],
        ..FOLK.band
    },
    tune: Tune {
        rhythms: tunes::FLOWING,
        ..FOLK.tune
    },
    ..FOLK
};

const LULLABY: Style = Style {
    id: "lullaby",
    label: "Lullaby",
    tempo: (69.0, 84.0),
    metre: Metre::ThreeFour,
    modes: &[Mode::Major],
    band: Band {
        drums: &[],
        chords: &[Harp, Piano],
        melody: &[crate::vocabulary::Instrument::Bells, Flute],
        ..FOLK.band
    },
    ..FOLK
};

pub(crate) const STYLES: &[Style] = &[FOLK, COUNTRY, BLUEGRASS, CELTIC, LULLABY];
