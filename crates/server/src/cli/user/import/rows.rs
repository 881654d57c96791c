use super::super::{CliError, roles, tier};
use super::Scheme;
use crate::api::auth::USERNAME;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::StoredHash;
use musicgen_security::authorization::{Policy, RoleName, Tier};
use musicgen_security::problem::Problem;
use musicgen_security::validation::{Fields, FromFields, Json, Text, read};
use serde_json::Value;

/// An account to be made.
pub(super) struct Row {
    pub(super) email: EmailAddress,
    pub(super) username: String,
    pub(super) password_hash: String,
    pub(super) scheme: Scheme,
    pub(super) roles: Vec<RoleName>,
    /// That of a new account where the file names none.
    pub(super) tier: Option<Tier>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row")
            .field("email", &self.email)
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

/// A line of the file: an account, or all that is wrong with it.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1, as editors count.
    pub(super) number: u64,
    pub(super) row: Result<Row, Vec<String>>,
}

/// The columns that must be there, and those that may.
const REQUIRED: [&str; 3] = ["email", "username", "password_hash"];
const OPTIONAL: [&str; 2] = ["roles", "tier"];

pub(super) fn of_json_lines(text: &str, policy: &Policy) -> Vec<Line> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| Line {
            number,
            row: of_json(line, policy),
        })
        .collect()
}

fn of_json(line: &str, policy: &Policy) -> Result<Row, Vec<String>> {
    let value = Json::parse(line.as_bytes()).map_err(|_| vec!["not valid JSON".to_owned()])?;
    let row = read::<Row>(&value, "").map_err(|problem| faults(&problem));
    match (row, roles_of(&value, policy)) {
        (Ok(row), Ok(roles)) => Ok(Row { roles, ..row }),
        (Err(faults), Ok(_)) => Err(faults),
        (row, Err(fault)) => {
            let mut faults = row.err().unwrap_or_default();
            faults.push(printable(&format!("roles: {fault}")));
            Err(faults)
        }
    }
}

/// Which roles there are, the policy says. What is no list of strings, [`Row`] refuses.
fn roles_of(value: &Json, policy: &Policy) -> Result<Vec<RoleName>, CliError> {
    let Json::Object(object) = value else {
        return Ok(Vec::new());
    };
    let words: Vec<String> = match object.get("roles") {
        Some(Json::Array(items)) => items.iter().filter_map(text_of).collect(),
        _ => Vec::new(),
    };
    if words.is_empty() {
        return Ok(vec![RoleName::USER]);
    }
    roles(&words, policy)
}

fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// `Err` when the header is wrong, so that no line can be understood.
pub(super) fn of_csv(text: &str, policy: &Policy) -> Result<Vec<Line>, String> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| "the header can't be read")?;
    let headers = columns(headers)?;
    let mut lines = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => lines.push(Line {
                number: record.position().map_or(0, csv::Position::line),
                row: of_record(&headers, &record, policy),
            }),
            // The reader's own texts may quote the record.
            Err(error) => lines.push(Line {
                number: error.position().map_or(0, csv::Position::line),
                row: Err(vec![format!("not {} fields", headers.len())]),
            }),
        }
    }
    Ok(lines)
}

fn columns(headers: &csv::StringRecord) -> Result<Vec<&'static str>, String> {
    let mut columns = Vec::new();
    for header in headers {
        let mut known = REQUIRED.iter().chain(&OPTIONAL);
        let Some(column) = known.find(|column| **column == header.trim()) else {
            return Err(format!(
                "line 1: there is no column `{}`; there are {}, and may be {}",
                printable(header),
                REQUIRED.join(", "),
                OPTIONAL.join(", ")
            ));
        };
        if columns.contains(column) {
            return Err(format!("line 1: the column `{column}` stands twice"));
        }
        columns.push(*column);
    }
    match REQUIRED.iter().find(|column| !columns.contains(column)) {
        Some(missing) => Err(format!("line 1: the column `{missing}` is missing")),
        None => Ok(columns),
    }
}

/// One reader judges both forms, so a record becomes the object that it stands for.
fn of_record(
    columns: &[&str],
    record: &csv::StringRecord,
    policy: &Policy,
) -> Result<Row, Vec<String>> {
    let mut object = serde_json::Map::new();
    for (column, cell) in columns.iter().zip(record) {
        let value = match *column {
            "roles" => cell
                .split([' ', ',', ';'])
                .filter(|role| !role.is_empty())
                .collect(),
            _ => Value::from(cell),
        };
        let is_absent = OPTIONAL.contains(column) && cell.trim().is_empty();
        if !is_absent {
            object.insert((*column).to_owned(), value);
        }
    }
    of_json(&Value::Object(object).to_string(), policy)
}

impl FromFields for Row {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = fields.text("email", Text::opaque(1, 254));
        let username = fields.text("username", USERNAME);
        let password_hash = fields.text("password_hash", Text::opaque(1, 512));
        // Judged by the policy, which a reader of fields doesn't have.
        fields.optional_texts("roles", 32, 64);
        let tier_word = fields.optional_text("tier", Text::opaque(1, 64));

        let email = email.map(|text| EmailAddress::parse(&text));
        if let Some(Err(error)) = &email {
            fields.error("email", "format", error.to_string());
        }
        let hash = password_hash.as_deref().map(StoredHash::parse);
        if let Some(Err(fault)) = &hash {
            fields.error("password_hash", "format", fault.to_string());
        }
        let tier = tier_word
            .as_deref()
            .map_or(Ok(None), |word| tier(word).map(Some));
        if let Err(error) = &tier {
            fields.error("tier", "not_one_of", error.to_string());
        }
        Some(Self {
            email: email?.ok()?,
            username: username?,
            scheme: hash?.ok()?.scheme(),
            password_hash: password_hash?,
            roles: Vec::new(),
            tier: tier.ok()?,
        })
    }
}

fn faults(problem: &Problem) -> Vec<String> {
    if problem.errors().is_empty() {
        return vec![printable(problem.detail())];
    }
    let errors = problem.errors().iter();
    errors
        .map(|error| {
            let name = error.pointer.trim_start_matches('/');
            let separator = if name.is_empty() { "" } else { ": " };
            printable(&format!("{name}{separator}{}", error.detail))
        })
        .collect()
}

/// What comes from the file goes to a terminal.
fn printable(text: &str) -> String {
    let shown = text.chars().take(200);
    shown
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}
