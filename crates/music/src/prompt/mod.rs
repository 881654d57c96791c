//! From words to a musical plan.
//!
//! ```text
//! prompt ──words──► words ──lexicon, parse──► wishes ─┐
//!                                    request fields ──┼─► style, mood, key, tempo, band ──► Plan
//!                                    seed ──dice──────┘
//! ```
//!
//! 1. A field of the request wins over the prompt, the prompt over the style's habit, the habit
//!    over chance.
//! 2. The same request and seed give the same plan.
//! 3. Any text is understood as far as it goes: unknown words do nothing, and no text fails.
//! 4. An asked tempo and key are kept to the letter. Where none is asked, the tempo is chosen such
//!    that whole bars fill the duration.

mod band;
mod feel;
mod key_names;
mod lexicon;
mod parse;
mod plan;
#[cfg(test)]
mod tests;
mod title;
mod words;

pub use plan::{Metre, Plan, Voice};

use crate::compose::dice::Dice;
use crate::compose::form::surplus_ring;
use crate::compose::styles::{self, Style};
use crate::request::{GenerationRequest, MAX_TEMPO, MIN_TEMPO};
use crate::score::Role;
use crate::vocabulary::{Genre, Instrument, Key, Mode, Mood};
use feel::{Feel, genres_of_mood, modes_of, mood_of_genre};
use parse::Wishes;

/// How much of a mood's traits a piece gets whose mood nobody asked for.
const HABIT: f32 = 0.5;

/// Decides what to play.
pub fn plan(request: &GenerationRequest, seed: u64) -> Plan {
    let wishes = parse::parse(request.prompt());
    let temperature = request.temperature() as f32;
    let style = style(request, &wishes, &mut Dice::new(seed, "style"));
    let asked_mood = request.mood().or_else(|| wishes.moods.first().copied());
    let mood = asked_mood.unwrap_or_else(|| mood_of_genre(style.genre));
    let feel = feel(request, &wishes, mood, asked_mood.is_some());
    let metre = wishes.metre.unwrap_or(style.metre);
    let key = key(
        request,
        &wishes,
        style,
        asked_mood,
        &mut Dice::new(seed, "key"),
    );
    let tempo = tempo(
        request,
        &wishes,
        style,
        metre,
        feel.tempo,
        &mut Dice::new(seed, "tempo"),
    );
    let voices = band::gather(
        style,
        request.instruments(),
        &wishes,
        temperature,
        &mut Dice::new(seed, "band"),
    );
    let walking_bass = wishes.walking_bass && voices.iter().any(|voice| voice.role == Role::Bass);
    let swing = match metre {
        Metre::SixEight => 0.5,
        _ => wishes.swing.unwrap_or(style.swing.ratio),
    };
    Plan {
        title: title::make(mood, style, &mut Dice::new(seed, "title")),
        genre: request.genre().unwrap_or(style.genre),
        mood,
        tempo,
        key,
        metre,
        swing,
        voices,
        seconds: request.duration(),
        style,
        form: style.form,
        energy: (energy_of(style) + feel.energy).clamp(0.12, 1.0),
        density: (0.5 + feel.density).clamp(0.05, 1.0),
        brightness: (0.5 + feel.brightness).clamp(0.0, 1.0),
        register: feel.register.round().clamp(-7.0, 7.0) as i8,
        legato: (1.0 + feel.legato).clamp(0.35, 1.4),
        space: (1.0 + feel.space).clamp(0.3, 2.2),
        drift: feel.drift.clamp(-1.0, 1.0),
        leap: feel.leap.round().clamp(-1.0, 2.0) as i32,
        force: (1.0 + feel.force).clamp(0.75, 1.2),
        temperature,
        walking_bass,
    }
}

/// The usual fullness of a style.
fn energy_of(style: &Style) -> f32 {
    match style.genre {
        Genre::Ambient => 0.45,
        Genre::Classical | Genre::Folk | Genre::Lofi => 0.52,
        Genre::Blues | Genre::Jazz | Genre::HipHop => 0.58,
        Genre::Cinematic | Genre::Pop | Genre::Latin => 0.62,
        Genre::Electronic | Genre::Funk | Genre::House | Genre::Techno => 0.66,
        Genre::DrumAndBass | Genre::Rock => 0.7,
    }
}

fn style(request: &GenerationRequest, wishes: &Wishes, dice: &mut Dice) -> &'static Style {
    let named = wishes.style.and_then(styles::by_id);
    match (request.genre(), named) {
        // The prompt may narrow the field's genre, but not leave it.
        (Some(genre), Some(style)) if style.genre == genre => style,
        (Some(genre), _) => styles::of_genre(genre),
        (None, Some(style)) => style,
        (None, None) => styles::of_genre(guess(request, wishes, dice)),
    }
}

/// A genre from the instruments and the mood, when none is named.
fn guess(request: &GenerationRequest, wishes: &Wishes, dice: &mut Dice) -> Genre {
    let named = wishes
        .players
        .iter()
        .filter_map(|wish| wish.players.first());
    let players: Vec<Instrument> = request.instruments().iter().chain(named).copied().collect();
    if wishes.walking_bass {
        return Genre::Jazz;
    }
    if let Some(genre) = players.iter().find_map(|it| genre_of_player(*it)) {
        return genre;
    }
    let mood = request.mood().or_else(|| wishes.moods.first().copied());
    let solo = wishes.only || request.instruments().len() == 1;
    let quiet = !matches!(
        mood,
        Some(Mood::Energetic | Mood::Happy | Mood::Playful | Mood::Bright | Mood::Aggressive)
    );
    if solo && quiet && players.contains(&Instrument::Piano) {
        return Genre::Classical;
    }
    let choices = mood.map_or(
        &[Genre::Pop, Genre::Lofi, Genre::Electronic][..],
        genres_of_mood,
    );
    dice.early(choices, 0.4).copied().unwrap_or(Genre::Pop)
}

