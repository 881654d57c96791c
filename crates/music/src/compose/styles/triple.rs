//! Patterns for bars of three quarters (3/4) and of two dotted quarters (6/8).
//!
//! Styles are written in 4/4; asked for another metre they borrow these, in a soft and a driving set.

use super::kit::{HAT, KICK, PEDAL, RIDE, RIM, SHAKER, SNARE, TAMBOURINE, TRIANGLE};
use super::{Groove, tunes};
use crate::prompt::Metre;

/// The patterns of one metre.
#[derive(Debug)]
pub(crate) struct Bars {
    pub(crate) comp: &'static [&'static str],
    pub(crate) figure: &'static [&'static str],
    pub(crate) bass: &'static [&'static str],
    pub(crate) grooves: &'static [Groove],
    pub(crate) percussion: &'static [Groove],
    pub(crate) fills: &'static [Groove],
    pub(crate) rhythms: &'static [&'static str],
    pub(crate) busy: &'static [&'static str],
}

const WALTZ: Bars = Bars {
    comp: &[
        "X-----------",
        "L---x---x---",
        "L---U---U---",
        "L---U-U-U-U-",
    ],
    figure: &["1---3---2---", "1-2-3-4-3-2-", "1-3-2-3-4-3-"],
    bass: &[
        "R-----------",
        "R-------5---",
        "R---r---5---",
        "R---5---a---",
    ],
    grooves: &[
        Groove(&[(KICK, "X..........."), (HAT, "o...o...o...")]),
        Groove(&[
            (KICK, "X..........."),
            (RIM, "....x...x..."),
            (RIDE, "x...x...x.o."),
        ]),
        Groove(&[
            (KICK, "X.......o..."),
            (SNARE, "....X...x..."),
            (HAT, "x.o.x.o.x.o."),
        ]),
    ],
    percussion: &[
        Groove(&[(TRIANGLE, "x..........."), (SHAKER, "o.g.o.g.o.g.")]),
        Groove(&[(TAMBOURINE, "X...x...x..."), (SHAKER, "x.o.x.o.x.o.")]),
    ],
    fills: &[
        Groove(&[(SNARE, "....xgxgXgXg"), (KICK, "X.......x...")]),
        Groove(&[
            (48, "....x.x....."),
            (45, "........x.x."),
            (KICK, "X.......x..."),
        ]),
    ],
    rhythms: tunes::TRIPLE,
    busy: tunes::TRIPLE_BUSY,
};

const SIX_EIGHT: Bars = Bars {
    comp: &[
        "X-----x-----",
        "L-U-U-L-U-U-",
        "X---x-X---x-",
        "X-x-x-X-x-x-",
    ],
    figure: &["1-----3-----", "1-2-3-4-3-2-", "1-3-5-4-3-2-"],
    bass: &[
        "R-----------",
        "R-----5-----",
        "R---r-5---5-",
        "R---r-5---a-",
    ],
    grooves: &[
        Groove(&[
            (KICK, "X..........."),
            (HAT, "x.o.o.x.o.o."),
            (RIM, "......x....."),
        ]),
        Groove(&[
            (KICK, "X....o......"),
            (SNARE, "......X....."),
            (HAT, "X.o.o.X.o.o."),
        ]),
        Groove(&[
            (KICK, "X...x......."),
            (SNARE, "......X...g."),
            (RIDE, "X.x.x.X.x.x."),
        ]),
    ],
    percussion: &[
        Groove(&[(SHAKER, "x.g.g.x.g.g.")]),
        Groove(&[(TAMBOURINE, "x.....X....."), (SHAKER, "x.o.o.x.o.o.")]),
    ],
    fills: &[
        Groove(&[(SNARE, "......XgxgXX"), (KICK, "X.....x.....")]),
        Groove(&[
            (48, "......x.x..."),
            (45, "..........x."),
            (PEDAL, "X.....x....."),
            (KICK, "X.....x....."),
        ]),
    ],
    rhythms: tunes::SIX,
    busy: tunes::SIX_BUSY,
};

/// The patterns of a metre that is not 4/4.
pub(crate) fn bars(metre: Metre) -> Option<&'static Bars> {
    match metre {
        Metre::FourFour => None,
        Metre::ThreeFour => Some(&WALTZ),
        Metre::SixEight => Some(&SIX_EIGHT),
    }
}
