//! Who plays what.
//!
//! 1. Instruments of the request are the whole band. Those of a prompt join the style's band and take
//!    the place of whoever had their role, unless the prompt says `only` or `solo`.
//! 2. Unwanted players and roles are left out last; somebody always remains.

use super::Voice;
use super::parse::Wishes;
use crate::compose::dice::Dice;
use crate::compose::styles::Style;
use crate::score::Role;
use crate::vocabulary::Instrument;

/// In mixing order.
const ORDER: [Role; 6] = [
    Role::Drums,
    Role::Bass,
    Role::Chords,
    Role::Pad,
    Role::Figure,
    Role::Melody,
];

pub(super) fn band(
    style: &Style,
    asked: &[Instrument],
    wishes: &Wishes,
    temperature: f32,
    dice: &mut Dice,
) -> Vec<Voice> {
    let mut voices = if !asked.is_empty() {
        exactly(asked)
    } else if wishes.only && !wishes.players.is_empty() {
        exactly(&wishes.players)
    } else {
        joined(style, wishes, temperature, dice)
    };
    if wishes.walking && asked.is_empty() && !voices.iter().any(|voice| voice.role == Role::Bass) {
        voices.push(Voice {
            instrument: Instrument::UprightBass,
            role: Role::Bass,
        });
    }
    let unwanted = |voice: &Voice| {
        wishes.unwanted.contains(&voice.instrument) || wishes.unwanted_groups.contains(&voice.role)
    };
    // What a field names wins over what the prompt doesn't want.
    if asked.is_empty() {
        voices.retain(|voice| !unwanted(voice));
    }
    if voices.is_empty() {
        voices = exactly(&[Instrument::Piano]);
        voices.retain(|voice| !unwanted(voice));
    }
    if voices.is_empty() {
        voices.push(Voice {
            instrument: Instrument::SynthPad,
            role: Role::Pad,
        });
    }
    voices.sort_by_key(|voice| ORDER.iter().position(|role| *role == voice.role));
    voices
}

/// These players and nobody else, each with something to do.
fn exactly(players: &[Instrument]) -> Vec<Voice> {
    let pitched: Vec<Instrument> = players
        .iter()
        .copied()
        .filter(|player| !player.is_percussion())
        .collect();
    if let [alone] = pitched.as_slice()
        && !alone.is_bass()
    {
        let mut voices = hands(*alone);
        voices.extend(drummers(players));
        return voices;
    }
    let mut voices: Vec<Voice> = drummers(players).collect();
    for player in pitched {
        let taken = |role: Role| voices.iter().any(|voice: &Voice| voice.role == role);
        let preferred = roles(player);
        let role = preferred.iter().copied().find(|role| !taken(*role));
        let role = role.or(preferred.last().copied()).unwrap_or(Role::Figure);
        voices.push(Voice {
            instrument: player,
            role,
        });
    }
    // A band without a leading voice: its most agile player leads.
    if !voices
        .iter()
        .any(|voice| matches!(voice.role, Role::Melody | Role::Figure))
        && let Some(leader) = voices
            .iter()
            .find(|voice| matches!(voice.role, Role::Chords | Role::Pad))
    {
        voices.push(Voice {
            instrument: leader.instrument,
            role: Role::Melody,
        });
    }
    voices
}

fn drummers(players: &[Instrument]) -> impl Iterator<Item = Voice> {
    let drummers = players
        .iter()
        .copied()
        .filter(|player| player.is_percussion());
    drummers.map(|instrument| Voice {
        instrument,
        role: Role::Drums,
    })
}

/// What one player alone does.
fn hands(player: Instrument) -> Vec<Voice> {
    let voice = |role| Voice {
        instrument: player,
        role,
    };
    match player {
        Instrument::Piano | Instrument::ElectricPiano | Instrument::Organ => {
            vec![voice(Role::Bass), voice(Role::Chords), voice(Role::Melody)]
        }
        Instrument::Strings | Instrument::Choir | Instrument::SynthPad => {
            vec![voice(Role::Pad), voice(Role::Melody)]
        }
        _ if is_chordal(player) => vec![voice(Role::Chords), voice(Role::Melody)],
        _ => vec![voice(Role::Melody)],
    }
}