/// The genre an instrument alone suggests.
fn genre_of_player(instrument: Instrument) -> Option<Genre> {
    Some(match instrument {
        Instrument::DistortedGuitar => Genre::Rock,
        Instrument::Harpsichord | Instrument::Violin | Instrument::Cello | Instrument::Clarinet => {
            Genre::Classical
        }
        Instrument::Saxophone | Instrument::UprightBass | Instrument::Vibraphone => Genre::Jazz,
        Instrument::AcousticGuitar | Instrument::Flute => Genre::Folk,
        Instrument::Strings | Instrument::Choir | Instrument::Brass => Genre::Cinematic,
        Instrument::SynthLead | Instrument::SynthPluck | Instrument::SynthBass => Genre::Electronic,
        Instrument::SynthPad | Instrument::Harp | Instrument::Bells => Genre::Ambient,
        Instrument::Percussion | Instrument::Marimba => Genre::Latin,
        Instrument::ElectronicDrums | Instrument::SubBass => Genre::HipHop,
        _ => return None,
    })
}

/// The mood, what the prompt adds to it, and the other moods it names.
fn feel(request: &GenerationRequest, wishes: &Wishes, mood: Mood, asked: bool) -> Feel {
    let mut feel = Feel::default();
    feel.blend(Feel::of_mood(mood), if asked { 1.0 } else { HABIT });
    if request.mood().is_none() {
        let others: Vec<Mood> = wishes
            .moods
            .iter()
            .copied()
            .filter(|other| *other != mood)
            .take(3)
            .collect();
        for other in &others {
            feel.blend(Feel::of_mood(*other), 0.5 / others.len() as f32);
        }
    }
    feel.blend(wishes.feel, 1.0);
    feel.energy += 0.07 * f32::from(wishes.pace.clamp(-2, 2));
    feel
}

fn key(
    request: &GenerationRequest,
    wishes: &Wishes,
    style: &Style,
    mood: Option<Mood>,
    dice: &mut Dice,
) -> Key {
    /// Easy to play and to hear; each comes up as often.
    const TONICS: [u8; 9] = [0, 2, 4, 5, 7, 9, 10, 3, 11];
    let tonic = dice.pick(&TONICS).copied().unwrap_or(0);
    let mode = mode(style, mood, request.temperature() as f32, dice);
    if let Some(key) = request.key() {
        return key;
    }
    Key {
        tonic: wishes.tonic.unwrap_or(tonic),
        mode: wishes
            .mode
            .unwrap_or(if wishes.tonic.is_some() && mood.is_none() {
                plain_mode(style)
            } else {
                mode
            }),
    }
}

/// `in D` without more is major, unless the style hardly knows major.
fn plain_mode(style: &Style) -> Mode {
    if style.modes.contains(&Mode::Major) {
        Mode::Major
    } else {
        style.modes.first().copied().unwrap_or(Mode::Major)
    }
}

fn mode(style: &Style, mood: Option<Mood>, temperature: f32, dice: &mut Dice) -> Mode {
    let suited = mood.map_or(&[][..], modes_of);
    let both: Vec<Mode> = suited
        .iter()
        .copied()
        .filter(|mode| style.modes.contains(mode))
        .collect();
    let choices = if !both.is_empty() {
        &both[..]
    } else if suited.is_empty() {
        style.modes
    } else {
        suited
    };
    dice.early(choices, 0.6 * temperature.min(1.5))
        .copied()
        .unwrap_or(Mode::Major)
}

fn tempo(
    request: &GenerationRequest,
    wishes: &Wishes,
    style: &Style,
    metre: Metre,
    lean: f32,
    dice: &mut Dice,
) -> f64 {
    let (low, high) = style.tempo;
    let place = f64::from((0.5 + 0.42 * lean + 0.2 * dice.wobble()).clamp(0.0, 1.0));
    let usual = (low + (high - low) * place) * (1.0 + 0.06 * f64::from(lean));
    let paced = match wishes.pace {
        ..=-2 => usual.min(low) * 0.78,
        -1 => usual.min(low + 0.15 * (high - low)) * 0.9,
        0 => usual,
        1 => usual.max(high - 0.15 * (high - low)) * 1.08,
        2.. => usual.max(high) * 1.2,
    };
    if let Some(asked) = request.tempo().or(wishes.tempo) {
        return asked;
    }
    let fit = |tempo: f64| {
        let bar = f64::from(metre.quarters()) / metre.beat() * 60.0 / tempo;
        surplus_ring(request.duration(), bar).abs()
    };
    let centre = paced.clamp(MIN_TEMPO, MAX_TEMPO).round();
    let reach = (centre * 0.025).round();
    let mut best = centre;
    let mut offset = -reach;
    while offset <= reach {
        let tempo = (centre + offset).clamp(MIN_TEMPO, MAX_TEMPO);
        if fit(tempo) + 0.05 < fit(best) {
            best = tempo;
        }
        offset += 1.0;
    }
    best
}
