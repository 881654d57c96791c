//! Jazz: swing, seventh chords, walking bass.

use super::kit::{HAT, HIGH_TOM, KICK, PEDAL, RIDE, RIM, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Swing, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Brass, Clarinet, Drums, ElectricBass, ElectricGuitar, ElectricPiano, Piano, Saxophone, Trumpet,
    UprightBass, Vibraphone,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const JAZZ: Style = Style {
    id: "jazz",
    label: "Swing",
    genre: Genre::Jazz,
    tempo: (116.0, 152.0),
    metre: Metre::FourFour,
    swing: Swing {
        ratio: 0.64,
        pair: 1.0,
    },
    modes: &[Mode::Major, Mode::Minor, Mode::Dorian],
    form: Form::Head,
    band: Band {
        drums: &[Drums],
        percussion: false,
        bass: &[UprightBass],
        chords: &[Piano, ElectricGuitar],
        pad: &[],
        melody: &[Saxophone, Trumpet, Vibraphone, Piano],
        figure: &[],
    },
    harmony: Harmony {
        major: &[
            "1/6 2/5d 1/6 2/5d 1 4 3/6d 2/5d",
            "1 6d 2 5d 1 4 2/5d 1",
            "2 5d 1 1 2 5d 1 1",
            "1 1 2 5d 3 6d 2/5d 1",
        ],
        minor: &[
            "1 4 2h 5d 1 6 2h/5d 1",
            "1 1 4 1 2h 5d 1 2h/5d",
            "1 6 2h 5d 1 4 5d 1",
        ],
        bridge_major: &["4 4 1 1 2d 2d 5d 5d", "3d 3d 6d 6d 2d 2d 5d 5d"],
        bridge_minor: &["4 7d 3 6 2h 5d 1 5d", "4 4 1 1 2h 2h 5d 5d"],
        modal: false,
        colour: Colour::Seventh,
        cadence: Cadence::Authentic,
        substitution: 0.3,
    },
    comp: &[
        "X-------..s-x---",
        "X---x---..s-x---",
        "X---x-s.x---x-s.",
        "X-..x-s.X-..x-s.",
    ],
    figure: &["....x-......x-x-", "X-----x-........"],
    bass: Bass::Walking,
    grooves: &[
        Groove(&[
            (RIDE, "X...X.g.X...X.g."),
            (PEDAL, "....o.......o..."),
            (KICK, "x...x...x...x..."),
        ]),
        Groove(&[
            (RIDE, "X...X.g.X...X.g."),
            (PEDAL, "....x.......x..."),
            (KICK, "x...x...x...x..."),
            (SNARE, "......g.......g."),
        ]),
        Groove(&[
            (RIDE, "X...X.g.X...X.g."),
            (PEDAL, "....x.......x..."),
            (KICK, "x...x...x...x.o."),
            (SNARE, "......x...g...o."),
        ]),
    ],
    percussion: &[Groove(&[(SHAKER, "x...x.o.x...x.o.")])],
    fills: &[
        Groove(&[
            (SNARE, "........x.xgX.gx"),
            (RIDE, "X...X.x.X......."),
            (KICK, "o...o...o...x..."),
            (PEDAL, "....x.......x..."),
        ]),
        Groove(&[
            (SNARE, "........x.g....."),
            (HIGH_TOM, "............x.x."),
            (KICK, "o...o...x.....x."),
            (PEDAL, "....x.......x..."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SWUNG,
        busy: tunes::BEBOP,
        scale: TuneScale::Mode,
        leap: 4,
        rest: 0.15,
    },
    touch: Touch {
        loose: 7.0,
        late: 4.0,
        spread: 0.13,
        legato: 0.7,
    },
    mix: Mix {
        decay: 1.2,
        damping: 0.55,
        wet: 0.7,
        delay: 0.5,
        echo: 0.0,
        duck: 0.0,
        brightness: 0.45,
        drums: -1.5,
    },
};

const BOSSA: Style = Style {
    id: "bossa_nova",
    label: "Bossa Nova",
    genre: Genre::Latin,
    tempo: (116.0, 138.0),
    swing: STRAIGHT,
    modes: &[Mode::Major, Mode::Minor],
    form: Form::Song,
    band: Band {
        chords: &[crate::vocabulary::Instrument::AcousticGuitar],
        melody: &[crate::vocabulary::Instrument::Flute, Saxophone],
        figure: &[Piano],
        ..JAZZ.band
    },
    harmony: Harmony {
        major: &["1 1 2d 2d 2 5d 1 5d", "1 6 2 5d 3 6d 2/5d 1"],
        minor: &["1 1 4 4 2h 5d 1 5d"],
        ..JAZZ.harmony
    },
    comp: &["X-..x-..X-..x-..", "X-.sx-..X-.sx-s.", "X-.sX-.sX-..X-s."],
    bass: Bass::Pattern(&["R-----5-R-----5-", "R-----5-5-----r-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.....o.X.....o."),
            (RIM, "o.....o.....o..."),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
        Groove(&[
            (KICK, "X.....x.X.....x."),
            (RIM, "o..o..o...o..o.."),
            (HAT, "X.x.X.x.X.x.X.x."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        ..JAZZ.tune
    },
    touch: Touch {
        late: 0.0,
        ..JAZZ.touch
    },
    ..JAZZ
};

const BIG_BAND: Style = Style {
    id: "big_band",
    label: "Big Band",
    tempo: (130.0, 176.0),
    modes: &[Mode::Major],
    band: Band {
        melody: &[Brass, Trumpet, Clarinet],
        figure: &[Brass],
        ..JAZZ.band
    },
    mix: Mix {
        drums: 0.0,
        brightness: 0.6,
        ..JAZZ.mix
    },
    ..JAZZ
};

const FUSION: Style = Style {
    id: "fusion",
    label: "Fusion",
    tempo: (104.0, 126.0),
    swing: STRAIGHT,
    modes: &[Mode::Dorian, Mode::Mixolydian],
    band: Band {
        bass: &[ElectricBass],
        chords: &[ElectricPiano],
        melody: &[ElectricGuitar, Saxophone],
        ..JAZZ.band
    },
    harmony: Harmony {
        major: &["1 1 7 4", "1 4 1 4"],
        minor: &["1 1 4d 1", "1 4d 1 7"],
        modal: true,
        colour: Colour::Ninth,
        ..JAZZ.harmony
    },
    bass: Bass::Pattern(&["R--r..r-R---5-7-", "R-.rR.7.R-..5.a."]),
    grooves: &[
        Groove(&[
            (KICK, "X.....x.x......."),
            (SNARE, "....X.......X..g"),
            (HAT, "XoxoXoxoXoxoXoxo"),
        ]),
        Groove(&[
            (KICK, "X..x..x.X.....x."),
            (SNARE, "....X..g.g..X..g"),
            (RIDE, "X.xoX.xoX.xoX.xo"),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        busy: tunes::SIXTEENTHS,
        ..JAZZ.tune
    },
    ..JAZZ
};

const BALLAD: Style = Style {
    id: "jazz_ballad",
    label: "Ballad",
    tempo: (60.0, 76.0),
    bass: Bass::Pattern(&["R-------5-------", "R---....5---..a-"]),
    tune: Tune {
        rhythms: tunes::LYRICAL,
        busy: tunes::SWUNG,
        ..JAZZ.tune
    },
    ..JAZZ
};

pub(crate) const STYLES: &[Style] = &[JAZZ, BOSSA, BIG_BAND, FUSION, BALLAD];
