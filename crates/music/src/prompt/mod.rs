//! From words to a musical plan.
//!
//! 1. A field of the request wins over the prompt, the prompt over the style's habit, the habit
//!    over chance.
//! 2. The same request and seed give the same plan.
//! 3. Any text is understood as far as it goes: unknown words do nothing, and no text fails.

mod band;
mod character;
mod lexicon;
mod parse;
mod plan;
#[cfg(test)]
mod tests;

pub use plan::{Metre, Plan, Voice};

use crate::compose::dice::Dice;
use crate::compose::form::surplus_ring;
use crate::compose::styles::{self, Style};
use crate::request::GenerationRequest;
use crate::vocabulary::{Key, Mode};
use character::{Character, usual_genre, usual_mood};
use parse::Wishes;

/// Decides what to play.
pub fn plan(request: &GenerationRequest, seed: u64) -> Plan {
    let wishes = parse::parse(request.prompt());
    let temperature = request.temperature() as f32;
    let style = style(request, &wishes);
    let mood = request
        .mood()
        .or(wishes.mood)
        .unwrap_or_else(|| usual_mood(style.genre));
    let character = Character::of(mood);
    let metre = wishes.metre.unwrap_or(style.metre);
    let key = request
        .key()
        .or(wishes.key)
        .unwrap_or_else(|| key(style, &character, wishes.mode, &mut Dice::new(seed, "key")));
    let seconds = request.duration();
    let tempo = request.tempo().or(wishes.tempo).unwrap_or_else(|| {
        let speed = wishes.speed.unwrap_or(character.speed);
        tempo(style, speed, metre, seconds, &mut Dice::new(seed, "tempo"))
    });
    let swing = match wishes.swing {
        Some(true) => style.swing.ratio.max(0.62),
        Some(false) => 0.5,
        None => style.swing.ratio,
    };
    let voices = band::band(
        style,
        request.instruments(),
        &wishes,
        temperature,
        &mut Dice::new(seed, "band"),
    );
    Plan {
        title: format!("{} {} in {key}", mood.label(), style.label),
        genre: style.genre,
        mood,
        tempo,
        key,
        metre,
        swing,
        voices,
        seconds,
        style,
        form: style.form,
        energy: (character.energy + wishes.energy).clamp(0.15, 1.0),
        density: (character.density + wishes.energy).clamp(0.1, 1.0),
        register: character.register,
        brightness: character.brightness,
        legato: character.legato,
        force: character.force,
        leap: character.leap,
        drift: character.drift,
        space: character.space,
        temperature,
        walking_bass: wishes.walking,
    }
}

fn style(request: &GenerationRequest, wishes: &Wishes) -> &'static Style {
    match (request.genre(), wishes.style) {
        (Some(genre), Some(style)) if style.genre == genre => style,
        (Some(genre), _) => styles::of_genre(genre),
        (None, Some(style)) => style,
        (None, None) => {
            let mood = request.mood().or(wishes.mood);
            let played_alone = wishes.only && !wishes.players.is_empty();
            match mood.map(usual_genre) {
                Some(genre) if !played_alone => styles::of_genre(genre),
                _ if played_alone => styles::of_genre(crate::vocabulary::Genre::Classical),
                _ => styles::of_genre(crate::vocabulary::Genre::Pop),
            }
        }
    }
}

/// Keys that many instruments like to play in.
const TONICS: [u8; 8] = [0, 7, 2, 9, 5, 4, 10, 3];

fn key(style: &Style, character: &Character, mode: Option<Mode>, dice: &mut Dice) -> Key {
    let tonic = dice.pick(&TONICS).copied().unwrap_or_default();
    let usual = || {
        character
            .modes
            .iter()
            .find(|mode| style.modes.contains(mode))
            .copied()
    };
    let best = || character.modes.first().copied().unwrap_or(Mode::Major);
    Key {
        tonic,
        mode: mode.or_else(usual).unwrap_or_else(best),
    }
}

/// Within what the style allows, or a little beyond where the words ask for it; then moved by a few
/// beats to where the last chord rings neither too short nor too long.
fn tempo(style: &Style, speed: f64, metre: Metre, seconds: f64, dice: &mut Dice) -> f64 {
    let (slowest, fastest) = style.tempo;
    let middle = f64::midpoint(slowest, fastest);
    let reach = (fastest - slowest) * 0.5;
    let aim = middle + reach * (speed * 1.15 + 0.2 * f64::from(dice.wobble()));
    let bar = |tempo: f64| f64::from(metre.quarters()) * 60.0 / (tempo * metre.beat());
    let cost = |tempo: f64| surplus_ring(seconds, bar(tempo)).abs() + (tempo - aim).abs() * 0.08;
    let near = (-4..=4).map(|step| (aim.round() + f64::from(step)).clamp(40.0, 240.0));
    near.min_by(|one, other| cost(*one).total_cmp(&cost(*other)))
        .unwrap_or(aim)
}
