use super::progress::{progress_bar, show};
use super::{CliError, CliResult};
use clap::Args;
use indicatif::ProgressBar;
use musicgen_music::engine::{Control, Flow};
use musicgen_music::engines::{BuiltinEngine, ProduceError, Produced, produce};
use musicgen_music::request::{Draft, GenerationRequest, MAX_SEED};
use musicgen_music::sound_font::SoundFont;
use musicgen_music::vocabulary::{Format, Genre, Instrument, Mood};
use musicgen_security::random::{Random, SystemRandom};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const EXAMPLES: &str = "Examples:\n  \
    musicgen generate \"upbeat jazz piano with walking bass\" -o jazz.wav\n  \
    musicgen generate \"120 bpm drum and bass, no melody\" -o dnb.flac --duration 60 --seed 7\n  \
    musicgen generate \"waltz for strings in D major\" -o - | aplay";

#[derive(Debug, Args)]
#[command(
    about = "Make music without a server",
    long_about = "Makes a piece and writes it to a file, without server, account or network. The options win \
        over what the prompt says; the same prompt, options and seed give the same file.",
    after_help = EXAMPLES,
    after_long_help = after_long_help(),
    allow_negative_numbers = true
)]
pub(super) struct GenerateArgs {
    /// What the music should be like, in words
    prompt: String,
    /// Where to write; `-` is standard output. The ending (.wav, .flac, .ogg) chooses the format
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Seconds, 1 to 600
    #[arg(long)]
    duration: Option<f64>,
    /// The same request and seed give the same file
    #[arg(long)]
    seed: Option<u64>,
    /// For instance jazz; wins over the prompt
    #[arg(long)]
    genre: Option<String>,
    /// For instance sad; wins over the prompt
    #[arg(long)]
    mood: Option<String>,
    /// For instance piano; may be given up to 8 times
    #[arg(long = "instrument", value_name = "INSTRUMENT")]
    instruments: Vec<String>,
    /// Beats per minute, 40 to 240
    #[arg(long)]
    tempo: Option<f64>,
    /// For instance "C minor"
    #[arg(long)]
    key: Option<String>,
    /// How adventurous, 0.1 to 2.0
    #[arg(long)]
    temperature: Option<f64>,
    /// wav, flac or ogg; without it the file's ending, and wav where there is none
    #[arg(long)]
    format: Option<String>,
    /// 32000, 44100 or 48000 Hz
    #[arg(long)]
    sample_rate: Option<u64>,
    /// Play with the instruments of a SoundFont 2 file
    #[arg(long, value_name = "FILE")]
    sound_font: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &GenerateArgs) -> CliResult {
    let request = request(args)?;
    let seed = request.seed().unwrap_or_else(random_seed);
    let sound_font = match &args.sound_font {
        None => None,
        Some(path) => Some(Arc::new(
            SoundFont::load(path).map_err(CliError::io("the SoundFont"))?,
        )),
    };
    let engine = BuiltinEngine::new(sound_font);
    let to_stdout = is_stdout(&args.output);
    if to_stdout && std::io::stdout().is_terminal() {
        let text = "standard output is a terminal; name a file, or send it on to a program";
        return Err(CliError::Usage(text.to_owned()));
    }
    let mut watch = Watch {
        bar: progress_bar(),
        stop: stop_flag(),
    };
    let made = if to_stdout {
        let mut out = std::io::stdout().lock();
        produce(&engine, &request, seed, &mut out, &mut watch)
    } else {
        let mut draft = DraftFile::create(&args.output, args.force)?;
        let made = produce(&engine, &request, seed, &mut draft.file, &mut watch);
        if made.is_ok() {
            draft.publish()?;
        }
        made
    };
    watch.bar.finish_and_clear();
    match made {
        Ok(made) => say(&made, seed, &args.output),
        Err(ProduceError::Cancelled) if to_stdout => return Err(CliError::failed("stopped")),
        Err(ProduceError::Cancelled) => {
            return Err(CliError::failed("stopped; nothing was written"));
        }
        Err(error) => return Err(CliError::failed(error.to_string())),
    }
    Ok(ExitCode::SUCCESS)
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// The request, or everything that is wrong with it, option by option.
fn request(args: &GenerateArgs) -> Result<GenerationRequest, CliError> {
    let (format, wrong_ending) = match format(args) {
        Ok(format) => (format, None),
        Err(what) => (None, Some(format!("\n  --output: {what}"))),
    };
    let draft = Draft {
        prompt: args.prompt.clone(),
        duration: args.duration,
        model: None,
        seed: args.seed,
        genre: args.genre.clone(),
        mood: args.mood.clone(),
        instruments: (!args.instruments.is_empty()).then(|| args.instruments.clone()),
        tempo: args.tempo,
        key: args.key.clone(),
        temperature: args.temperature,
        top_k: None,
        top_p: None,
        guidance_scale: None,
        format,
        sample_rate: args.sample_rate,
    };
    let checked = GenerationRequest::new(draft);
    let errors = checked
        .as_ref()
        .err()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let lines = errors
        .iter()
        .map(|error| format!("\n  {}: {}", option(&error.pointer), error.detail));
    let lines: String = wrong_ending.into_iter().chain(lines).collect();
    match checked {
        Ok(request) if lines.is_empty() => Ok(request),
        _ => Err(CliError::Usage(format!("this can't be made:{lines}"))),
    }
}

/// The option behind a field: `/instruments/2` is one of the `--instrument`s.
fn option(pointer: &str) -> String {
    match pointer.trim_start_matches('/').split('/').next() {
        Some("prompt") => "PROMPT".to_owned(),
        Some("instruments") => "--instrument".to_owned(),
        field => format!("--{}", field.unwrap_or_default().replace('_', "-")),
    }
}

/// The format asked for, else that of the file's ending, else none.
fn format(args: &GenerateArgs) -> Result<Option<String>, String> {
    if args.format.is_some() || is_stdout(&args.output) {
        return Ok(args.format.clone());
    }
    let Some(ending) = args
        .output
        .extension()
        .map(|ending| ending.to_string_lossy())
    else {
        return Ok(None);
    };
    match Format::from_id(&ending.to_ascii_lowercase()) {
        Some(format) => Ok(Some(format.id().to_owned())),
        None => Err(format!(
            "the ending .{ending} is none of .wav, .flac, .ogg; use one of them, or --format"
        )),
    }
}

fn after_long_help() -> String {
    let ids = |words: Vec<&str>| words.join(", ");
    format!(
        "{EXAMPLES}\n\nGenres: {}\n\nMoods: {}\n\nInstruments: {}\n\n\
         Keys: a tonic and major, minor, dorian, phrygian, lydian or mixolydian, as in \"F# dorian\"",
        ids(Genre::ALL.iter().map(|genre| genre.id()).collect()),
        ids(Mood::ALL.iter().map(|mood| mood.id()).collect()),
        ids(Instrument::ALL
            .iter()
            .map(|instrument| instrument.id())
            .collect()),
    )
}

fn random_seed() -> u64 {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    u64::from_be_bytes(bytes) & MAX_SEED
}

/// Set by Ctrl-C.
fn stop_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = flag.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        // Without a runtime Ctrl-C ends the process as it always does.
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            seen.store(true, Ordering::SeqCst);
        }
    });
    flag
}

