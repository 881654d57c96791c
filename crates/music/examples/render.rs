//! Makes a file from a prompt: `cargo run --release -p musicgen-music --example render -- PROMPT
//! SECONDS OUT [SEED] [SOUNDFONT]`. The format follows the file's ending.

use musicgen_music::engine::Unwatched;
use musicgen_music::engines::{BuiltinEngine, produce};
use musicgen_music::request::{Draft, GenerationRequest};
use musicgen_music::sound_font::SoundFont;
use std::path::Path;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [prompt, seconds, out, rest @ ..] = arguments.as_slice() else {
        return Err("usage: render PROMPT SECONDS OUT [SEED] [SOUNDFONT]".into());
    };
    let seed = rest.first().map_or(Ok(1), |seed| seed.parse())?;
    let font = rest
        .get(1)
        .map(|path| SoundFont::load(Path::new(path)))
        .transpose()?;
    let draft = Draft {
        prompt: prompt.clone(),
        duration: Some(seconds.parse()?),
        format: Path::new(out)
            .extension()
            .and_then(|it| it.to_str())
            .map(str::to_owned),
        ..Draft::default()
    };
    let request = GenerationRequest::new(draft).map_err(|errors| format!("{errors:?}"))?;
    let engine = BuiltinEngine::new(font.map(Arc::new));
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    let produced = produce(&engine, &request, seed, &mut file, &mut Unwatched)?;
    println!("{}", serde_json::to_string(&produced.summary)?);
    println!(
        "{:.3} s, {} bytes, {:.2} LUFS, {:.2} dBTP, sha256 {}",
        produced.seconds, produced.bytes, produced.lufs, produced.true_peak_db, produced.sha256
    );
    Ok(())
}
