//! Rock: backbeat, power chords, riffs; metal and punk.

use super::kit::{CRASH, HAT, HIGH_TOM, KICK, LOW_TOM, MID_TOM, OPEN, RIDE, SNARE, TAMBOURINE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Swing, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    DistortedGuitar, Drums, ElectricBass, ElectricGuitar, Organ, Piano, Saxophone, Strings,
    SynthPad,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const ROCK: Style = Style {
    id: "rock",
    label: "Rock Song",
    genre: Genre::Rock,
    tempo: (112.0, 138.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Mixolydian, Mode::Major],
    form: Form::Song,
    band: Band {
        drums: &[Drums],
        percussion: false,
        bass: &[ElectricBass],
        chords: &[DistortedGuitar],
        pad: &[Organ],
        melody: &[ElectricGuitar, DistortedGuitar],
        figure: &[ElectricGuitar],
    },
    harmony: Harmony {
        major: &["1 4 5 1", "1 5 4 1", "1 1 4 5", "1 b7M 4 1"],
        minor: &["1 7 6 7", "1 6 7 1", "1 1 3 4", "1 3 7 1"],
        bridge_major: &["4 4 1 1 4 4 5 5", "6 4 1 5"],
        bridge_minor: &["6 7 1 1", "4 4 6 7"],
        modal: true,
        colour: Colour::Power,
        cadence: Cadence::Authentic,
        substitution: 0.04,
    },
    comp: &[
        "X-------x-------",
        "X-x-x-x-X-x-x-x-",
        "X-x-x-X-x-x-X-x-",
        "X-xxX-xxX-xxX-xx",
    ],
    figure: &["1-3-2-3-1-3-2-3-", "1---3---5---3-2-", "1-1-3-1-5-1-3-2-"],
    bass: Bass::Pattern(&["R-------r-------", "R-r-r-r-R-r-r-r-", "R-r-r-r-R-r-5-a-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.......X......."),
            (SNARE, "....X.......X..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X.......X.X....."),
            (SNARE, "....X.......X..."),
            (HAT, "X.x.X.x.X.x.X.x."),
        ]),
        Groove(&[
            (KICK, "X.....x.X.x....."),
            (SNARE, "....X.......X..."),
            (OPEN, "X.x.X.x.X.x.X.x."),
        ]),
        Groove(&[
            (KICK, "X..x..x.X.x..x.."),
            (SNARE, "....X..g....X..."),
            (RIDE, "X.x.X.x.X.x.X.x."),
        ]),
    ],
    percussion: &[
        Groove(&[(TAMBOURINE, "....X.......X...")]),
        Groove(&[(TAMBOURINE, "x.o.X.o.x.o.X.o.")]),
    ],
    fills: &[
        Groove(&[
            (HIGH_TOM, "........xx......"),
            (MID_TOM, "..........xx...."),
            (LOW_TOM, "............xxXX"),
            (KICK, "X.......X...X..."),
        ]),
        Groove(&[(SNARE, "....X...xxxxXxXX"), (KICK, "X.......X...X...")]),
        Groove(&[
            (SNARE, "....X...X..X..X."),
            (CRASH, "........x..x..x."),
            (KICK, "X.......X..X..X."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::RIFF,
        busy: tunes::FLOWING,
        scale: TuneScale::Pentatonic,
        leap: 3,
        rest: 0.15,
    },
    touch: Touch {
        loose: 5.0,
        late: 2.0,
        spread: 0.08,
        legato: 0.85,
    },
    mix: Mix {
        decay: 1.1,
        damping: 0.45,
        wet: 0.5,
        delay: 0.5,
        echo: 0.1,
        duck: 0.0,
        brightness: 0.65,
        drums: 1.0,
    },
};

const METAL: Style = Style {
    id: "metal",
    label: "Metal",
    tempo: (132.0, 160.0),
    modes: &[Mode::Minor, Mode::Phrygian],
    band: Band {
        pad: &[],
        melody: &[DistortedGuitar],
        figure: &[],
        ..ROCK.band
    },
    harmony: Harmony {
        minor: &["1 1 6 7", "1 1 b2M 1", "1 6 7 1"],
        bridge_minor: &["1 b2M 1 7", "6 7 1 1"],
        modal: false,
        ..ROCK.harmony
    },
    comp: &["X-xxX-xxX-xxX-xx", "XxxxXxxxXxxxXxxx"],
    bass: Bass::Pattern(&["R-rrR-rrR-rrR-rr", "RrrrRrrrRrrrRrrr"]),
    grooves: &[
        Groove(&[
            (KICK, "X.x.X.x.X.x.X.x."),
            (SNARE, "....X.......X..."),
            (OPEN, "X...X...X...X..."),
        ]),
        Groove(&[
            (KICK, "XxxxXxxxXxxxXxxx"),
            (SNARE, "....X.......X..."),
            (CRASH, "X..............."),
        ]),
    ],
    mix: Mix {
        brightness: 0.8,
        drums: 1.5,
        ..ROCK.mix
    },
    ..ROCK
};

const PUNK: Style = Style {
    id: "punk",
    label: "Punk",
    tempo: (160.0, 184.0),
    modes: &[Mode::Major, Mode::Mixolydian],
    band: Band {
        pad: &[],
        figure: &[],
        melody: &[DistortedGuitar],
        ..ROCK.band
    },
    comp: &["X-x-x-x-X-x-x-x-"],
    grooves: &[Groove(&[
        (KICK, "X...X...X...X..."),
        (SNARE, "....X.......X..."),
        (OPEN, "X...X...X...X..."),
    ])],
    ..ROCK
};

const ROCKABILLY: Style = Style {
    id: "rock_and_roll",
    label: "Rock and Roll",
    tempo: (150.0, 172.0),
    swing: Swing {
        ratio: 0.6,
        pair: 1.0,
    },
    modes: &[Mode::Major],
    form: Form::TwelveBar,
    band: Band {
        chords: &[Piano, ElectricGuitar],
        pad: &[],
        melody: &[ElectricGuitar, Saxophone],
        figure: &[],
        ..ROCK.band
    },
    harmony: Harmony {
        major: &["1d 1d 1d 1d 4d 4d 1d 1d 5d 4d 1d 1d/5d"],
        bridge_major: &["4d 4d 1d 1d 5d 4d 1d 5d"],
        colour: Colour::Triad,
        modal: false,
        ..ROCK.harmony
    },
    bass: Bass::Pattern(&["R---3---5---7---", "R-r-3-3-5-5-7-a-"]),
    tune: Tune {
        scale: TuneScale::Blues,
        ..ROCK.tune
    },
    ..ROCK
};

const POST_ROCK: Style = Style {
    id: "post_rock",
    label: "Post-Rock",
    tempo: (84.0, 120.0),
    modes: &[Mode::Major, Mode::Lydian, Mode::Minor],
    form: Form::Arch,
    band: Band {
        chords: &[ElectricGuitar],
        pad: &[Strings, SynthPad],
        melody: &[ElectricGuitar],
        figure: &[ElectricGuitar],
        ..ROCK.band
    },
    harmony: Harmony {
        colour: Colour::Add9,
        ..ROCK.harmony
    },
    mix: Mix {
        decay: 3.0,
        wet: 1.5,
        echo: 0.3,
        ..ROCK.mix
    },
    ..ROCK
};

pub(crate) const STYLES: &[Style] = &[ROCK, METAL, PUNK, ROCKABILLY, POST_ROCK];
