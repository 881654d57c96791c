//! One row of the table of variables.

use super::variables;

/// A setting: its name, what it takes, and what it is for.
///
/// `.env.example`, `docs/configuration.md` and every error message are made from these rows.
#[derive(Debug)]
pub struct Variable {
    /// `JWT_SECRET_KEY`: the name in the environment; in lower case it is a key of the file too.
    pub name: &'static str,
    /// The heading it stands under.
    pub section: Section,
    /// What is accepted.
    pub form: Form,
    /// What holds when it is not set.
    pub default: Preset,
    /// One line on what it does.
    pub doc: &'static str,
    /// How careful messages are with its value.
    pub privacy: Privacy,
}

/// The headings, in the order of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Where the service lives.
    Site,
    /// Who may connect.
    Connections,
    /// Keys.
    Secrets,
    /// Who may have an account.
    Accounts,
    /// Access and refresh tokens.
    Tokens,
    /// Sign-ins and how long they last.
    Sessions,
    /// Cookies.
    Cookies,
    /// Pages of other origins.
    Cors,
    /// Letters to users.
    Mail,
    /// The database.
    Storage,
    /// What stands before the service.
    Proxies,
    /// What a tier may use up.
    Limits,
    /// Music generation.
    Engine,
    /// What is logged and how.
    Logs,
}

impl Section {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Site,
        Self::Connections,
        Self::Secrets,
        Self::Accounts,
        Self::Tokens,
        Self::Sessions,
        Self::Cookies,
        Self::Cors,
        Self::Mail,
        Self::Storage,
        Self::Proxies,
        Self::Limits,
        Self::Engine,
        Self::Logs,
    ];

    /// For headings.
    pub fn title(self) -> &'static str {
        match self {
            Self::Site => "Where",
            Self::Connections => "Connections",
            Self::Secrets => "Secrets",
            Self::Accounts => "Accounts",
            Self::Tokens => "Tokens",
            Self::Sessions => "Sessions",
            Self::Cookies => "Cookies",
            Self::Cors => "CORS",
            Self::Mail => "Mail",
            Self::Storage => "Storage",
            Self::Proxies => "Proxies",
            Self::Limits => "Limits",
            Self::Engine => "Engine",
            Self::Logs => "Logs",
        }
    }
}

/// What a variable accepts.
#[derive(Debug)]
pub enum Form {
    /// A whole number, both ends included.
    Whole(u64, u64),
    /// One of these words.
    Words {
        /// Accepted by this version.
        now: &'static [&'static str],
        /// Known from the documentation of other versions; refused, with a message of its own.
        not_here: &'static [&'static str],
    },
    /// Described in words.
    Said(&'static str),
}

/// What holds when a variable is not set.
#[derive(Debug, Clone, Copy)]
pub enum Preset {
    /// This number.
    Whole(u64),
    /// This text, read like a text that was set.
    Text(&'static str),
    /// Something worked out at start, described in words.
    Said(&'static str),
}

/// How careful messages are with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// May be quoted.
    Open,
    /// Not quoted: a URL can carry a password.
    Unquoted,
    /// A secret: never quoted, and a file that holds it must be private.
    Secret,
}

impl Variable {
    /// What is accepted, in words.
    pub fn accepted(&self) -> String {
        match self.form {
            Form::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Form::Words { now: [only], .. } => (*only).to_owned(),
            Form::Words { now, .. } => now.join(", "),
            Form::Said(words) => words.to_owned(),
        }
    }

    /// What holds when it is not set, in words.
    pub fn default_in_words(&self) -> String {
        match self.default {
            Preset::Whole(number) => number.to_string(),
            Preset::Text(text) | Preset::Said(text) => text.to_owned(),
        }
    }

    /// The variable that names a file holding the value.
    pub fn file_name(&self) -> String {
        format!("{}_FILE", self.name)
    }

    /// Whether the value is a secret.
    pub fn is_secret(&self) -> bool {
        self.privacy == Privacy::Secret
    }

    /// The one with this name, spelt in capitals.
    pub fn find(name: &str) -> Option<&'static Self> {
        variables::all().find(|variable| variable.name == name)
    }

    /// The known name that is most like a mistyped one, if any is near.
    pub fn nearest(name: &str) -> Option<String> {
        let wanted = name.to_ascii_uppercase();
        variables::all()
            .flat_map(|variable| [variable.name.to_owned(), variable.file_name()])
            .map(|known| (distance(&wanted, &known), known))
            .filter(|(steps, known)| *steps <= known.len().div_ceil(3))
            .min_by_key(|(steps, _)| *steps)
            .map(|(_, known)| known)
    }
}

/// Levenshtein distance: letters to insert, delete or replace.
pub(super) fn distance(left: &str, right: &str) -> usize {
    // Longer names than any of ours are as far as it gets, and need no quadratic work.
    if left.len() > 100 {
        return left.len();
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        for (b, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = *cell;
            *cell = replaced.min(previous + 1).min(diagonal + 1);
            previous = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
