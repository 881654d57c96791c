//! One-bar rhythms for melodies, by character. Most begin on the beat: the tune is part of the pulse.

pub(crate) const LYRICAL: &[&str] = &[
    "X---x---X-x-x---",
    "X-----x-X---x---",
    "X---x-x-X-------",
    "X-------X---x---",
    "X-x-x---X---x-x-",
    "X---x---X---....",
];

pub(crate) const FLOWING: &[&str] = &[
    "X-x-x-x-X-x-x---",
    "X-x-x-x-X-x-x-x-",
    "X---x-x-X-x-x-x-",
    "X-x-x---X-x-x-x-",
    "X-xxx-x-X-xxx-x-",
];

pub(crate) const SYNCOPATED: &[&str] = &[
    "X--x--x-X--x--x-",
    "X-x--x--X---x-x-",
    "X--x--x-----x-x-",
    "X---x--x--x-x---",
    "X-x-x--x----x---",
    "X--x--x-X-------",
];

pub(crate) const HOOK: &[&str] = &[
    "X-x-x-x---x-x---",
    "X---x-x-x---x---",
    "X-x---x-X-x-....",
    "X--x--x-X---x---",
    "X-x-x---X-------",
];

pub(crate) const SWUNG: &[&str] = &[
    "X-x-x-x-X---..x-",
    "..x-x-x-X-----x-",
    "X---..x-X-x-x---",
    "X-x---x-..x-x-x-",
    "X-----x-x-x-....",
    "X-x-x-x-x-x-X---",
];

pub(crate) const BEBOP: &[&str] = &[
    "X-x-x-x-x-x-x-x-",
    "x-x-x-x-X-x-x-..",
    "..x-x-x-x-x-X---",
    "X-x-x-x-x-x-....",
    "X-xxx-x-x-x-X-..",
];

pub(crate) const RIFF: &[&str] = &[
    "X---x-x---x-x---",
    "X-x-x---X-x-x---",
    "X-x-x-x-X-------",
    "X---X---x-x-x-x-",
    "X-xxx---X-x-....",
];

pub(crate) const SPARSE: &[&str] = &[
    "X-------........",
    "X---------x-----",
    "X-----x---------",
    "X---x-------....",
    "X---------------",
];

pub(crate) const SIXTEENTHS: &[&str] = &[
    "X.xx.x.xX.x.x.x.",
    "X..x..x.X..x..x.",
    "X.x.xx.xX...x.x.",
    "X.xxX.xxX.x.....",
    "XxX...x.X.x.x...",
];

pub(crate) const CLAVE: &[&str] = &[
    "X--x--x-..x-x---",
    "X-x---x-..x-x-x-",
    "..x-x---X--x--x-",
    "X--x--x-X---x-x-",
    "X-----x-x-x-....",
];

pub(crate) const TRIPLE: &[&str] = &[
    "X---x---x---",
    "X-------x---",
    "X---x-x-x---",
    "X-x-x---x---",
    "X-----x-x---",
];

pub(crate) const TRIPLE_BUSY: &[&str] = &["X-x-x-x-x-x-", "X---x-x-x-x-", "X-xxx-x-x-x-"];

pub(crate) const SIX: &[&str] = &[
    "X---x-X---x-",
    "X-----X---x-",
    "X-x-x-X-----",
    "X---x-X-----",
    "X-----X-x-x-",
];

pub(crate) const SIX_BUSY: &[&str] = &["X-x-x-X-x-x-", "X-x-x-X---x-", "X---x-X-x-x-"];