fn is_chordal(player: Instrument) -> bool {
    roles(player).first() == Some(&Role::Chords)
}

/// What a player is best at, in order.
fn roles(player: Instrument) -> &'static [Role] {
    match player {
        Instrument::Drums | Instrument::ElectronicDrums | Instrument::Percussion => &[Role::Drums],
        Instrument::UprightBass
        | Instrument::ElectricBass
        | Instrument::SynthBass
        | Instrument::SubBass => &[Role::Bass],
        Instrument::Piano
        | Instrument::ElectricPiano
        | Instrument::Organ
        | Instrument::Harpsichord
        | Instrument::AcousticGuitar
        | Instrument::ElectricGuitar
        | Instrument::DistortedGuitar => &[Role::Chords, Role::Melody, Role::Figure],
        Instrument::Harp | Instrument::Marimba => &[Role::Chords, Role::Figure, Role::Melody],
        Instrument::Brass => &[Role::Chords, Role::Melody, Role::Figure],
        Instrument::Strings | Instrument::Choir | Instrument::SynthPad => {
            &[Role::Pad, Role::Chords, Role::Melody]
        }
        Instrument::Violin
        | Instrument::Cello
        | Instrument::Flute
        | Instrument::Clarinet
        | Instrument::Saxophone
        | Instrument::Trumpet
        | Instrument::SynthLead => &[Role::Melody, Role::Figure],
        Instrument::Vibraphone => &[Role::Melody, Role::Chords, Role::Figure],
        Instrument::Bells | Instrument::SynthPluck => &[Role::Figure, Role::Melody],
    }
}

/// The style's band with the players that the prompt names.
fn joined(style: &Style, wishes: &Wishes, temperature: f32, dice: &mut Dice) -> Vec<Voice> {
    let band = &style.band;
    let candidates = |role| match role {
        Role::Drums => band.drums,
        Role::Bass => band.bass,
        Role::Chords => band.chords,
        Role::Pad => band.pad,
        Role::Melody => band.melody,
        Role::Figure => band.figure,
    };
    let mut voices: Vec<Voice> = Vec::new();
    for role in ORDER {
        // Drawn for every role, so that naming one player does not change the others.
        let usual = dice.early(candidates(role), 0.6 * temperature).copied();
        voices.extend(usual.map(|instrument| Voice { instrument, role }));
    }
    if band.percussion {
        voices.push(Voice {
            instrument: Instrument::Percussion,
            role: Role::Drums,
        });
    }
    let mut given: Vec<Role> = Vec::new();
    for player in &wishes.players {
        let free = |role: &&Role| !given.contains(role);
        let of_style = roles(*player)
            .iter()
            .filter(|role| candidates(**role).contains(player))
            .find(free);
        let role = of_style
            .or_else(|| roles(*player).iter().find(free))
            .copied();
        let role = role
            .or_else(|| roles(*player).last().copied())
            .unwrap_or(Role::Figure);
        let joins = *player == Instrument::Percussion || given.contains(&role);
        if !joins {
            voices.retain(|voice| voice.role != role || voice.instrument == Instrument::Percussion);
        }
        if !voices.contains(&Voice {
            instrument: *player,
            role,
        }) {
            voices.push(Voice {
                instrument: *player,
                role,
            });
        }
        given.push(role);
    }
    add_groups(&mut voices, &wishes.groups);
    voices
}

/// Roles that the prompt names without saying who plays them.
fn add_groups(voices: &mut Vec<Voice>, groups: &[Role]) {
    for role in groups {
        if !voices.iter().any(|voice| voice.role == *role) {
            let instrument = match role {
                Role::Drums => Instrument::Drums,
                Role::Bass => Instrument::ElectricBass,
                Role::Melody => Instrument::Flute,
                _ => Instrument::Piano,
            };
            voices.push(Voice {
                instrument,
                role: *role,
            });
        }
    }
}
