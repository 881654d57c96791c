//! Techno: a driving kick and sparse modal figures.

use super::kit::{CLAP, HAT, KICK, LOW_TOM, OPEN, RIDE, RIM, SHAKER};
use super::{
    Band, Bass, Cadence, Colour, Form, Groove, Harmony, Mix, STRAIGHT, Style, Touch, Tune,
    TuneScale, tunes,
};
use crate::prompt::Metre;
use crate::vocabulary::Instrument::{
    Bells, ElectronicDrums, SynthBass, SynthLead, SynthPad, SynthPluck,
};
use crate::vocabulary::{Genre, Mode};

pub(crate) const TECHNO: Style = Style {
    id: "techno",
    label: "Techno",
    genre: Genre::Techno,
    tempo: (128.0, 136.0),
    metre: Metre::FourFour,
    swing: STRAIGHT,
    modes: &[Mode::Minor, Mode::Phrygian, Mode::Dorian],
    form: Form::Drops,
    band: Band {
        drums: &[ElectronicDrums],
        percussion: false,
        bass: &[SynthBass],
        chords: &[SynthPluck],
        pad: &[SynthPad],
        melody: &[SynthLead, Bells],
        figure: &[SynthPluck],
    },
    harmony: Harmony {
        major: &["1 1 1 1", "1 1 1 4"],
        minor: &["1 1 1 1", "1 1 1 6", "1 1 1 7"],
        bridge_major: &["4 4 1 1"],
        bridge_minor: &["6 6 1 1", "1 1 4 1"],
        modal: false,
        colour: Colour::Triad,
        cadence: Cadence::Modal,
        substitution: 0.0,
    },
    comp: &["X...............", "X..s..s.....s...", "X..s..s.X..s..s."],
    figure: &["1.....3...1...3.", "1..1..3.1..1..5.", "1.131.311.131.35"],
    bass: Bass::Pattern(&["R---r---R---r---", "..r-..r-..r-..r-", ".rrr.rrr.rrr.rrr"]),
    grooves: &[
        Groove(&[(KICK, "X...X...X...X..."), (HAT, "..o...o...o...o.")]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (OPEN, "..x...x...x...x."),
            (RIM, "...o......o....."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....x.......x..."),
            (OPEN, "..x...x...x...x."),
            (HAT, "ogogogogogogogog"),
            (LOW_TOM, "...o......o....."),
        ]),
        Groove(&[
            (KICK, "X...X...X...X..."),
            (CLAP, "....X.......X..."),
            (RIDE, "x.x.x.x.x.x.x.x."),
            (OPEN, "..x...x...x...x."),
        ]),
    ],
    percussion: &[Groove(&[(SHAKER, "xoxoxoxoxoxoxoxo")])],
    fills: &[
        Groove(&[(KICK, "X...X...X......."), (CLAP, "............x.xx")]),
        Groove(&[(KICK, "X...X...X...X..."), (LOW_TOM, "........x..x..x.")]),
    ],
    tune: Tune {
        rhythms: tunes::SPARSE,
        busy: tunes::SIXTEENTHS,
        scale: TuneScale::Mode,
        leap: 2,
        rest: 0.5,
    },
    touch: Touch {
        loose: 0.0,
        late: 0.0,
        spread: 0.04,
        legato: 0.5,
    },
    mix: Mix {
        decay: 2.2,
        damping: 0.5,
        wet: 0.9,
        delay: 0.75,
        echo: 0.4,
        duck: 0.55,
        brightness: 0.5,
        drums: 2.0,
    },
};

const MINIMAL: Style = Style {
    id: "minimal",
    label: "Minimal",
    tempo: (122.0, 128.0),
    band: Band {
        pad: &[],
        melody: &[Bells],
        ..TECHNO.band
    },
    mix: Mix {
        drums: 1.0,
        brightness: 0.4,
        ..TECHNO.mix
    },
    ..TECHNO
};

const ACID: Style = Style {
    id: "acid",
    label: "Acid",
    tempo: (128.0, 138.0),
    bass: Bass::Pattern(&["RrrrR8r.R7rrR.8r", "Rr8rR.r8RrrrR8r7"]),
    mix: Mix {
        brightness: 0.75,
        ..TECHNO.mix
    },
    ..TECHNO
};

const INDUSTRIAL: Style = Style {
    id: "industrial",
    label: "Industrial",
    tempo: (130.0, 145.0),
    modes: &[Mode::Phrygian, Mode::Minor],
    mix: Mix {
        brightness: 0.85,
        drums: 3.0,
        ..TECHNO.mix
    },
    ..TECHNO
};

pub(crate) const STYLES: &[Style] = &[TECHNO, MINIMAL, ACID, INDUSTRIAL];
