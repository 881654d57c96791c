//! Who plays what.
//!
//! 1. Instruments of the request's field are the whole band; those of the prompt join the style's,
//!    unless the prompt says `only`.
//! 2. Each takes the part that suits it and is still free; nobody plays what was refused.
//! 3. A band without a tune, chords or a bass gets them from a keyboard or guitar that is there: two
//!    hands play more than one part.
//! 4. The order is the mixing order: drums, bass, chords, pad, figure, melody.

use super::parse::{Wish, Wishes};
use super::plan::Voice;
use crate::compose::dice::Dice;
use crate::compose::ranges::is_polyphonic;
use crate::compose::styles::Style;
use crate::score::Role;
use crate::vocabulary::Instrument;

/// Most voices at once; more only cover each other.
const MOST: usize = 10;

const ORDER: [Role; 6] = [
    Role::Drums,
    Role::Bass,
    Role::Chords,
    Role::Pad,
    Role::Figure,
    Role::Melody,
];

/// The parts that suit an instrument, best first.
fn suits(instrument: Instrument) -> &'static [Role] {
    match instrument {
        it if it.is_percussion() => &[Role::Drums],
        it if it.is_bass() => &[Role::Bass],
        Instrument::Piano
        | Instrument::ElectricPiano
        | Instrument::Organ
        | Instrument::Harpsichord
        | Instrument::AcousticGuitar
        | Instrument::ElectricGuitar
        | Instrument::DistortedGuitar => &[Role::Chords, Role::Melody, Role::Figure],
        Instrument::Harp | Instrument::SynthPluck => &[Role::Figure, Role::Chords, Role::Melody],
        Instrument::Strings | Instrument::Choir | Instrument::SynthPad => {
            &[Role::Pad, Role::Chords, Role::Melody]
        }
        Instrument::Brass => &[Role::Figure, Role::Melody, Role::Chords],
        Instrument::Marimba | Instrument::Vibraphone | Instrument::Bells => {
            &[Role::Melody, Role::Figure, Role::Chords]
        }
        Instrument::Cello => &[Role::Melody, Role::Figure, Role::Bass],
        _ => &[Role::Melody, Role::Figure],
    }
}

/// Whether two hands on it can play a bass line.
fn has_low_hand(instrument: Instrument) -> bool {
    matches!(
        instrument,
        Instrument::Piano
            | Instrument::ElectricPiano
            | Instrument::Organ
            | Instrument::Harpsichord
            | Instrument::Harp
            | Instrument::AcousticGuitar
            | Instrument::ElectricGuitar
            | Instrument::DistortedGuitar
            | Instrument::Cello
            | Instrument::Strings
            | Instrument::Marimba
            | Instrument::SynthPad
            | Instrument::SynthPluck
    )
}

/// Puts the band together.
pub(super) fn gather(
    style: &Style,
    field: &[Instrument],
    wishes: &Wishes,
    temperature: f32,
    dice: &mut Dice,
) -> Vec<Voice> {
    let mut band = Assembly {
        voices: Vec::new(),
        wishes,
    };
    let closed = !field.is_empty() || wishes.only;
    if field.is_empty() {
        for wish in &wishes.players {
            if let Some(player) = choose(wish, style, wishes) {
                band.join(player, wish.role);
            }
        }
    } else {
        for player in field {
            let role = wishes
                .players
                .iter()
                .find(|wish| wish.players.contains(player))
                .and_then(|wish| wish.role);
            band.join(*player, role);
        }
    }
    if !closed || band.voices.is_empty() {
        band.fill(style, temperature, dice);
    }
    if band.voices.is_empty() {
        // Everything was refused; a piece of silence helps nobody.
        band.voices.push(Voice {
            instrument: Instrument::Piano,
            role: Role::Chords,
        });
    }
    band.complete(closed);
    let mut voices = band.voices;
    voices.sort_by_key(|voice| ORDER.iter().position(|role| *role == voice.role));
    voices.truncate(MOST);
    voices
}

/// Whom a word means in this style.
fn choose(wish: &Wish, style: &Style, wishes: &Wishes) -> Option<Instrument> {
    let band = style.band;
    let usual = [
        band.drums,
        band.bass,
        band.chords,
        band.pad,
        band.melody,
        band.figure,
    ];
    let allowed = || wish.players.iter().filter(|it| !wishes.banned.contains(it));
    // `drums`, `bass`, `guitar`, `synth` mean the style's own; a definite name means itself.
    let broad = matches!(
        wish.players.first(),
        Some(Instrument::Drums | Instrument::ElectricBass | Instrument::ElectricGuitar)
    ) || wish.players.len() > 3;
    let local = allowed().find(|it| usual.iter().any(|role| role.first() == Some(it)));
    local
        .filter(|_| broad)
        .or_else(|| allowed().next())
        .copied()
}

