//! The TOML file.
//!
//! 1. Its keys are the names of the variables, all in lower or all in upper case, at the top level.
//! 2. A value is a text or a whole number; lists may be written as arrays of texts.
//! 3. An unknown key is an error that names the nearest known one: a mistyped limit that silently
//!    does nothing is worse than no start.

use super::error::{Origin, Problem};
use super::sources::{Findings, Given, Layer, resolve};
use super::text_file::TextFile;
use super::variable::Variable;
use super::variables;
use std::path::Path;
use toml::Value;

/// Reads the file; `named_by` is who gave its path.
pub(super) fn read(path: &Path, named_by: &Origin, findings: &mut Findings) -> Layer {
    let mut layer = Layer::new();
    let file = match TextFile::read(path) {
        Ok(file) => file,
        Err(what) => {
            let what = format!("{} {what}", path.display());
            let problem = Problem::new(&variables::MUSICGEN_CONFIG, Some(named_by), what);
            findings.problems.push(problem);
            return layer;
        }
    };
    let origin = Origin::ConfigFile(path.to_owned());
    let table = match toml::from_str::<toml::Table>(&file.text) {
        Ok(table) => table,
        Err(error) => {
            let problem = Problem::of_source("TOML", origin, syntax(&error, &file.text));
            findings.problems.push(problem);
            return layer;
        }
    };
    for (key, value) in table {
        let Some(found) = known(&key) else {
            findings.problems.push(Problem::of_source(
                &key,
                origin.clone(),
                unknown(&key, &value),
            ));
            continue;
        };
        match as_text(found.0, value) {
            Ok(text) => {
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
            Err(what) => findings
                .problems
                .push(Problem::new(found.0, Some(&origin), what)),
        }
    }
    layer
}

fn known(key: &str) -> Option<(&'static Variable, bool)> {
    let upper = key.to_ascii_uppercase();
    let one_case = key == upper || key == key.to_ascii_lowercase();
    // The file cannot name itself.
    resolve(&upper).filter(|found| one_case && found.0.name != variables::MUSICGEN_CONFIG.name)
}

fn unknown(key: &str, value: &Value) -> String {
    if matches!(value, Value::Table(_)) {
        return "tables have no meaning here; write the settings at the top level".to_owned();
    }
    match Variable::nearest(key) {
        Some(name) => format!("no such setting; is {} meant?", name.to_ascii_lowercase()),
        None => "no such setting; `.env.example` lists them all".to_owned(),
    }
}

fn as_text(variable: &Variable, value: Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) if text.is_empty() => Err("is empty; leave the line out instead"),
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Array(items) if variable.name == variables::INTERNAL_API_KEYS.name => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts
                .filter(|texts| !texts.is_empty())
                .map(|texts| texts.join(","))
                .ok_or("is an array, but not of texts")
        }
        _ => Err("is neither a text nor a whole number"),
    }
}

/// The parser's message and the place, without the line itself: it may hold a secret.
fn syntax(error: &toml::de::Error, text: &str) -> String {
    let before = error
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .chars()
        .rev()
        .take_while(|letter| *letter != '\n')
        .count()
        + 1;
    format!(
        "is no TOML at line {line}, column {column}: {}",
        error.message()
    )
}
