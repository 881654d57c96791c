//! Collects what was set, where, and which of it counts.
//!
//! 1. Later wins: file, `.env`, environment, command line.
//! 2. `.env` is read in development only, and cannot itself say that it is not development.
//! 3. `NAME_FILE` names a file with the value. Both in one source is an error; between sources the
//!    later one wins, whichever form it has.
//! 4. An empty value in `.env` or the environment counts as not set (compose files pass unset
//!    variables on as empty ones); an empty file is an error, since a mounted secret has failed.
//! 5. A file with a secret in it that others can reach is a problem in staging and production, a
//!    notice in development.

use super::error::{Notice, Origin, Problem};
use super::text_file::TextFile;
use super::variable::{Variable, distance};
use super::{LoadOptions, variables};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A value and where it stands. Without `Debug`: it may be a secret.
pub(super) struct Given {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// What one source says of a variable.
pub(super) struct Entry {
    by_file: bool,
    given: Given,
}

/// What one source says.
pub(super) type Layer = BTreeMap<&'static str, Entry>;

/// What was found wrong or worth saying while collecting.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    pub(super) notices: Vec<Notice>,
    /// Files that hold a secret and are open to others, with the reason.
    exposed: Vec<(&'static Variable, Origin, String)>,
}

/// The values that count.
pub(super) struct Sources {
    values: BTreeMap<&'static str, Entry>,
}

impl Sources {
    /// Reads all sources.
    pub(super) fn collect(options: &LoadOptions, findings: &mut Findings) -> Self {
        let environment = from_environment(options, findings);
        let file = config_file(options, &environment)
            .map(|(path, origin)| super::config_file::read(&path, &origin, findings))
            .unwrap_or_default();
        let flags = from_flags(options, findings);
        let mut sources = Self { values: file };
        let named = [&flags, &environment, &sources.values]
            .into_iter()
            .find_map(|layer| layer.get(variables::ENVIRONMENT.name));
        if let Some(path) = &options.dotenv
            && named.is_none_or(Entry::says_development)
        {
            sources.values.extend(super::dotenv::read(path, findings));
        }
        sources.values.extend(environment);
        sources.values.extend(flags);
        sources
    }

    /// The value of a variable, read from its file if it has one.
    pub(super) fn take(
        &mut self,
        variable: &'static Variable,
        findings: &mut Findings,
    ) -> Option<Given> {
        let Entry { by_file, given } = self.values.remove(variable.name)?;
        if !by_file {
            return Some(given);
        }
        let path = PathBuf::from(&given.text);
        let fault = |what: String| {
            let what = format!(
                "{} names {}, which {what}",
                variable.file_name(),
                path.display()
            );
            Problem::new(variable, Some(&given.origin), what).bare()
        };
        let file = match TextFile::read(&path) {
            Ok(file) => file,
            Err(what) => {
                findings.problems.push(fault(what));
                return None;
            }
        };
        if file.value().is_empty() {
            findings.problems.push(fault("is empty".to_owned()));
            return None;
        }
        let text = file.value().to_owned();
        let origin = Origin::NamedFile(path);
        findings.holds(variable, &origin, &file);
        Some(Given { text, origin })
    }
}

impl Entry {
    /// Whether this, as the value of `ENVIRONMENT`, means development.
    fn says_development(&self) -> bool {
        let development = super::Environment::Development.id();
        if self.by_file {
            TextFile::read(Path::new(&self.given.text))
                .is_ok_and(|file| file.value() == development)
        } else {
            self.given.text == development
        }
    }
}

impl Findings {
    /// Notes that a file holds a variable's value.
    pub(super) fn holds(&mut self, variable: &'static Variable, origin: &Origin, file: &TextFile) {
        if variable.is_secret()
            && let Some(reason) = file.exposure()
        {
            self.exposed.push((variable, origin.clone(), reason));
        }
    }

    /// Files that others can reach: problems where it must not be, notices in development.
    pub(super) fn judge_exposure(&mut self, strict: bool) {
        for (variable, origin, reason) in std::mem::take(&mut self.exposed) {
            if strict {
                let problem = Problem::new(variable, Some(&origin), format!("the file {reason}"));
                self.problems.push(problem.bare());
            } else {
                self.notice(variable.name, format!("{origin}: the file {reason}"));
            }
        }
    }