struct Assembly<'a> {
    voices: Vec<Voice>,
    wishes: &'a Wishes,
}

impl Assembly<'_> {
    fn has(&self, role: Role) -> bool {
        self.voices.iter().any(|voice| voice.role == role)
    }

    fn refuses(&self, role: Role) -> bool {
        self.wishes.banned_roles.contains(&role)
    }

    fn join(&mut self, instrument: Instrument, asked: Option<Role>) {
        if self
            .voices
            .iter()
            .any(|voice| voice.instrument == instrument)
        {
            return;
        }
        let suits = suits(instrument);
        let free = suits
            .iter()
            .copied()
            .find(|role| !self.has(*role) && !self.refuses(*role));
        let asked = asked.filter(|role| !self.refuses(*role) && !self.has(*role));
        let spare = suits.iter().copied().find(|role| !self.refuses(*role));
        let second = suits
            .iter()
            .copied()
            .find(|role| matches!(role, Role::Figure | Role::Drums));
        if let Some(role) = asked.or(free).or(second).or(spare) {
            self.voices.push(Voice { instrument, role });
        }
    }

    /// The style's players for the parts that nobody has.
    fn fill(&mut self, style: &Style, temperature: f32, dice: &mut Dice) {
        let band = style.band;
        let spread = 0.7 * temperature.min(1.4);
        let tables = [
            (Role::Drums, band.drums),
            (Role::Bass, band.bass),
            (Role::Chords, band.chords),
            (Role::Pad, band.pad),
            (Role::Melody, band.melody),
            (Role::Figure, band.figure),
        ];
        for (role, table) in tables {
            let allowed: Vec<Instrument> = table
                .iter()
                .copied()
                .filter(|it| !self.wishes.banned.contains(it))
                .collect();
            let chosen = dice.early(&allowed, spread).copied();
            if self.has(role) || self.refuses(role) {
                continue;
            }
            // A second figure or pad beside a named player of the same instrument adds nothing.
            if let Some(instrument) = chosen
                && (matches!(role, Role::Chords | Role::Bass | Role::Melody | Role::Drums)
                    || !self
                        .voices
                        .iter()
                        .any(|voice| voice.instrument == instrument))
            {
                self.voices.push(Voice { instrument, role });
            }
        }
        let percussion = Voice {
            instrument: Instrument::Percussion,
            role: Role::Drums,
        };
        if band.percussion
            && !self.wishes.banned.contains(&Instrument::Percussion)
            && !self.voices.contains(&percussion)
        {
            self.voices.push(percussion);
        }
    }

    /// Gives the missing parts to hands that are free.
    fn complete(&mut self, closed: bool) {
        let hands: Vec<Instrument> = self
            .voices
            .iter()
            .map(|voice| voice.instrument)
            .filter(|it| is_polyphonic(*it) && !it.is_percussion())
            .collect();
        let Some(main) = hands
            .iter()
            .copied()
            .find(|it| has_low_hand(*it))
            .or(hands.first().copied())
        else {
            self.lone_bass();
            return;
        };
        if !self.has(Role::Melody) && !self.refuses(Role::Melody) {
            let singer = hands.last().copied().unwrap_or(main);
            self.voices.push(Voice {
                instrument: singer,
                role: Role::Melody,
            });
        }
        if !self.has(Role::Chords)
            && !self.refuses(Role::Chords)
            && (closed || !self.has(Role::Pad))
        {
            self.voices.push(Voice {
                instrument: main,
                role: Role::Chords,
            });
        }
        if closed && !self.has(Role::Bass) && !self.refuses(Role::Bass) {
            let low = self
                .voices
                .iter()
                .map(|voice| voice.instrument)
                .find(|it| has_low_hand(*it));
            if let Some(instrument) = low {
                self.voices.push(Voice {
                    instrument,
                    role: Role::Bass,
                });
            }
        }
    }

    /// Among single-line players the lowest of several takes the bass.
    fn lone_bass(&mut self) {
        let singers = self
            .voices
            .iter()
            .filter(|voice| !voice.instrument.is_percussion())
            .count();
        if singers < 2 || self.has(Role::Bass) || self.refuses(Role::Bass) {
            return;
        }
        if let Some(cello) = self
            .voices
            .iter_mut()
            .find(|voice| voice.instrument == Instrument::Cello)
        {
            let led = cello.role == Role::Melody;
            cello.role = Role::Bass;
            if led
                && let Some(other) = self
                    .voices
                    .iter_mut()
                    .find(|voice| voice.role == Role::Figure)
            {
                other.role = Role::Melody;
            }
        }
    }
}
