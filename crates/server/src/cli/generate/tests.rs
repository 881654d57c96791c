use super::*;
use crate::cli::{Cli, Command};
use clap::Parser;

fn args(words: &[&str]) -> GenerateArgs {
    let words = ["musicgen", "generate"].iter().chain(words);
    match Cli::try_parse_from(words).unwrap().command {
        Command::Generate(args) => args,
        other => panic!("{other:?}"),
    }
}

fn refused(words: &[&str]) -> String {
    let error = request(&args(words)).unwrap_err();
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_format_is_asked_for_or_the_ending_or_wav() {
    let rows: [(&[&str], Format); 6] = [
        (&["x", "-o", "a.flac"], Format::Flac),
        (&["x", "-o", "a.OGG"], Format::Ogg),
        (&["x", "-o", "a.wav", "--format", "flac"], Format::Flac),
        (&["x", "-o", "a.mp3", "--format", "ogg"], Format::Ogg),
        (&["x", "-o", "a"], Format::Wav),
        (&["x", "-o", "-"], Format::Wav),
    ];
    for (words, format) in rows {
        assert_eq!(request(&args(words)).unwrap().format(), format, "{words:?}");
    }
}

#[test]
fn every_wrong_option_is_named_at_once() {
    let text = refused(&[
        " ",
        "-o",
        "a.mp3",
        "--duration",
        "-5",
        "--tempo",
        "NaN",
        "--key",
        "H",
        "--genre",
        "polka",
        "--mood",
        "odd",
        "--instrument",
        "piano",
        "--instrument",
        "kazoo",
        "--sample-rate",
        "8000",
        "--temperature",
        "9",
        "--seed",
        "9007199254740992",
    ]);
    for option in [
        "PROMPT",
        "--output",
        "--duration",
        "--tempo",
        "--key",
        "--genre",
        "--mood",
        "--instrument",
        "--sample-rate",
        "--temperature",
        "--seed",
    ] {
        assert!(
            text.contains(&format!("\n  {option}: ")),
            "{option} in {text}"
        );
    }
}

#[test]
fn a_file_appears_whole_or_not_at_all_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.wav");
    drop(DraftFile::create(&target, false).unwrap());
    assert!(names(folder.path()).is_empty());

    let mut draft = DraftFile::create(&target, false).unwrap();
    let late = DraftFile::create(&target, false).unwrap();
    draft.file.write_all(b"first").unwrap();
    draft.publish().unwrap();
    assert!(late.publish().unwrap_err().to_string().contains("--force"));
    assert!(DraftFile::create(&target, false).is_err());
    assert_eq!(names(folder.path()), ["a.wav"]);

    let mut forced = DraftFile::create(&target, true).unwrap();
    forced.file.write_all(b"second").unwrap();
    forced.publish().unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), b"second");
    assert_eq!(names(folder.path()), ["a.wav"]);
}

#[test]
fn a_piece_is_made_and_a_stopped_one_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.flac");
    let path = target.display().to_string();
    run(&args(&[
        "slow piano",
        "-o",
        &path,
        "--duration",
        "1",
        "--seed",
        "7",
    ]))
    .unwrap();
    assert!(std::fs::read(&target).unwrap().starts_with(b"fLaC"));
    assert_eq!(names(folder.path()), ["a.flac"]);
    let again = run(&args(&["slow piano", "-o", &path, "--duration", "1"]));
    assert!(again.unwrap_err().to_string().contains("--force"));

    let mut watch = Watch {
        bar: ProgressBar::hidden(),
        stop: Arc::new(AtomicBool::new(true)),
    };
    let other = folder.path().join("b.wav");
    let mut draft = DraftFile::create(&other, false).unwrap();
    let request = request(&args(&["slow piano", "-o", "b.wav"])).unwrap();
    let engine = BuiltinEngine::new(None);
    let made = produce(&engine, &request, 1, &mut draft.file, &mut watch);
    assert!(matches!(made, Err(ProduceError::Cancelled)));
    drop(draft);
    assert_eq!(names(folder.path()), ["a.flac"]);
}