    /// Notes something to know.
    pub(super) fn notice(&mut self, variable: &str, text: impl Into<String>) {
        self.notices.push(Notice {
            variable: variable.to_owned(),
            text: text.into(),
        });
    }

    /// Puts a value into a layer, unless the layer has it already in its other form.
    pub(super) fn insert(
        &mut self,
        layer: &mut Layer,
        (variable, by_file): (&'static Variable, bool),
        given: Given,
    ) {
        if let Some(before) = layer.get(variable.name) {
            let what = if before.by_file == by_file {
                format!("{} is set twice", variable.name)
            } else {
                format!(
                    "{} and {} are both set",
                    variable.name,
                    variable.file_name()
                )
            };
            let advice = format!("{what}; set one of them");
            self.problems
                .push(Problem::new(variable, Some(&given.origin), advice).bare());
            return;
        }
        layer.insert(variable.name, Entry { by_file, given });
    }
}

/// The variable that a name in capitals stands for, and whether it is the `_FILE` form.
pub(super) fn resolve(name: &str) -> Option<(&'static Variable, bool)> {
    if let Some(variable) = Variable::find(name) {
        return Some((variable, false));
    }
    let base = Variable::find(name.strip_suffix("_FILE")?)?;
    (base.name != variables::MUSICGEN_CONFIG.name).then_some((base, true))
}

/// The configuration file to read, and who named it.
fn config_file(options: &LoadOptions, environment: &Layer) -> Option<(PathBuf, Origin)> {
    if let Some(path) = &options.config_file {
        return Some((path.clone(), Origin::Flag));
    }
    let entry = environment.get(variables::MUSICGEN_CONFIG.name)?;
    Some((PathBuf::from(&entry.given.text), Origin::Environment))
}

fn from_environment(options: &LoadOptions, findings: &mut Findings) -> Layer {
    let mut layer = Layer::new();
    for variable in variables::all() {
        for (name, by_file) in [
            (variable.name.to_owned(), false),
            (variable.file_name(), true),
        ] {
            let Some(value) = options
                .environment
                .get(&name)
                .filter(|value| !value.is_empty())
            else {
                continue;
            };
            if resolve(&name).is_none() {
                let what = format!("{name} has no meaning; name the file itself");
                let origin = Some(&Origin::Environment);
                findings
                    .problems
                    .push(Problem::new(variable, origin, what).bare());
                continue;
            }
            let Some(text) = value.to_str() else {
                let what = format!("{name} is not UTF-8 text");
                findings
                    .problems
                    .push(Problem::new(variable, Some(&Origin::Environment), what));
                continue;
            };
            let given = Given {
                text: text.to_owned(),
                origin: Origin::Environment,
            };
            findings.insert(&mut layer, (variable, by_file), given);
        }
    }
    for name in options
        .environment
        .names()
        .filter(|name| resolve(name).is_none())
    {
        if let Some(known) = misspelt(name) {
            findings.notice(
                name,
                format!("is no variable of this program; is {known} meant?"),
            );
        }
    }
    layer
}

/// The variable that a name of the environment is probably meant to be. The environment is full of
/// other programs' names, so only a letter or two may differ, and not in short names.
pub(super) fn misspelt(name: &str) -> Option<String> {
    let allowed = match name.len() {
        0..=7 => return None,
        8..=11 => 1,
        _ => 2,
    };
    Variable::nearest(name).filter(|known| distance(&name.to_ascii_uppercase(), known) <= allowed)
}

fn from_flags(options: &LoadOptions, findings: &mut Findings) -> Layer {
    let mut layer = Layer::new();
    for (name, text) in &options.flags {
        match Variable::find(name) {
            Some(variable) if text.is_empty() => {
                let problem = Problem::new(variable, Some(&Origin::Flag), "is empty");
                findings.problems.push(problem);
            }
            Some(variable) => {
                let given = Given {
                    text: text.clone(),
                    origin: Origin::Flag,
                };
                findings.insert(&mut layer, (variable, false), given);
            }
            None => {
                let what = "is no variable of this program";
                findings
                    .problems
                    .push(Problem::of_source(name, Origin::Flag, what));
            }
        }
    }
    layer
}
