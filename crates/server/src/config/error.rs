//! What is wrong with a configuration, and what is worth knowing about it.
//!
//! 1. Every problem names its variable, where the value came from, what is wrong, what is accepted.
//! 2. All problems are reported together.
//! 3. The value of a secret never appears, nor that of a variable that may carry a password.

use super::variable::Variable;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The configuration file.
    ConfigFile(PathBuf),
    /// `.env`.
    DotEnv(PathBuf),
    /// The process's environment.
    Environment,
    /// A flag of the command line.
    Flag,
    /// A file that a `NAME_FILE` variable names.
    NamedFile(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigFile(path) | Self::DotEnv(path) => write!(f, "in {}", path.display()),
            Self::Environment => f.write_str("in the environment"),
            Self::Flag => f.write_str("on the command line"),
            Self::NamedFile(path) => write!(f, "in the file {}", path.display()),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    variable: String,
    origin: Option<Origin>,
    what: String,
    accepted: Option<Cow<'static, str>>,
}

impl Problem {
    /// About a known variable.
    pub(super) fn new(
        variable: &Variable,
        origin: Option<&Origin>,
        what: impl Into<String>,
    ) -> Self {
        Self {
            variable: variable.name.to_owned(),
            origin: origin.cloned(),
            what: what.into(),
            accepted: Some(variable.accepted().into()),
        }
    }

    /// About a source as a whole, or a name that is no variable's.
    pub(super) fn of_source(
        name: impl Into<String>,
        origin: Origin,
        what: impl Into<String>,
    ) -> Self {
        Self {
            variable: name.into(),
            origin: Some(origin),
            what: what.into(),
            accepted: None,
        }
    }

    /// Found by trying, beyond reading.
    pub(crate) fn found(variable: &str, what: impl Into<String>) -> Self {
        Self {
            variable: variable.to_owned(),
            origin: None,
            what: what.into(),
            accepted: None,
        }
    }

    /// The same without the list of what is accepted, where the text says it already.
    pub(super) fn bare(mut self) -> Self {
        self.accepted = None;
        self
    }

    /// The variable, or the key that is none.
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// Where the value came from; `None` when there was no value.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// What is wrong.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What is accepted.
    pub fn accepted(&self) -> Option<&str> {
        self.accepted.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.variable)?;
        if let Some(origin) = &self.origin {
            write!(f, " ({origin})")?;
        }
        write!(f, ": {}", self.what)?;
        match &self.accepted {
            Some(accepted) => write!(f, "; accepted: {accepted}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Problem", 4)?;
        fields.serialize_field("variable", &self.variable)?;
        fields.serialize_field("origin", &self.origin.as_ref().map(ToString::to_string))?;
        fields.serialize_field("problem", &self.what)?;
        fields.serialize_field("accepted", &self.accepted)?;
        fields.end()
    }
}

/// Everything that is wrong; never empty. What is worth knowing beside it may say why, for instance
/// that a name is misspelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    pub(super) problems: Vec<Problem>,
    pub(super) notices: Vec<Notice>,
}

impl ConfigErrors {
    /// No cookies can be made under `PUBLIC_URL`.
    pub(super) fn no_cookies() -> Self {
        let what = "no cookies can be made for it";
        Self {
            problems: vec![Problem::new(&super::variables::PUBLIC_URL, None, what)],
            notices: Vec::new(),
        }
    }

    /// The problems, in the order in which they were found.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is worth knowing beside them.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} problem{plural} in the configuration:")?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        if !self.notices.is_empty() {
            f.write_str("\nto know:")?;
        }
        for notice in &self.notices {
            write!(f, "\n  {notice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Something that does not keep the program from starting, but should be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The variable it is about.
    pub variable: String,
    /// What to know; never a secret's value.
    pub text: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.variable, self.text)
    }
}
