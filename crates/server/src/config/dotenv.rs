//! `.env`, for development.
//!
//! `$NAME` in a value that isn't in single quotes stands for another variable, as in a shell.

use super::error::{Origin, Problem};
use super::sources::{Findings, Given, Layer, misspelt, resolve};
use super::text_file::TextFile;
use super::variable::Variable;
use super::{Environment, variables};
use std::path::Path;

/// Reads the file if there is one. Names of other programs are left alone; names that are nearly
/// ours are said.
pub(super) fn read(path: &Path, findings: &mut Findings) -> Layer {
    let mut layer = Layer::new();
    if !path.exists() {
        return layer;
    }
    let origin = Origin::DotEnv(path.to_owned());
    let file = match TextFile::read(path) {
        Ok(file) => file,
        Err(what) => {
            findings
                .problems
                .push(Problem::of_source(".env", origin, what));
            return layer;
        }
    };
    for line in dotenvy::from_read_iter(file.text.as_bytes()) {
        let (name, text) = match line {
            Ok(pair) => pair,
            Err(error) => {
                let what = syntax(&error, &file.text);
                findings
                    .problems
                    .push(Problem::of_source(".env", origin.clone(), what));
                continue;
            }
        };
        let Some(found) = resolve(&name) else {
            if let Some(known) = misspelt(&name) {
                findings.notice(
                    &name,
                    format!("({origin}) is no variable; is {known} meant?"),
                );
            }
            continue;
        };
        if let Some(what) = refusal(found, &text) {
            findings
                .problems
                .push(Problem::new(found.0, Some(&origin), what).bare());
        } else if !text.is_empty() {
            if !found.1 {
                findings.holds(found.0, &origin, &file);
            }
            findings.insert(
                &mut layer,
                found,
                Given {
                    text,
                    origin: origin.clone(),
                },
            );
        }
    }
    layer
}

/// What `.env` must not say.
fn refusal((variable, by_file): (&Variable, bool), text: &str) -> Option<&'static str> {
    if variable.name == variables::MUSICGEN_CONFIG.name {
        return Some("is read from the environment or --config alone");
    }
    let other = by_file || text != Environment::Development.id();
    (variable.name == variables::ENVIRONMENT.name && !text.is_empty() && other).then_some(
        "this file is read in development only, so it can say nothing but development; \
         set ENVIRONMENT in the environment",
    )
}

/// Where the fault is, without the line itself: it may hold a secret.
fn syntax(error: &dotenvy::Error, text: &str) -> String {
    match error {
        dotenvy::Error::LineParse(line, _) => {
            let wanted = line.lines().next().unwrap_or_default().trim();
            let number = text
                .lines()
                .position(|line| line.trim() == wanted)
                .map_or(0, |at| at + 1);
            format!("line {number} is not NAME=value (quote values with blanks, quotes or #)")
        }
        _ => "cannot be read".to_owned(),
    }
}
