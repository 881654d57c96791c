//! Drum and bass: fast broken beats over deep bass.

use super::kit::{HAT, KICK, OPEN, RIDE, SHAKER, SNARE};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Bells, Drums, ElectricPiano, ElectronicDrums, Piano, Strings, SubBass, SynthBass, SynthLead,
    SynthPad, SynthPluck, Vibraphone,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const DRUM_AND_BASS: Style = Style {
    id: "drum_and_bass",
    label: "Drum and Bass",
    genre: Genre::DrumAndBass,
    tempo: (170.0, 176.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Dorian],
    form: Form::Drops,
    band: Band {
        drums: &[ElectronicDrums, Drums],
        percussion: false,
        bass: &[SubBass, SynthBass],
        chords: &[ElectricPiano, SynthPluck],
        pad: &[SynthPad, Strings],
        melody: &[SynthLead, Bells],
        figure: &[SynthPluck],
    },
    harmony: Harmony {
        major: &["1 1 4 4", "1 1 6 5", "1 1 4 1"],
        minor: &["1 1 6 7", "1 1 4 4", "1 1 6 6", "1 1 7 1"],
        bridge_major: &["4 4 1 1"],
        bridge_minor: &["6 7 1 1", "4 6 1 1"],
        modal: true,
        colour: Colour::Ninth,
        cadence: Cadence::Modal,
        substitution: 0.05,
    },
    comp: &["X---------------", "X--x--s.....x---", "X--x--s.x--s..s."],
    figure: &["1---3---5---3---", "1--3--5-1--3--5-", "1-3-5-6-1-3-5-6-"],
    bass: Bass::Pattern(&["R---------------", "R-----r---r-----", "R--.R-..r--.R-5-"]),
    grooves: &[
        Groove(&[
            (KICK, "X.........x....."),
            (HAT, "X...x...X...x..."),
            (SNARE, "....x.......x..."),
        ]),
        Groove(&[
            (KICK, "X.........X....."),
            (SNARE, "....X..g.g..X..g"),
            (HAT, "X.o.X.o.X.o.X.o."),
        ]),
        Groove(&[
            (KICK, "X.........X.....X..x......X....."),
            (SNARE, "....X..g.g..X.......X..g.g..X.gx"),
            (RIDE, "X.o.X.o.X.o.X.o.X.o.X.o.X.o.X.o."),
        ]),
    ],
    percussion: &[Groove(&[(SHAKER, "x.o.x.o.x.o.x.o.")])],
    fills: &[
        Groove(&[(SNARE, "....X...xgxgXgXX"), (KICK, "X.........X.....")]),
        Groove(&[
            (SNARE, "....X..xX..xX.xx"),
            (KICK, "X.x...X...X...X."),
            (OPEN, "..............x."),
        ]),
    ],
    tune: Tune {
        rhythms: tunes::SPARSE,
        busy: tunes::SYNCOPATED,
        scale: TuneScale::Pentatonic,
        leap: 3,
        rest: 0.3,
    },
    touch: Touch {
        loose: 2.0,
        late: 0.0,
        spread: 0.06,
        legato: 0.8,
    },
    mix: Mix {
        decay: 1.8,
        damping: 0.4,
        wet: 0.9,
        delay: 0.75,
        echo: 0.3,
        duck: 0.35,
        brightness: 0.6,
        drums: 1.5,
    },
};

const LIQUID: Style = Style {
    id: "liquid",
    label: "Liquid Drum and Bass",
    modes: &[Mode::Major, Mode::Dorian],
    band: Band {
        chords: &[Piano, ElectricPiano],
        melody: &[Vibraphone, Piano],
        ..DRUM_AND_BASS.band
    },
    mix: Mix {
        wet: 1.2,
        brightness: 0.5,
        ..DRUM_AND_BASS.mix
    },
    ..DRUM_AND_BASS
};

const JUNGLE: Style = Style {
    id: "jungle",
    label: "Jungle",
    tempo: (160.0, 168.0),
    band: Band {
        drums: &[Drums],
        percussion: true,
        ..DRUM_AND_BASS.band
    },
    grooves: &[
        Groove(&[
            (KICK, "X.x.......xx...."),
            (SNARE, "....X..g.g..X..g"),
            (RIDE, "X.x.X.x.X.x.X.x."),
        ]),
        Groove(&[
            (KICK, "X.x.......xx....X.x.......x....."),
            (SNARE, "....X..g.g..X..g....X..g.g....X."),
            (RIDE, "X.x.X.x.X.x.X.x.X.x.X.x.X.x.X.x."),
        ]),
    ],
    ..DRUM_AND_BASS
};

pub(crate) const STYLES: &[Style] = &[DRUM_AND_BASS, LIQUID, JUNGLE];
