//! Funk: syncopated sixteenths over a chord or two; soul and disco beside it.

use super::kit::{CLAP, COWBELL, HAT, KICK, MUTE_CONGA, OPEN, OPEN_CONGA, SNARE, TAMBOURINE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Swing, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Brass, Drums, ElectricBass, ElectricGuitar, ElectricPiano, Organ, Piano, Saxophone, Strings,
    Trumpet,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const FUNK: Style = Style {
    id: "funk",
    label: "Funk",
    genre: Genre::Funk,
    tempo: (98.0, 116.0),
    metre: Metre::FourFour,
    swing: Swing {
        ratio: 0.53,
        pair: 0.5,
    },
    modes: &[Mode::Dorian, Mode::Mixolydian, Mode::Minor],
    form: Form::Song,
    band: Band {
        drums: &[Drums],
        percussion: false,
        bass: &[ElectricBass],
        chords: &[ElectricGuitar, Organ],
        pad: &[],
        melody: &[Saxophone, Organ, Trumpet],
        figure: &[Brass],
    },
    harmony: Harmony {
        major: &["1d 1d 1d 4d", "1d 4d 1d 4d", "1d 1d 1d 1d"],
        minor: &["1 1 1 4d", "1 4d 1 4d", "1 1 1 1", "1 1 7 1"],
        bridge_major: &["4d 4d 1d 5d"],
        bridge_minor: &["4 4 1 5d", "6 7 1 1"],
        modal: false,
        colour: Colour::Ninth,
        cadence: Cadence::Authentic,
        substitution: 0.03,
    },
    comp: &["X.s...s.X.s...s.", "X.ssX.s.x.ssx.s.", "Xsx.XssxX.x.Xssx"],
    figure: &["X...........x.x.", "X.x.......x.x...", "X..x..x.....x.xx"],
    bass: Bass::Pattern(&["R---..r-R---..5-", "R-.rR.7.R-..5.7.", "R.r.R.8.R..r8.7a"]),
    grooves: &[
        Groove(&[
            (KICK, "X.....x.x......."),
            (SNARE, "....X.......X..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X..x..x.X.x....."),
            (SNARE, "....X..g.g..X..g"),
            (HAT, "XoxoXoxoXoxoXoxo"),
        ]),
        Groove(&[
            (KICK, "X..x..x.X.x..x.."),
            (SNARE, "....X..g.g.gX..g"),
            (HAT, "XoxoXoxoXoxoXo.o"),
            (OPEN, "..............x."),
        ]),
    ],
    percussion: &[
        Groove(&[
            (COWBELL, "x...x...x...x..."),
            (TAMBOURINE, "....x.......x..."),
        ]),
        Groove(&[
            (MUTE_CONGA, "x.xo..x.x.xo..x."),
            (OPEN_CONGA, "....x.......x.x."),
        ]),
    ],
    fills: &[
        Groove(&[(SNARE, "....X...xxgxXgxX"), (KICK, "X..x..x.X.......")]),
        Groove(&[(SNARE, "....X..xX.xx.xXX"), (KICK, "X..x..x...X...X.")]),
    ],
    tune: Tune {
        rhythms: tunes::SIXTEENTHS,
        busy: tunes::SIXTEENTHS,
        scale: TuneScale::Blues,
        leap: 3,
        rest: 0.3,
    },
    touch: Touch {
        loose: 4.0,
        late: 3.0,
        spread: 0.10,
        legato: 0.6,
    },
    mix: Mix {
        decay: 0.9,
        damping: 0.5,
        wet: 0.5,
        delay: 0.5,
        echo: 0.1,
        duck: 0.0,
        brightness: 0.6,
        drums: 0.5,
    },
};

const DISCO: Style = Style {
    id: "disco",
    label: "Disco",
    tempo: (116.0, 124.0),
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Dorian, Mode::Major],
    band: Band {
        chords: &[ElectricGuitar, Piano],
        pad: &[Strings],
        melody: &[Strings, Brass],
        ..FUNK.band
    },
    harmony: Harmony {
        major: &["1 6 2 5", "1 4 1 5", "1 6 4 5"],
        minor: &["1 4 7 1", "1 6 7 1", "1 1 4 5d"],
        colour: Colour::Seventh,
        ..FUNK.harmony
    },
    bass: Bass::Pattern(&["R-8-R-8-R-8-R-8-", "R-8-r-8-5-8-r-8a"]),
    grooves: &[
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....X.......X..."),
            (OPEN, "..x...x...x...x."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (SNARE, "....X.......X..."),
            (HAT, "xo.oxo.oxo.oxo.o"),
            (OPEN, "..x...x...x...x."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::HOOK,
        scale: TuneScale::Mode,
        ..FUNK.tune
    },
    ..FUNK
};

const SOUL: Style = Style {
    id: "soul",
    label: "Soul",
    tempo: (84.0, 104.0),
    modes: &[Mode::Major, Mode::Dorian],
    band: Band {
        chords: &[ElectricPiano, Organ],
        melody: &[Saxophone, Trumpet],
        ..FUNK.band
    },
    harmony: Harmony {
        major: &["1 6 2 5", "1 3m 4 5", "1 4 1 5"],
        minor: &["1 4 1 5d", "1 6 4 5d"],
        colour: Colour::Seventh,
        substitution: 0.15,
        ..FUNK.harmony
    },
    comp: &["X-------x-------", "X---x---X---x---", "X---x-s.X---x-s."],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        scale: TuneScale::Pentatonic,
        rest: 0.2,
        ..FUNK.tune
    },
    ..FUNK
};

const GOSPEL: Style = Style {
    id: "gospel",
    label: "Gospel",
    tempo: (80.0, 120.0),
    modes: &[Mode::Major],
    band: Band {
        chords: &[Organ, Piano],
        pad: &[crate::vocabulary::Instrument::Choir],
        melody: &[crate::vocabulary::Instrument::Choir, Organ],
        ..FUNK.band
    },
    harmony: Harmony {
        major: &["1 4 1 5", "1 3M 6 4", "1 1d 4 4m"],
        colour: Colour::Seventh,
        cadence: Cadence::Plagal,
        ..FUNK.harmony
    },
    comp: &["X---x---X---x---", "X-x-X-x-X-x-X-x-"],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        scale: TuneScale::Pentatonic,
        rest: 0.15,
        ..FUNK.tune
    },
    ..FUNK
};

pub(crate) const STYLES: &[Style] = &[FUNK, DISCO, SOUL, GOSPEL];
