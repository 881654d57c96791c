use super::{Json, Object, Text};
use crate::problem::{FieldProblem, Problem};

/// A type that is read from the members of an object.
pub trait FromFields: Sized {
    /// Reads it. `None` when something was wrong; what, stands in `fields`.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;
}

/// Reads a type from a value; the pointers of errors begin with `prefix`.
pub fn read<T: FromFields>(value: &Json, prefix: &str) -> Result<T, Problem> {
    let mut report = Report::default();
    let read = read_into(value, prefix.to_owned(), &mut report);
    if let Some(pointer) = report.repeated {
        return Err(Problem::malformed(format!(
            "`{pointer}` stands more than once."
        )));
    }
    match read {
        Some(read) if report.errors.is_empty() => Ok(read),
        // A reader that gives up without saying why is a fault of ours, never an acceptance.
        None if report.errors.is_empty() => {
            Err(Problem::internal().with_cause("a field reader refused without a reason"))
        }
        _ => Err(Problem::invalid(report.errors)),
    }
}

#[derive(Debug, Default)]
struct Report {
    errors: Vec<FieldProblem>,
    repeated: Option<String>,
}

/// So many errors are enough to be told.
const MAX_ERRORS: usize = 50;

impl Report {
    fn add(&mut self, pointer: String, code: &'static str, detail: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldProblem::new(pointer, code, detail));
        }
    }
}

fn read_into<T: FromFields>(value: &Json, pointer: String, report: &mut Report) -> Option<T> {
    let Json::Object(object) = value else {
        report.add(
            pointer,
            "type",
            format!("an object is needed, not {}", value.kind()),
        );
        return None;
    };
    let mut fields = Fields {
        object,
        pointer,
        report,
        known: Vec::new(),
    };
    let read = T::from_fields(&mut fields);
    fields.refuse_unknown();
    read
}

/// The members of one object, being read.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Object,
    pointer: String,
    report: &'a mut Report,
    known: Vec<&'static str>,
}

