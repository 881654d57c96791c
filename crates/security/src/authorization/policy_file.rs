//! The policy file.
//!
//! 1. TOML, at most 256 KiB: tables `[roles.NAME]` with `inherits`, `grants` and `denies`, tables
//!    `[accounts."ADDRESS"]` with `grants` and `denies`; each a list of texts. Nothing else.
//! 2. One fault, and the whole is refused. Every fault is told, with its line and what to do.
//! 3. A file that defines nothing is refused: most likely it is not written to its end.

use super::builder::{Definition, Entry, PolicyBuilder};
use super::fault::{Findings, PolicyFaults, quoted, suggestion};
use super::{Grants, Policy, RoleName};
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest policy file.
pub const MAX_POLICY_BYTES: usize = 256 * 1024;

/// Reads `text` into `builder`; an error when it is no TOML at all.
pub(super) fn read(
    text: &str,
    builder: &mut PolicyBuilder,
    findings: &mut Findings,
) -> Result<(), PolicyFaults> {
    if text.len() > MAX_POLICY_BYTES {
        findings.note(None, || {
            let bytes = text.len();
            format!("the file has {bytes} bytes; at most {MAX_POLICY_BYTES} are accepted")
        });
        return std::mem::take(findings).finish();
    }
    let lines = Lines::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = error.span().map(|span| lines.at(span.start));
        findings.note(line, || {
            format!("no TOML: {}", error.message().replace('\n', " "))
        });
    }
    if !errors.is_empty() {
        return std::mem::take(findings).finish();
    }
    let mut reader = Reader { lines, findings };
    let mut defined = 0;
    for (name, definition) in reader.section(table.get_ref(), "roles") {
        defined += 1;
        builder.roles.insert(name, definition);
    }
    for (address, definition) in reader.section(table.get_ref(), "accounts") {
        defined += 1;
        builder.accounts.push((address, definition));
    }
    reader.other_keys(table.get_ref());
    if defined == 0 && findings.is_empty() {
        findings.note(None, || {
            "the file defines no role and no account; for the built-in roles alone, name no file".to_owned()
        });
    }
    Ok(())
}

struct Reader<'a> {
    lines: Lines,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn other_keys(&mut self, table: &DeTable<'_>) {
        let sections = ["roles", "accounts"];
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !sections.contains(&name) {
                let line = self.line(key);
                self.findings.note(line, || {
                    let suggestion = suggestion(name, sections.into_iter());
                    format!("{} has no meaning here{suggestion}", quoted(name))
                });
            }
        }
    }

    /// The definitions of a section.
    fn section(&mut self, table: &DeTable<'_>, section: &str) -> Vec<(String, Definition)> {
        let Some(value) = table.get(section) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_table() else {
            let line = self.line(value);
            self.findings.note(line, || {
                format!("`{section}` must be a table; write [{section}.NAME]")
            });
            return Vec::new();
        };
        let mut definitions = Vec::with_capacity(items.len());
        for (name, value) in items {
            let line = self.line(name);
            let name = name.get_ref().as_ref();
            let mut definition = Definition::default();
            if let Some(fields) = value.get_ref().as_table() {
                definition = self.definition(fields, section);
            } else {
                let what = || "this must be a table with `grants` and the like".to_owned();
                self.findings.note(line, what);
            }
            definition.line = Some(line);
            definitions.push((name.to_owned(), definition));
        }
        definitions
    }

    fn definition(&mut self, fields: &DeTable<'_>, section: &str) -> Definition {
        let mut definition = Definition::default();
        for (key, value) in fields {
            let list = match (key.get_ref().as_ref(), section) {
                ("inherits", "roles") => &mut definition.inherits,
                ("grants", _) => &mut definition.grants,
                ("denies", _) => &mut definition.denies,
                (other, _) => {
                    let line = self.line(key);
                    self.findings.note(line, || unknown_field(other, section));
                    continue;
                }
            };
            *list = self.texts(value);
        }
        definition
    }

    fn texts(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Entry> {
        let line = self.line(value);
        let Some(items) = value.get_ref().as_array() else {
            let what = || "a list of texts is needed, for instance [\"models:view\"]".to_owned();
            self.findings.note(line, what);
            return Vec::new();
        };
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let line = self.line(item);
            match item.get_ref().as_str() {
                Some(text) => entries.push(Entry {
                    text: text.to_owned(),
                    line: Some(line),
                }),
                None => self.findings.note(line, || {
                    format!(
                        "a text is needed in the list, not {}",
                        item.get_ref().type_str()
                    )
                }),
            }
        }
        entries
    }

    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        self.lines.at(spanned.span().start)
    }
}

fn unknown_field(name: &str, section: &str) -> String {
    if name == "inherits" {
        return "an account inherits nothing; give it a role instead".to_owned();
    }
    let fields: &[&str] = if section == "roles" {
        &["inherits", "grants", "denies"]
    } else {
        &["grants", "denies"]
    };
    let suggestion = suggestion(name, fields.iter().copied());
    let fields = fields.join(", ");
    format!(
        "{} is no field; there are: {fields}{suggestion}",
        quoted(name)
    )
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(ends.map(|(n, _)| n + 1).collect())
    }

    /// The line of a byte, from 1.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|begin| *begin <= byte) + 1
    }
}

/// As a policy file: read again, it makes an equal policy. Inheritance is written out, and `admin`, which
/// no file may define, left out.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for (name, grants) in self
            .roles
            .iter()
            .filter(|(name, _)| **name != RoleName::ADMIN)
        {
            write!(f, "{between}[roles.{name}]\n{}", Fields(grants))?;
            between = "\n";
        }
        for (email, grants) in &self.accounts {
            // The characters of an address need no escapes (EmailAddress::parse).
            write!(f, "{between}[accounts.\"{email}\"]\n{}", Fields(grants))?;
            between = "\n";
        }
        Ok(())
    }
}

struct Fields<'a>(&'a Grants);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (field, grants) in [("grants", self.0.given()), ("denies", self.0.denied())] {
            if !grants.is_empty() {
                let texts: Vec<String> =
                    grants.iter().map(|grant| format!("\"{grant}\"")).collect();
                writeln!(f, "{field} = [{}]", texts.join(", "))?;
            }
        }
        Ok(())
    }
}
