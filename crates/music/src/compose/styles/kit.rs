//! General MIDI percussion numbers (MIDI 1.0, "General MIDI Percussion Key Map").

pub(crate) const KICK: u8 = 36;
pub(crate) const RIM: u8 = 37;
pub(crate) const SNARE: u8 = 38;
pub(crate) const CLAP: u8 = 39;
pub(crate) const LOW_TOM: u8 = 41;
pub(crate) const HAT: u8 = 42;
pub(crate) const PEDAL: u8 = 44;
pub(crate) const MID_TOM: u8 = 45;
pub(crate) const OPEN: u8 = 46;
pub(crate) const HIGH_TOM: u8 = 48;
pub(crate) const CRASH: u8 = 49;
pub(crate) const RIDE: u8 = 51;
pub(crate) const TAMBOURINE: u8 = 54;
pub(crate) const COWBELL: u8 = 56;
pub(crate) const HIGH_BONGO: u8 = 60;
pub(crate) const LOW_BONGO: u8 = 61;
pub(crate) const MUTE_CONGA: u8 = 62;
pub(crate) const OPEN_CONGA: u8 = 63;
pub(crate) const LOW_CONGA: u8 = 64;
pub(crate) const TIMBALE: u8 = 65;
pub(crate) const SHAKER: u8 = 70;
pub(crate) const CLAVES: u8 = 75;
pub(crate) const TRIANGLE: u8 = 81;
