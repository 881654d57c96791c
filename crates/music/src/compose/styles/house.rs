//! House: four on the floor, off-beat hats, chord stabs.

use super::kit::{CLAP, HAT, KICK, MUTE_CONGA, OPEN, OPEN_CONGA, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, Style, Swing, Touch, Tune, TuneScale,
    tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    ElectricPiano, ElectronicDrums, Marimba, Organ, Piano, Saxophone, Strings, SubBass, SynthBass,
    SynthLead, SynthPad, SynthPluck,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const HOUSE: Style = Style {
    id: "house",
    label: "House",
    genre: Genre::House,
    tempo: (120.0, 127.0),
    metre: Metre::FourFour,
    swing: Swing {
        ratio: 0.53,
        pair: 0.5,
    },
    modes: &[Mode::Minor, Mode::Dorian, Mode::Major],
    form: Form::Drops,
    band: Band {
        drums: &[ElectronicDrums],
        percussion: false,
        bass: &[SynthBass],
        chords: &[Piano, Organ, ElectricPiano],
        pad: &[Strings, SynthPad],
        melody: &[SynthPluck, SynthLead, Saxophone],
        figure: &[SynthPluck, Marimba],
    },
    harmony: Harmony {
        major: &["1 6 4 5", "1 4 1 4", "1 2 1 5"],
        minor: &["1 4 1 5m", "1 6 7 1", "1 1 4 4", "1 7 6 7"],
        bridge_major: &["4 5 1 1"],
        bridge_minor: &["6 7 1 1", "4 5m 1 1"],
        modal: true,
        colour: Colour::Seventh,
        cadence: Cadence::Modal,
        substitution: 0.08,
    },
    comp: &["X-------x-------", "X-.x-.x-..x-.x..", "X-.xx-.xX-.xx-.x"],
    figure: &["1---3---5---3---", "1..3..5.1..3..5.", "1-3-5-3-1-3-5-6-"],
    bass: Bass::Pattern(&["R---....R---....", "..R-..R-..r-..8-", "R-.r..R-..8-R-7-"]),
    grooves: &[
        Groove(&[(KICK, "X...X...X...X..."), (HAT, "..o...o...o...o.")]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....X.......X..."),
            (OPEN, "..x...x...x...x."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....X.......X..."),
            (OPEN, "..x...x...x...x."),
            (SHAKER, "xgogxgogxgogxgog"),
        ]),
    ],
    percussion: &[
        Groove(&[(SHAKER, "xoxoxoxoxoxoxoxo")]),
        Groove(&[
            (MUTE_CONGA, "x..x..x.x..x..x."),
            (OPEN_CONGA, "............x.x."),
        ]),
    ],
    fills: &[
        Groove(&[(KICK, "X...X...X......."), (CLAP, "....X.....X.X.XX")]),
        Groove(&[(KICK, "X...X...X...X..."), (SNARE, "........x.x.xxXX")]),
    ],
    tune: Tune {
        rhythms: tunes::SYNCOPATED,
        busy: tunes::HOOK,
        scale: TuneScale::Pentatonic,
        leap: 3,
        rest: 0.3,
    },
    touch: Touch {
        loose: 2.0,
        late: 0.0,
        spread: 0.06,
        legato: 0.6,
    },
    mix: Mix {
        decay: 1.5,
        damping: 0.4,
        wet: 0.8,
        delay: 0.75,
        echo: 0.3,
        duck: 0.5,
        brightness: 0.55,
        drums: 1.0,
    },
};

const DEEP_HOUSE: Style = Style {
    id: "deep_house",
    label: "Deep House",
    tempo: (118.0, 123.0),
    band: Band {
        bass: &[SubBass, SynthBass],
        chords: &[ElectricPiano],
        pad: &[SynthPad],
        melody: &[SynthPluck, Saxophone],
        ..HOUSE.band
    },
    harmony: Harmony {
        colour: Colour::Ninth,
        ..HOUSE.harmony
    },
    mix: Mix {
        brightness: 0.4,
        wet: 1.1,
        ..HOUSE.mix
    },
    ..HOUSE
};

const GARAGE: Style = Style {
    id: "garage",
    label: "Garage",
    tempo: (128.0, 134.0),
    swing: Swing {
        ratio: 0.58,
        pair: 0.5,
    },
    grooves: &[
        Groove(&[
            (KICK, "X.........x....."),
            (SNARE, "....X.......X..."),
            (HAT, "X.x.X.x.X.x.X.x."),
        ]),
        Groove(&[
            (KICK, "X..x......x..x.."),
            (SNARE, "....X.......X..."),
            (HAT, "X.xoX.xoX.xoX.xo"),
        ]),
    ],
    ..HOUSE
};

pub(crate) const STYLES: &[Style] = &[HOUSE, DEEP_HOUSE, GARAGE];
