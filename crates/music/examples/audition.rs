//! Plays every instrument alone, for the ear and for setting levels: `cargo run --release -p
//! musicgen-music --example audition -- FOLDER [SOUNDFONT]` writes one WAV each and prints its
//! loudness before mastering.

use musicgen_music::audio::{master, measure};
use musicgen_music::engine::Unwatched;
use musicgen_music::formats::{Tags, encode};
use musicgen_music::score::{Note, Part, Role, Score, Space};
use musicgen_music::sound_font::SoundFont;
use musicgen_music::synth::render;
use musicgen_music::vocabulary::{Format, Instrument};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments
        .first()
        .ok_or("usage: audition FOLDER [SOUNDFONT]")?;
    let font = arguments
        .get(1)
        .map(|path| SoundFont::load(Path::new(path)))
        .transpose()?;
    for instrument in Instrument::ALL {
        let score = score(*instrument);
        let mut audio = render(&score, 44_100, font.as_ref(), &mut Unwatched)?;
        let raw = measure(&audio, &mut Unwatched)?;
        println!(
            "{:18} {:7.2} LUFS {:7.2} dBTP",
            instrument.id(),
            raw.lufs,
            raw.true_peak_db
        );
        master(&mut audio, 0.0, &mut Unwatched)?;
        let path = Path::new(folder).join(format!("{}.wav", instrument.id()));
        let tags = Tags {
            title: instrument.label().to_owned(),
            genre: String::new(),
            mood: String::new(),
            key: "C major".to_owned(),
            tempo: score.tempo,
            prompt_hash: String::new(),
            seed: 0,
            engine: "audition".to_owned(),
            engine_version: String::new(),
        };
        let mut file = std::fs::File::create(path)?;
        encode(&audio, Format::Wav, &tags, &mut file, &mut Unwatched)?;
    }
    Ok(())
}

/// A scale, then a chord; for percussion a groove, then every other sound of the kit.
fn score(instrument: Instrument) -> Score {
    let mut notes = Vec::new();
    let mut play = |start: f64, length: f64, pitch: u8, velocity: f32| {
        notes.push(Note {
            start,
            length,
            pitch,
            velocity,
        });
    };
    let role = if instrument.is_percussion() {
        for eighth in 0..16_u8 {
            let start = f64::from(eighth) * 0.25;
            play(start, 0.1, 42, if eighth % 2 == 0 { 0.7 } else { 0.5 });
            match eighth % 8 {
                0 | 5 => play(start, 0.1, 36, 0.8),
                2 | 6 => play(start, 0.1, 38, 0.75),
                _ => {}
            }
        }
        for pitch in 35..=81_u8 {
            play(4.0 + f64::from(pitch - 35) * 0.4, 0.2, pitch, 0.7);
        }
        Role::Drums
    } else {
        let base: u8 = if instrument.is_bass() { 28 } else { 60 };
        for (index, step) in [0_u8, 2, 4, 5, 7, 9, 11, 12].into_iter().enumerate() {
            let velocity = 0.35 + 0.07 * index as f32;
            play(index as f64 * 0.5, 0.45, base + step, velocity);
        }
        for step in [0_u8, 4, 7] {
            play(4.0, 2.5, base + step, 0.7);
        }
        if instrument.is_bass() {
            Role::Bass
        } else {
            Role::Chords
        }
    };
    notes.sort_by(|a, b| a.start.total_cmp(&b.start));
    Score {
        tonic: None,
        tempo: 120.0,
        beats_per_bar: 4,
        seconds: if instrument.is_percussion() {
            24.0
        } else {
            8.0
        },
        sections: Vec::new(),
        parts: vec![Part {
            instrument,
            role,
            pan: 0.0,
            gain_db: 0.0,
            reverb_send: 0.0,
            delay_send: 0.0,
            duck: 0.0,
            brightness: 0.5,
            notes,
        }],
        space: Space {
            decay: 1.5,
            damping: 0.4,
            delay_beats: 0.75,
            delay_feedback: 0.3,
        },
    }
}
