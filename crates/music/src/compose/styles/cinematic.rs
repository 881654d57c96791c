//! Cinematic: an orchestra that grows.

use super::kit::{CRASH, KICK, LOW_TOM, MID_TOM, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Brass, Cello, Choir, Drums, ElectronicDrums, Harp, Percussion, Piano, Strings, SubBass,
    SynthBass, SynthPad, Trumpet, UprightBass, Violin,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const CINEMATIC: Style = Style {
    id: "cinematic",
    label: "Score",
    genre: Genre::Cinematic,
    tempo: (84.0, 112.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Major, Mode::Dorian],
    form: Form::Arch,
    band: Band {
        drums: &[Percussion, Drums],
        percussion: false,
        bass: &[UprightBass, SubBass],
        chords: &[Strings],
        pad: &[Choir, Strings],
        melody: &[Brass, Violin, Cello, Trumpet],
        figure: &[Piano, Harp, Cello],
    },
    harmony: Harmony {
        major: &["1 5 6 4", "1 4 1 5", "1 b7M 4 1", "1 3 4 1"],
        minor: &["1 6 3 7", "1 6 4 5M", "1 1 6 7", "1 4 6 5M"],
        bridge_major: &["4 5 1 1", "b6M b7M 1 1"],
        bridge_minor: &["6 7 1 1", "4 1 5M 1"],
        modal: false,
        colour: Colour::Triad,
        cadence: Cadence::Authentic,
        substitution: 0.15,
    },
    comp: &["X---------------", "X-x-x-x-X-x-x-x-", "X-xxx-xxX-xxx-xx"],
    figure: &["1---3---2---3---", "1-3-2-3-1-3-2-3-", "1-2-3-4-5-4-3-2-"],
    bass: Bass::Pattern(&["R---------------", "R-------r-------", "R-r-r-r-R-r-r-r-"]),
    grooves: &[
        Groove(&[(KICK, "X.......x......."), (LOW_TOM, "X...............")]),
        Groove(&[
            (LOW_TOM, "X...x...X...x..."),
            (KICK, "X.......X......."),
            (MID_TOM, "..............x."),
        ]),
        Groove(&[
            (LOW_TOM, "X..xX..xX..xX.xx"),
            (KICK, "X...X...X...X..."),
            (SNARE, "....x.......x.gg"),
        ]),
    ],
    percussion: &[
        Groove(&[(LOW_TOM, "X.......x.......")]),
        Groove(&[(LOW_TOM, "X...x...X...x.x."), (SHAKER, "x.o.x.o.x.o.x.o.")]),
    ],
    fills: &[
        Groove(&[(SNARE, "........ggoooxxX"), (LOW_TOM, "X.......X...X...")]),
        Groove(&[
            (MID_TOM, "........x.x.x.xx"),
            (LOW_TOM, "X.......X...X.X."),
            (CRASH, "................"),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::LYRICAL,
        busy: tunes::FLOWING,
        scale: TuneScale::Mode,
        leap: 4,
        rest: 0.15,
    },
    touch: Touch {
        loose: 6.0,
        late: 0.0,
        spread: 0.08,
        legato: 0.95,
    },
    mix: Mix {
        decay: 3.0,
        damping: 0.4,
        wet: 1.4,
        delay: 1.0,
        echo: 0.05,
        duck: 0.0,
        brightness: 0.5,
        drums: -0.5,
    },
};

const TRAILER: Style = Style {
    id: "trailer",
    label: "Trailer",
    tempo: (110.0, 136.0),
    modes: &[Mode::Minor, Mode::Phrygian],
    band: Band {
        bass: &[SynthBass, SubBass],
        melody: &[Brass],
        figure: &[Strings],
        ..CINEMATIC.band
    },
    mix: Mix {
        brightness: 0.65,
        drums: 1.0,
        ..CINEMATIC.mix
    },
    ..CINEMATIC
};

const HORROR: Style = Style {
    id: "horror",
    label: "Horror",
    tempo: (60.0, 84.0),
    modes: &[Mode::Phrygian, Mode::Minor],
    band: Band {
        drums: &[Percussion],
        chords: &[Strings],
        pad: &[SynthPad, Choir],
        melody: &[Violin, Cello],
        figure: &[Piano],
        ..CINEMATIC.band
    },
    harmony: Harmony {
        minor: &["1 1 b2M 1", "1 6 1 b5o", "1 1 4 b2M"],
        bridge_minor: &["6 b2M 1 1"],
        cadence: Cadence::Modal,
        ..CINEMATIC.harmony
    },
    tune: Tune {
        rhythms: tunes::SPARSE,
        rest: 0.35,
        ..CINEMATIC.tune
    },
    mix: Mix {
        brightness: 0.3,
        ..CINEMATIC.mix
    },
    ..CINEMATIC
};

const SCI_FI: Style = Style {
    id: "sci_fi",
    label: "Science Fiction",
    tempo: (80.0, 110.0),
    modes: &[Mode::Lydian, Mode::Minor, Mode::Dorian],
    band: Band {
        drums: &[ElectronicDrums],
        bass: &[SynthBass],
        pad: &[SynthPad],
        melody: &[Strings, Brass],
        figure: &[Piano],
        ..CINEMATIC.band
    },
    ..CINEMATIC
};

pub(crate) const STYLES: &[Style] = &[CINEMATIC, TRAILER, HORROR, SCI_FI];