struct Watch {
    bar: ProgressBar,
    stop: Arc<AtomicBool>,
}

impl Control for Watch {
    fn step(&mut self, stage: &'static str, done: f32) -> Flow {
        show(&self.bar, stage, f64::from(done));
        if self.stop.load(Ordering::SeqCst) {
            Flow::Stop
        } else {
            Flow::Continue
        }
    }
}

/// A file under another name until it is whole; dropped before, it is gone.
struct DraftFile {
    file: File,
    draft: Option<PathBuf>,
    target: PathBuf,
    force: bool,
}

impl DraftFile {
    fn create(target: &Path, force: bool) -> Result<Self, CliError> {
        if target.exists() && !force {
            return Err(exists(target));
        }
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".{:08x}.part", random_seed() as u32));
        let draft = PathBuf::from(name);
        let opened = OpenOptions::new().write(true).create_new(true).open(&draft);
        let file = opened.map_err(unwritable(target))?;
        Ok(Self {
            file,
            draft: Some(draft),
            target: target.to_owned(),
            force,
        })
    }

    fn publish(mut self) -> Result<(), CliError> {
        self.file.flush().map_err(unwritable(&self.target))?;
        self.file.sync_all().map_err(unwritable(&self.target))?;
        let Some(draft) = &self.draft else {
            return Ok(());
        };
        if !self.force {
            // Unlike a rename, a link does not replace what came to be there meanwhile. Where the
            // file system has no links, the rename below has to do.
            match std::fs::hard_link(draft, &self.target) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    return Err(exists(&self.target));
                }
                Err(_) => {}
            }
        }
        std::fs::rename(draft, &self.target).map_err(unwritable(&self.target))?;
        self.draft = None;
        Ok(())
    }
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            // What can't be removed is said by its name; there is nobody left to tell.
            let _ = std::fs::remove_file(draft);
        }
    }
}

fn exists(path: &Path) -> CliError {
    CliError::failed(format!("{} exists; --force writes over it", path.display()))
}

fn unwritable(path: &Path) -> impl FnOnce(std::io::Error) -> CliError {
    CliError::io(format!("{} can't be written", path.display()))
}

fn say(made: &Produced, seed: u64, path: &Path) {
    let summary = &made.summary;
    eprintln!(
        "{}\n  {} bpm, {}, {}; {}\n  {:.1} s, {} Hz, {:.1} LUFS, {:.1} dBTP; seed {seed}\n  {}",
        summary.title,
        summary.tempo,
        summary.key,
        summary.metre,
        summary.instruments.join(", "),
        made.seconds,
        made.sample_rate,
        made.lufs,
        made.true_peak_db,
        path.display()
    );
}

#[cfg(test)]
mod tests;
