//! Pop: four chords, verse and chorus; ballads, dance pop, indie.

use super::kit::{
    CLAP, HAT, HIGH_TOM, KICK, LOW_TOM, MID_TOM, OPEN, RIM, SHAKER, SNARE, TAMBOURINE,
};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    AcousticGuitar, Bells, Drums, ElectricBass, ElectricGuitar, ElectronicDrums, Marimba, Piano,
    Strings, SynthBass, SynthLead, SynthPad, SynthPluck,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const POP: Style = Style {
    id: "pop",
    label: "Pop Song",
    genre: Genre::Pop,
    tempo: (100.0, 122.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Major, Mode::Minor],
    form: Form::Song,
    band: Band {
        drums: &[Drums, ElectronicDrums],
        percussion: false,
        bass: &[ElectricBass, SynthBass],
        chords: &[Piano, ElectricGuitar, AcousticGuitar],
        pad: &[SynthPad, Strings],
        melody: &[SynthLead, Marimba, ElectricGuitar],
        figure: &[SynthPluck, Bells],
    },
    harmony: Harmony {
        major: &["1 5 6 4", "1 6 4 5", "1 4 5 1", "1 4 6 5", "1 3 4 5"],
        minor: &["1 6 3 7", "1 6 7 1", "1 4 6 7", "1 7 6 7"],
        bridge_major: &["4 5 1 6 4 5 1 1", "6 5 4 5", "2 4 1 5"],
        bridge_minor: &["6 7 1 1", "4 1 6 7"],
        modal: false,
        colour: Colour::Triad,
        cadence: Cadence::Authentic,
        substitution: 0.08,
    },
    comp: &[
        "X-------x-------",
        "X---x---X---x---",
        "X-x-x-x-X-x-x-x-",
        "X--x--x-X--x--x-",
    ],
    figure: &["1---3---5---3---", "1-3-5-3-1-3-5-3-", "1-5-3-5-6-5-3-5-"],
    bass: Bass::Pattern(&[
        "R-------r-------",
        "R---r---R---r-a-",
        "R-r-r-r-R-r-r-a-",
        "R--r..r-R--r..5-",
    ]),
    grooves: &[
        Groove(&[
            (KICK, "X.......X......."),
            (RIM, "....x.......x..."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X.......X.x....."),
            (SNARE, "....X.......X..."),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (SNARE, "....X.......X..."),
            (HAT, "x.o.x.o.x.o.x.o."),
            (OPEN, "..............o."),
        ]),
        Groove(&[
            (KICK, "X.....x.X.x....."),
            (SNARE, "....X..g....X..."),
            (HAT, "X.x.X.x.X.x.X.x."),
        ]),
    ],
    percussion: &[
        Groove(&[(SHAKER, "x.o.x.o.x.o.x.o.")]),
        Groove(&[
            (TAMBOURINE, "....X.......X..."),
            (SHAKER, "xoxoxoxoxoxoxoxo"),
        ]),
    ],
    fills: &[
        Groove(&[(SNARE, "....X...x.x.X.XX"), (KICK, "X.......X...x...")]),
        Groove(&[
            (HIGH_TOM, "........x.x....."),
            (MID_TOM, "............x..."),
            (LOW_TOM, "..............xx"),
            (KICK, "X.......X...X..."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::HOOK,
        busy: tunes::SYNCOPATED,
        scale: TuneScale::Mode,
        leap: 3,
        rest: 0.12,
    },
    touch: Touch {
        loose: 4.0,
        late: 0.0,
        spread: 0.08,
        legato: 0.85,
    },
    mix: Mix {
        decay: 1.6,
        damping: 0.4,
        wet: 0.8,
        delay: 0.5,
        echo: 0.15,
        duck: 0.15,
        brightness: 0.55,
        drums: 0.0,
    },
};

const BALLAD: Style = Style {
    id: "ballad",
    label: "Ballad",
    tempo: (66.0, 80.0),
    band: Band {
        drums: &[Drums],
        chords: &[Piano],
        pad: &[Strings],
        melody: &[Piano, Strings, ElectricGuitar],
        figure: &[AcousticGuitar],
        ..POP.band
    },
    tune: Tune {
        rhythms: tunes::LYRICAL,
        ..POP.tune
    },
    mix: Mix {
        decay: 2.2,
        wet: 1.1,
        drums: -2.0,
        ..POP.mix
    },
    ..POP
};

const DANCE_POP: Style = Style {
    id: "dance_pop",
    label: "Dance Pop",
    tempo: (118.0, 128.0),
    band: Band {
        drums: &[ElectronicDrums],
        bass: &[SynthBass],
        chords: &[SynthPluck, Piano],
        pad: &[SynthPad],
        melody: &[SynthLead],
        ..POP.band
    },
    grooves: &[
        Groove(&[(KICK, "X...X...X...X..."), (HAT, "..x...x...x...x.")]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....X.......X..."),
            (OPEN, "..x...x...x...x."),
        ]),
    ],
    mix: Mix {
        duck: 0.4,
        brightness: 0.65,
        ..POP.mix
    },
    ..POP
};

const INDIE: Style = Style {
    id: "indie",
    label: "Indie Song",
    tempo: (108.0, 136.0),
    band: Band {
        drums: &[Drums],
        bass: &[ElectricBass],
        chords: &[ElectricGuitar],
        pad: &[],
        melody: &[ElectricGuitar, SynthLead],
        figure: &[Bells],
        ..POP.band
    },
    ..POP
};

const CHILDREN: Style = Style {
    id: "children",
    label: "Children's Song",
    tempo: (104.0, 126.0),
    modes: &[Mode::Major],
    band: Band {
        drums: &[crate::vocabulary::Instrument::Percussion],
        bass: &[crate::vocabulary::Instrument::UprightBass],
        chords: &[AcousticGuitar, Piano],
        pad: &[],
        melody: &[Marimba, Bells, crate::vocabulary::Instrument::Flute],
        figure: &[Marimba],
        ..POP.band
    },
    harmony: Harmony {
        major: &["1 4 5 1", "1 5 5 1", "1 4 1 5"],
        ..POP.harmony
    },
    ..POP
};

pub(crate) const STYLES: &[Style] = &[POP, BALLAD, DANCE_POP, INDIE, CHILDREN];