impl Fields<'_> {
    fn pointer_to(&self, name: &str) -> String {
        format!(
            "{}/{}",
            self.pointer,
            name.replace('~', "~0").replace('/', "~1")
        )
    }

    /// Reports something wrong with a member.
    pub fn error(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        let pointer = self.pointer_to(name);
        self.report.add(pointer, code, detail);
    }

    /// Reports something wrong at a pointer below this object, such as `/instruments/2`.
    pub fn error_below(&mut self, below: &str, code: &'static str, detail: impl Into<String>) {
        let pointer = format!("{}{below}", self.pointer);
        self.report.add(pointer, code, detail);
    }

    fn take(&mut self, name: &'static str) -> Option<&Json> {
        self.known.push(name);
        if self.object.is_repeated(name) && self.report.repeated.is_none() {
            self.report.repeated = Some(self.pointer_to(name));
        }
        self.object.get(name)
    }

    fn required(&mut self, name: &'static str) -> Option<&Json> {
        if self.object.get(name).is_none() {
            self.known.push(name);
            self.error(name, "required", "this field is needed");
            return None;
        }
        self.take(name)
    }

    fn wrong_type(&mut self, name: &str, wanted: &str, value: &Json) {
        self.error(
            name,
            "type",
            format!("{wanted} is needed, not {}", value.kind()),
        );
    }

    fn as_text(&mut self, name: &str, value: &Json, rule: Text) -> Option<String> {
        let Json::String(text) = value else {
            self.wrong_type(name, "a string", value);
            return None;
        };
        match rule.check(text) {
            Ok(()) => Some(text.clone()),
            Err((code, detail)) => {
                self.error(name, code, detail);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &'static str, rule: Text) -> Option<String> {
        let value = self.required(name)?.clone();
        self.as_text(name, &value, rule)
    }

    /// A text that may be absent.
    pub fn optional_text(&mut self, name: &'static str, rule: Text) -> Option<String> {
        let value = self.take(name)?.clone();
        self.as_text(name, &value, rule)
    }

    /// One of these words, if there.
    pub fn optional_word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.take(name)?.clone();
        let Json::String(text) = &value else {
            self.wrong_type(name, "a string", &value);
            return None;
        };
        let found = words
            .iter()
            .find(|(word, _)| word == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.error(name, "not_one_of", format!("one of: {}", list.join(", ")));
        }
        found
    }

    /// `true` or `false`, if there.
    pub fn optional_boolean(&mut self, name: &'static str) -> Option<bool> {
        let value = self.take(name)?.clone();
        let Json::Bool(flag) = value else {
            self.wrong_type(name, "a boolean", &value);
            return None;
        };
        Some(flag)
    }

    /// A finite number, if there.
    pub fn optional_number(&mut self, name: &'static str) -> Option<f64> {
        let value = self.take(name)?.clone();
        let number = match &value {
            Json::Number(number) => number.as_f64(),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(name, "a number", &value);
        }
        number
    }

    /// A whole number from `min` to `max` that must be there.
    pub fn integer(&mut self, name: &'static str, min: u64, max: u64) -> Option<u64> {
        self.required(name)?;
        self.optional_integer(name, min, max)
    }

    /// A whole number from `min` to `max`, if there.
    pub fn optional_integer(&mut self, name: &'static str, min: u64, max: u64) -> Option<u64> {
        let value = self.take(name)?.clone();
        let Json::Number(number) = &value else {
            self.wrong_type(name, "a whole number", &value);
            return None;
        };
        // A whole number beyond 64 bits is parsed as f64 as well; that one is out of range.
        if number.is_f64() && number.as_f64().is_some_and(|n| n.abs() < 1.8e19) {
            self.error(
                name,
                "type",
                "a whole number is needed, written without a fraction",
            );
            return None;
        }
        self.in_range(name, number.as_u64(), min, max)
    }

    fn in_range(&mut self, name: &str, number: Option<u64>, min: u64, max: u64) -> Option<u64> {
        let number = number.filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.error(name, "out_of_range", format!("from {min} to {max}"));
        }
        number
    }

    /// A whole number written as a query parameter, if there.
    pub fn optional_digits(&mut self, name: &'static str, min: u64, max: u64) -> Option<u64> {
        let value = self.take(name)?.clone();
        let number = match &value {
            Json::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        self.in_range(name, number, min, max)
    }

    /// A list of strings, if there; each of any length up to `max_length` code points.
    pub fn optional_texts(
        &mut self,
        name: &'static str,
        max_items: usize,
        max_length: usize,
    ) -> Option<Vec<String>> {
        let value = self.take(name)?.clone();
        let Json::Array(items) = &value else {
            self.wrong_type(name, "a list of strings", &value);
            return None;
        };
        if items.len() > max_items {
            self.error(name, "too_long", format!("at most {max_items} items"));
            return None;
        }
        let mut texts = Vec::new();
        for (n, item) in items.iter().enumerate() {
            match item {
                Json::String(text) if text.chars().count() <= max_length => {
                    texts.push(text.clone());
                }
                Json::String(_) => {
                    let detail = format!("at most {max_length} characters");
                    self.error_below(&format!("/{name}/{n}"), "too_long", detail);
                }
                other => {
                    let detail = format!("a string is needed, not {}", other.kind());
                    self.error_below(&format!("/{name}/{n}"), "type", detail);
                }
            }
        }
        (texts.len() == items.len()).then_some(texts)
    }

    /// A list of strings that must be there and not be empty.
    pub fn texts(
        &mut self,
        name: &'static str,
        max_items: usize,
        max_length: usize,
    ) -> Option<Vec<String>> {
        if let Json::Array(items) = self.required(name)?
            && items.is_empty()
        {
            self.error(name, "required", "at least one item");
            return None;
        }
        self.optional_texts(name, max_items, max_length)
    }

    /// Whether it is there and null; then it is taken.
    pub fn takes_null(&mut self, name: &'static str) -> bool {
        matches!(self.object.get(name), Some(Json::Null)) && self.take(name).is_some()
    }

    /// An object, if there.
    pub fn optional_object<T: FromFields>(&mut self, name: &'static str) -> Option<T> {
        let value = self.take(name)?.clone();
        let pointer = self.pointer_to(name);
        read_into(&value, pointer, self.report)
    }

    /// A list of objects that must be there, with `min` to `max` items.
    pub fn list<T: FromFields>(
        &mut self,
        name: &'static str,
        min: usize,
        max: usize,
    ) -> Option<Vec<T>> {
        let value = self.required(name)?.clone();
        let Json::Array(items) = &value else {
            self.wrong_type(name, "a list", &value);
            return None;
        };
        if !(min..=max).contains(&items.len()) {
            let code = if items.len() < min {
                "too_short"
            } else {
                "too_long"
            };
            self.error(name, code, format!("from {min} to {max} items"));
            return None;
        }
        let mut read = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let pointer = format!("{}/{n}", self.pointer_to(name));
            read.extend(read_into(item, pointer, self.report));
        }
        (read.len() == items.len()).then_some(read)
    }

    fn refuse_unknown(&mut self) {
        let object = self.object;
        for name in object.names() {
            if !self.known.contains(&name) {
                let shown: String = name.chars().take(100).collect();
                let detail = format!("there is no such field; known: {}", self.known.join(", "));
                self.error(&shown, "unknown_field", detail);
            }
        }
    }
}
