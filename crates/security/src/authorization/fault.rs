use std::fmt;

/// So many faults are told; a file with more of them is told the number of the rest.
pub(super) const MAX_FAULTS: usize = 100;
/// Of a text that is quoted in a fault.
const MAX_QUOTED: usize = 60;

/// One thing that is wrong with a policy, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyFault {
    line: Option<usize>,
    what: String,
}

impl PolicyFault {
    /// Where in the file, from 1; `None` when it is about the whole, or was not read from a file.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong and what to do.
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// Everything that is wrong with a policy, which is refused as a whole; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFaults {
    faults: Vec<PolicyFault>,
}

impl PolicyFaults {
    /// The faults, in the order of the lines; at most 100, and one that counts the rest.
    pub fn faults(&self) -> &[PolicyFault] {
        &self.faults
    }
}

impl fmt::Display for PolicyFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            let between = if n == 0 { "" } else { "\n" };
            write!(f, "{between}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyFaults {}

/// Faults while they are collected.
#[derive(Debug, Default)]
pub(super) struct Findings {
    faults: Vec<PolicyFault>,
    more: usize,
}

impl Findings {
    /// Notes a fault. Its text is made only while there is room: a suggestion costs time, and a file can
    /// hold thousands of faults.
    pub(super) fn note(&mut self, line: impl Into<Option<usize>>, what: impl FnOnce() -> String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(PolicyFault {
                line: line.into(),
                what: what(),
            });
        } else {
            self.more += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// An error when there was any fault.
    pub(super) fn finish(mut self) -> Result<(), PolicyFaults> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults.sort();
        if self.more > 0 {
            let what = format!("and {} faults more", self.more);
            self.faults.push(PolicyFault { line: None, what });
        }
        Err(PolicyFaults {
            faults: self.faults,
        })
    }
}

/// A text of the file for a fault: short, without control characters.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(MAX_QUOTED)
        .flat_map(char::escape_debug)
        .collect();
    let rest = if text.chars().count() > MAX_QUOTED {
        "…"
    } else {
        ""
    };
    format!("`{shown}{rest}`")
}

/// The known name that a mistyped one is probably meant to be, as an end of a sentence.
pub(super) fn suggestion<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> String {
    let nearest = known
        .map(|name| (distance(text, name), name))
        .filter(|(steps, name)| *steps <= name.len().div_ceil(3))
        .min_by_key(|(steps, _)| *steps);
    nearest.map_or_else(String::new, |(_, name)| format!("; is `{name}` meant?"))
}

/// Levenshtein distance: letters to insert, delete or replace.
fn distance(left: &str, right: &str) -> usize {
    // Longer than any name: as far as it gets, without quadratic work.
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
