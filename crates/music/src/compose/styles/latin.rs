//! Latin: clave, montuno, percussion; reggaeton, tango, samba and reggae beside it.

use super::kit::{
    CLAVES, COWBELL, HAT, HIGH_BONGO, KICK, LOW_BONGO, LOW_CONGA, MUTE_CONGA, OPEN_CONGA, RIM,
    SHAKER, SNARE, TAMBOURINE, TIMBALE,
};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    AcousticGuitar, Brass, Clarinet, Drums, ElectricBass, ElectricGuitar, ElectronicDrums, Flute,
    Marimba, Organ, Percussion, Piano, Strings, SynthBass, SynthPluck, Trumpet, UprightBass,
    Violin,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const LATIN: Style = Style {
    id: "latin",
    label: "Son",
    genre: Genre::Latin,
    tempo: (96.0, 112.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Major],
    form: Form::Song,
    band: Band {
        drums: &[Percussion],
        percussion: false,
        bass: &[UprightBass, ElectricBass],
        chords: &[Piano, AcousticGuitar],
        pad: &[],
        melody: &[Trumpet, Flute, AcousticGuitar],
        figure: &[Brass, Marimba],
    },
    harmony: Harmony {
        major: &["1 4 5d 1", "1 4 1 5d", "1/4 5d/4 1/4 5d/1"],
        minor: &["1 4 5d 1", "1 7 6 5d", "1 4 1 5d"],
        bridge_major: &["4 1 5d 1", "2 5d 1 1"],
        bridge_minor: &["4 1 5d 1", "6 5d 1 1"],
        modal: false,
        colour: Colour::Triad,
        cadence: Cadence::Authentic,
        substitution: 0.05,
    },
    comp: &["X-..x-x-..x-x-..", "X-x-.x-x.x-x.x-x", "Xx-xX-x-x-xxX-x-"],
    figure: &["X-....x-....x-..", "..X-x-....X-x-x-"],
    bass: Bass::Pattern(&["R-------5-------", "R-----5-....8---", "R--.5-..R--.5-8-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.......X......."),
            (RIM, "x..x..x...x.x..."),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
        Groove(&[
            (KICK, "X.....x.X.....x."),
            (RIM, "x..x..x...x.x..."),
            (COWBELL, "X.o.X.o.X.o.X.o."),
            (TIMBALE, "..............xx"),
        ]),
    ],
    percussion: &[
        Groove(&[
            (CLAVES, "X..x..x...x.x..."),
            (SHAKER, "X.o.X.o.X.o.X.o."),
            (LOW_CONGA, "X.......X......."),
        ]),
        Groove(&[
            (CLAVES, "X..x..x...x.x..."),
            (SHAKER, "XoooXoooXoooXooo"),
            (MUTE_CONGA, "x.o...o.x.o....."),
            (OPEN_CONGA, "......x.......xx"),
            (LOW_CONGA, "X...x...X...x..."),
        ]),
        Groove(&[
            (CLAVES, "X..x..x...x.x..."),
            (COWBELL, "X.o.X.o.X.o.X.o."),
            (MUTE_CONGA, "x.oo..o.x.oo..o."),
            (OPEN_CONGA, "......x.......xx"),
            (LOW_CONGA, "X...x...X...x..."),
            (HIGH_BONGO, "xgogxgogxgogxgog"),
        ]),
    ],
    fills: &[
        Groove(&[
            (TIMBALE, "........x.xxX.xX"),
            (LOW_CONGA, "X...x...X...X..."),
        ]),
        Groove(&[
            (HIGH_BONGO, "........xxx....."),
            (LOW_BONGO, "...........xx.xx"),
            (LOW_CONGA, "X...x...X...X..."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::CLAVE,
        busy: tunes::SIXTEENTHS,
        scale: TuneScale::Mode,
        leap: 3,
        rest: 0.15,
    },
    touch: Touch {
        loose: 5.0,
        late: 0.0,
        spread: 0.10,
        legato: 0.7,
    },
    mix: Mix {
        decay: 1.3,
        damping: 0.45,
        wet: 0.8,
        delay: 0.5,
        echo: 0.05,
        duck: 0.0,
        brightness: 0.55,
        drums: 0.0,
    },
};

const SALSA: Style = Style {
    id: "salsa",
    label: "Salsa",
    tempo: (92.0, 108.0),
    band: Band {
        chords: &[Piano],
        melody: &[Trumpet],
        figure: &[Brass],
        ..LATIN.band
    },
    ..LATIN
};

const SAMBA: Style = Style {
    id: "samba",
    label: "Samba",
    tempo: (98.0, 112.0),
    modes: &[Mode::Major, Mode::Minor],
    band: Band {
        chords: &[AcousticGuitar],
        melody: &[Flute],
        ..LATIN.band
    },
    bass: Bass::Pattern(&["R--r5---R--r5---", "R--rR---5--5R---"]),
    percussion: &[
        Groove(&[
            (SHAKER, "XooxXooxXooxXoox"),
            (LOW_CONGA, "x...X...x...X..."),
        ]),
        Groove(&[
            (SHAKER, "XooxXooxXooxXoox"),
            (LOW_CONGA, "x...X...x...X..."),
            (TAMBOURINE, "x.x.xx.x.x.xx.x."),
        ]),
    ],
    ..LATIN
};

const TANGO: Style = Style {
    id: "tango",
    label: "Tango",
    tempo: (112.0, 128.0),
    modes: &[Mode::Minor],
    band: Band {
        drums: &[],
        chords: &[Piano],
        pad: &[Strings],
        melody: &[Violin, Clarinet],
        figure: &[Strings],
        ..LATIN.band
    },
    comp: &["X---X---X---X-x-", "X---x---X--xx---"],
    bass: Bass::Pattern(&["R---r---5---r---", "R-----r-5---r-a-"]),
    tune: Tune {
        rhythms: tunes::LYRICAL,
        ..LATIN.tune
    },
    ..LATIN
};

const REGGAETON: Style = Style {
    id: "reggaeton",
    label: "Reggaeton",
    tempo: (90.0, 100.0),
    modes: &[Mode::Minor],
    form: Form::Loop,
    band: Band {
        drums: &[ElectronicDrums],
        bass: &[SynthBass],
        chords: &[SynthPluck],
        melody: &[SynthPluck, Flute],
        ..LATIN.band
    },
    grooves: &[
        Groove(&[
            (KICK, "X...X...X...X..."),
            (SNARE, "...x..x....x..x."),
            (HAT, "x.o.x.o.x.o.x.o."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (SNARE, "...X..X....X..X."),
            (HAT, "X.x.X.x.X.x.X.x."),
        ]),
    ],
    bass: Bass::Pattern(&["R--.r-..R--.r-..", "R--r..r-R--r..5-"]),
    ..LATIN
};

const REGGAE: Style = Style {
    id: "reggae",
    label: "Reggae",
    tempo: (72.0, 88.0),
    modes: &[Mode::Major, Mode::Minor, Mode::Dorian],
    band: Band {
        drums: &[Drums],
        bass: &[ElectricBass],
        chords: &[ElectricGuitar],
        melody: &[Organ, Brass, Trumpet],
        figure: &[Organ],
        ..LATIN.band
    },
    harmony: Harmony {
        major: &["1 4 1 4", "1 5 4 1", "1 1 4 5"],
        minor: &["1 4 1 4", "1 7 1 7", "1 1 4 5m"],
        bridge_major: &["2 4 1 1"],
        bridge_minor: &["6 7 1 1"],
        cadence: Cadence::Plagal,
        ..LATIN.harmony
    },
    comp: &["....s.......s...", "....X.......X.s."],
    figure: &["..x-s...x-..s...", "..x-X-..x-..X-.."],
    bass: Bass::Pattern(&["R---..r-5---....", "R--.r-3-5---..a-"]),
    grooves: &[
        Groove(&[
            (KICK, "x.......X......."),
            (RIM, "........X......."),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (RIM, "....x...X...x..."),
            (HAT, "X.x.X.x.X.x.X.xo"),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        rest: 0.25,
        scale: TuneScale::Pentatonic,
        ..LATIN.tune
    },
    mix: Mix {
        echo: 0.35,
        delay: 0.75,
        ..LATIN.mix
    },
    ..LATIN
};

pub(crate) const STYLES: &[Style] = &[LATIN, SALSA, SAMBA, TANGO, REGGAETON, REGGAE];
