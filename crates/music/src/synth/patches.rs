//! Which voice, body, level and polyphony each instrument has.

use super::body::Insert::{
    self, Amp, Chorus, Drive, HighPass, HighShelf, LowPass, Peak, Rotor, Tremolo, Vowel, Widen,
};
use super::fm::{FmPatch, FmVoice, Pair};
use super::modal::{ModalVoice, Strike};
use super::pluck::{PluckPatch, PluckVoice};
use super::strikes;
use super::tone::{TonePatch, ToneVoice};
use super::tones;
use super::voice::{Cue, Voice};
use crate::vocabulary::Instrument;

/// How a note of an instrument comes to sound.
#[derive(Debug, Clone, Copy)]
pub(super) enum Recipe {
    Tone(&'static TonePatch),
    Strike(fn(&Cue) -> Strike),
    Pluck(&'static PluckPatch),
    Fm(&'static FmPatch),
}

impl Recipe {
    pub(super) fn voice(self, cue: &Cue) -> Box<dyn Voice> {
        match self {
            Self::Tone(patch) => Box::new(ToneVoice::new(patch, cue)),
            Self::Strike(strike) => Box::new(ModalVoice::new(strike(cue), cue)),
            Self::Pluck(patch) => Box::new(PluckVoice::new(patch, cue)),
            Self::Fm(patch) => Box::new(FmVoice::new(patch, cue)),
        }
    }
}

/// An instrument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    pub(super) recipe: Recipe,
    pub(super) body: &'static [Insert],
    /// Voices at once.
    pub(super) polyphony: usize,
    /// Decibels that bring it level with the others at the same velocity.
    pub(super) trim: f32,
}

const ELECTRIC_PIANO: FmPatch = FmPatch {
    pairs: [
        Pair {
            carrier: 1.0,
            modulator: 1.0,
            depth: 0.24,
            depth_fall: 2.4,
            depth_velocity: 2,
            level: 0.8,
            fall: 7.0,
        },
        // The tine's own ring, three octaves and more above.
        Pair {
            carrier: 1.0,
            modulator: 14.0,
            depth: 0.075,
            depth_fall: 0.5,
            depth_velocity: 2,
            level: 0.3,
            fall: 2.6,
        },
        Pair {
            carrier: 1.002,
            modulator: 2.0,
            depth: 0.07,
            depth_fall: 1.4,
            depth_velocity: 1,
            level: 0.25,
            fall: 5.0,
        },
    ],
    release: 0.3,
    level: 0.36,
};

const ACOUSTIC_GUITAR: PluckPatch = PluckPatch {
    sustain: 4.6,
    sustain_track: 0.55,
    treble: 0.85,
    release: 0.2,
    place: 0.19,
    attack_hertz: 3600.0,
    attack_velocity: 2.6,
    noise: 0.22,
    click: 0.32,
    octave: 0.0,
    beat: 1.6,
    level: 0.55,
};

const ELECTRIC_GUITAR: PluckPatch = PluckPatch {
    sustain: 6.5,
    sustain_track: 0.4,
    treble: 1.0,
    release: 0.14,
    place: 0.26,
    attack_hertz: 2400.0,
    attack_velocity: 2.2,
    noise: 0.1,
    click: 0.16,
    beat: 0.0,
    ..ACOUSTIC_GUITAR
};

const DISTORTED_GUITAR: PluckPatch = PluckPatch {
    sustain: 9.0,
    sustain_track: 0.2,
    treble: 1.3,
    release: 0.07,
    place: 0.16,
    attack_hertz: 3200.0,
    attack_velocity: 1.2,
    noise: 0.15,
    click: 0.3,
    beat: 0.0,
    ..ACOUSTIC_GUITAR
};

const HARPSICHORD: PluckPatch = PluckPatch {
    sustain: 4.2,
    sustain_track: 0.5,
    treble: 1.9,
    release: 0.11,
    place: 0.11,
    attack_hertz: 8200.0,
    attack_velocity: 0.4,
    noise: 0.1,
    click: 0.45,
    octave: 0.4,
    beat: 0.0,
    level: 0.4,
};

const HARP: PluckPatch = PluckPatch {
    sustain: 5.5,
    sustain_track: 0.5,
    treble: 0.55,
    release: 1.6,
    place: 0.42,
    attack_hertz: 2000.0,
    attack_velocity: 2.2,
    noise: 0.05,
    click: 0.08,
    beat: 0.0,
    level: 0.6,
    ..ACOUSTIC_GUITAR
};

const UPRIGHT_BASS: PluckPatch = PluckPatch {
    sustain: 1.7,
    sustain_track: 0.35,
    treble: 0.22,
    release: 0.12,
    place: 0.3,
    attack_hertz: 900.0,
    attack_velocity: 2.0,
    noise: 0.12,
    click: 0.22,
    beat: 0.0,
    level: 0.7,
    ..ACOUSTIC_GUITAR
};

const ELECTRIC_BASS: PluckPatch = PluckPatch {
    sustain: 3.4,
    sustain_track: 0.3,
    treble: 0.5,
    release: 0.09,
    place: 0.22,
    attack_hertz: 1700.0,
    attack_velocity: 2.2,
    noise: 0.08,
    click: 0.14,
    beat: 0.0,
    level: 0.66,
    ..ACOUSTIC_GUITAR
};

const fn tone(patch: &'static TonePatch, trim: f32, body: &'static [Insert]) -> Patch {
    Patch {
        recipe: Recipe::Tone(patch),
        body,
        polyphony: 12,
        trim,
    }
}

const fn pluck(patch: &'static PluckPatch, trim: f32, body: &'static [Insert]) -> Patch {
    Patch {
        recipe: Recipe::Pluck(patch),
        body,
        polyphony: 14,
        trim,
    }
}

const fn strike(recipe: fn(&Cue) -> Strike, trim: f32, body: &'static [Insert]) -> Patch {
    Patch {
        recipe: Recipe::Strike(recipe),
        body,
        polyphony: 24,
        trim,
    }
}

/// The patch of a pitched instrument; `None` for drums and percussion, which have a kit.
// table: instruments
pub(super) fn patch(instrument: Instrument) -> Option<Patch> {
    Some(match instrument {
        Instrument::Piano => strike(strikes::piano, 0.0, &[Widen(0.3)]),
        Instrument::Marimba => strike(strikes::marimba, -1.1, &[]),
        Instrument::Vibraphone => strike(strikes::vibraphone, -4.1, &[Tremolo(4.6, 0.22, false)]),
        Instrument::Bells => strike(strikes::bells, -2.3, &[]),
        Instrument::ElectricPiano => Patch {
            recipe: Recipe::Fm(&ELECTRIC_PIANO),
            body: &[Drive(1.4), Tremolo(4.1, 0.2, true)],
            polyphony: 20,
            trim: -4.8,
        },
        Instrument::AcousticGuitar => pluck(
            &ACOUSTIC_GUITAR,
            0.4,
            &[
                Peak(104.0, 2.2, 4.0),
                Peak(205.0, 2.0, 3.0),
                HighShelf(5500.0, -3.0),
            ],
        ),
        Instrument::ElectricGuitar => pluck(
            &ELECTRIC_GUITAR,
            1.0,
            &[
                LowPass(5200.0),
                Peak(2300.0, 0.9, 3.5),
                Chorus(0.6, 0.9, 0.28),
            ],
        ),
        Instrument::DistortedGuitar => pluck(&DISTORTED_GUITAR, -19.5, &[Amp(14.0), Widen(0.22)]),
        Instrument::Harpsichord => pluck(&HARPSICHORD, 0.2, &[Peak(420.0, 1.0, 2.0)]),
        Instrument::Harp => pluck(&HARP, -2.0, &[Peak(240.0, 1.0, 2.0)]),
        Instrument::UprightBass => pluck(
            &UPRIGHT_BASS,
            -0.2,
            &[Peak(98.0, 1.6, 4.0), Peak(700.0, 1.2, 2.0), LowPass(3600.0)],
        ),
        Instrument::ElectricBass => pluck(
            &ELECTRIC_BASS,
            -1.4,
            &[Peak(82.0, 0.9, 2.5), Peak(900.0, 1.0, 2.0)],
        ),
        Instrument::Organ => tone(&tones::ORGAN, 1.2, &[Drive(1.5), Rotor(5.9)]),
        Instrument::SynthBass => tone(&tones::SYNTH_BASS, -1.7, &[Drive(1.6)]),
        Instrument::SubBass => tone(&tones::SUB_BASS, -1.7, &[]),
        Instrument::Violin => tone(
            &tones::VIOLIN,
            -1.3,
            &[
                Peak(480.0, 2.2, 4.0),
                Peak(1150.0, 2.4, -3.0),
                Peak(2700.0, 1.5, 4.0),
            ],
        ),
        Instrument::Cello => tone(
            &tones::CELLO,
            -4.2,
            &[
                Peak(185.0, 1.8, 3.5),
                Peak(420.0, 1.8, 2.5),
                Peak(1900.0, 1.3, 3.0),
            ],
        ),
        Instrument::Strings => tone(
            &tones::STRINGS,
            -2.4,
            &[
                Peak(420.0, 1.4, 2.0),
                Peak(2400.0, 1.0, 2.5),
                HighPass(90.0),
            ],
        ),
        Instrument::Choir => tone(
            &tones::CHOIR,
            0.8,
            &[Vowel([
                (640.0, 5.0, 1.0),
                (1080.0, 7.0, 0.7),
                (2750.0, 9.0, 0.5),
            ])],
        ),
        Instrument::Flute => tone(&tones::FLUTE, -0.6, &[]),
        Instrument::Clarinet => tone(&tones::CLARINET, -1.8, &[Peak(1500.0, 1.2, 2.5)]),
        Instrument::Saxophone => tone(
            &tones::SAXOPHONE,
            -2.0,
            &[Peak(620.0, 1.4, 4.0), Peak(1650.0, 1.6, 3.5)],
        ),
        Instrument::Trumpet => tone(
            &tones::TRUMPET,
            -1.8,
            &[Peak(1250.0, 1.2, 4.0), Peak(2900.0, 1.5, 2.0)],
        ),
        Instrument::Brass => tone(&tones::BRASS, -2.7, &[Peak(900.0, 1.0, 3.0)]),
        Instrument::SynthLead => tone(&tones::SYNTH_LEAD, -1.3, &[]),
        Instrument::SynthPad => tone(&tones::SYNTH_PAD, 0.6, &[Chorus(0.35, 2.2, 0.4)]),
        Instrument::SynthPluck => tone(&tones::SYNTH_PLUCK, 2.4, &[]),
        Instrument::Drums | Instrument::ElectronicDrums | Instrument::Percussion => return None,
    })
}
