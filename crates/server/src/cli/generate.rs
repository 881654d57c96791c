use super::progress::{progress_bar, show};
use super::{CliError, CliResult};
use clap::Args;
use indicatif::ProgressBar;
use musicgen_music::engine::{Control, Flow};
use musicgen_music::engines::{BuiltinEngine, ProduceError, Produced, produce};
use musicgen_music::request::{Draft, GenerationRequest, MAX_SEED};
use musicgen_music::sound_font::SoundFont;
use musicgen_music::vocabulary::Format;
use musicgen_security::random::{Random, SystemRandom};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Args)]
#[command(
    about = "Make music without a server",
    after_help = "Examples:\n  \
        musicgen generate \"upbeat jazz piano with walking bass\" -o jazz.wav\n  \
        musicgen generate \"120 bpm drum and bass, no melody\" -o dnb.flac --duration 60 --seed 7\n  \
        musicgen generate \"waltz for strings in D major\" -o - | aplay"
)]
pub(super) struct GenerateArgs {
    /// What the music should be like, in words
    prompt: String,
    /// Where to write; `-` is standard output. The ending chooses the format
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
    /// wav, flac or ogg
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
    let mut watch = Watch {
        bar: progress_bar(),
        stop: stop_flag(),
    };
    let made = if args.output == Path::new("-") {
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
        Err(ProduceError::Cancelled) => {
            return Err(CliError::failed("stopped; nothing was written"));
        }
        Err(error) => return Err(CliError::failed(error.to_string())),
    }
    Ok(ExitCode::SUCCESS)
}

fn request(args: &GenerateArgs) -> Result<GenerationRequest, CliError> {
    let ending = args.output.extension().and_then(|ending| ending.to_str());
    let by_ending = ending
        .map(str::to_ascii_lowercase)
        .filter(|ending| Format::from_id(ending).is_some());
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
        format: args.format.clone().or(by_ending),
        sample_rate: args.sample_rate,
    };
    GenerationRequest::new(draft).map_err(|errors| {
        let lines = errors.iter().map(|error| {
            let option = error.pointer.trim_start_matches('/').replace('_', "-");
            format!("\n  {option}: {}", error.detail)
        });
        CliError::failed(format!("this can't be made:{}", lines.collect::<String>()))
    })
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
}

impl DraftFile {
    fn create(target: &Path, force: bool) -> Result<Self, CliError> {
        if target.exists() && !force {
            let text = format!("{} exists; --force writes over it", target.display());
            return Err(CliError::failed(text));
        }
        let mut name = target.as_os_str().to_owned();
        name.push(".part");
        let draft = PathBuf::from(name);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&draft)
            .map_err(CliError::io(format!(
                "{} can't be written",
                draft.display()
            )))?;
        Ok(Self {
            file,
            draft: Some(draft),
            target: target.to_owned(),
        })
    }

    fn publish(mut self) -> Result<(), CliError> {
        let failed = || CliError::io(format!("{} can't be written", self.target.display()));
        self.file.flush().map_err(failed())?;
        self.file.sync_all().map_err(failed())?;
        if let Some(draft) = &self.draft {
            std::fs::rename(draft, &self.target).map_err(failed())?;
        }
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
