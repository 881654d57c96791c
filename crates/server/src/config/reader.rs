//! Takes values out of the sources, typed; notes what is wrong and goes on with a stand-in, so
//! that all that is wrong is found in one pass.

use super::LoadOptions;
use super::error::{ConfigErrors, Notice, Origin, Problem};
use super::sources::{Findings, Given, Sources};
use super::variable::{Form, Preset, Privacy, Variable};
use std::collections::BTreeMap;

pub(super) struct Reader {
    sources: Sources,
    /// Where the values came from that were taken so far.
    origins: BTreeMap<&'static str, Origin>,
    pub(super) findings: Findings,
    /// Whether folders and development secrets are made.
    pub(super) may_write: bool,
}

impl Reader {
    pub(super) fn new(options: &LoadOptions) -> Self {
        let mut findings = Findings::default();
        let sources = Sources::collect(options, &mut findings);
        Self {
            sources,
            origins: BTreeMap::new(),
            findings,
            may_write: options.may_write,
        }
    }

    /// The value as it was set.
    pub(super) fn given(&mut self, variable: &'static Variable) -> Option<Given> {
        let given = self.sources.take(variable, &mut self.findings)?;
        self.origins.insert(variable.name, given.origin.clone());
        Some(given)
    }

    /// Notes a problem with a value; `what` may quote it only if the variable is open. Without an
    /// origin it is that of the value taken before, if one was set.
    pub(super) fn wrong(
        &mut self,
        variable: &Variable,
        origin: Option<&Origin>,
        what: impl Into<String>,
    ) {
        let origin = origin.or(self.origins.get(variable.name));
        let problem = Problem::new(variable, origin, what);
        self.findings.problems.push(problem);
    }

    fn not_accepted(&mut self, variable: &Variable, given: &Given) {
        let what = match variable.privacy {
            Privacy::Open => format!("`{}` is not accepted", shortened(&given.text)),
            Privacy::Unquoted | Privacy::Secret => "the value is not accepted".to_owned(),
        };
        self.wrong(variable, Some(&given.origin), what);
    }

    /// A text read by `read`, or what the variable's default says, read the same way; `None` also
    /// when the text was wrong.
    pub(super) fn parsed<T>(
        &mut self,
        variable: &'static Variable,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Some(given) = self.given(variable) else {
            return match variable.default {
                Preset::Text(text) => read(text),
                _ => None,
            };
        };
        let value = read(&given.text);
        if value.is_none() {
            self.not_accepted(variable, &given);
        }
        value
    }

    /// A whole number within the variable's bounds; `stand_in` where it isn't set and the default is
    /// worked out.
    pub(super) fn whole(&mut self, variable: &'static Variable, stand_in: u64) -> u64 {
        let (least, most) = match variable.form {
            Form::Whole(least, most) => (least, most),
            _ => (0, u64::MAX),
        };
        let read = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<u64>()
                .ok()
                .filter(|n| digits && (least..=most).contains(n))
        };
        let default = match variable.default {
            Preset::Whole(number) => number,
            _ => stand_in,
        };
        self.parsed(variable, read).unwrap_or(default)
    }

    /// One of the variable's words, its default where it isn't set; `stand_in` where the default is
    /// worked out, and where the word is wrong.
    pub(super) fn word(
        &mut self,
        variable: &'static Variable,
        stand_in: &'static str,
    ) -> &'static str {
        let Form::Words { now, not_here } = variable.form else {
            return stand_in;
        };
        let Some(given) = self.given(variable) else {
            return match variable.default {
                Preset::Text(text) => text,
                _ => stand_in,
            };
        };
        if let Some(word) = now.iter().find(|word| **word == given.text) {
            return word;
        }
        if not_here.contains(&given.text.as_str()) {
            let what = format!("`{}` is not in this version", given.text);
            self.wrong(variable, Some(&given.origin), what);
        } else {
            self.not_accepted(variable, &given);
        }
        stand_in
    }

    pub(super) fn finish(mut self, strict: bool) -> Result<Vec<Notice>, ConfigErrors> {
        self.findings.judge_exposure(strict);
        let Findings {
            problems, notices, ..
        } = self.findings;
        if problems.is_empty() {
            Ok(notices)
        } else {
            Err(ConfigErrors { problems, notices })
        }
    }
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if text.chars().count() > 60 {
        shown.push('…');
    }
    shown
}
