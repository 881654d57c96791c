use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The deepest nesting that is read; a bare value is at level 0.
pub const MAX_DEPTH: usize = 32;

/// A JSON value that keeps what other parsers lose: which names stood more than once.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number that fits into `u64`, `i64` or a finite `f64`.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// The members of an object; the first of each name.
///
/// A tree, so that a body full of names costs what it weighs and no more.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    members: BTreeMap<String, Json>,
    repeated: BTreeSet<String>,
}

/// Why a text is no JSON that is read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    #[error("not UTF-8 text")]
    Encoding,
    /// Not JSON, or a number that fits nowhere.
    #[error("not valid JSON at line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested more than {MAX_DEPTH} levels deep")]
    Depth,
}

const TOO_DEEP: &str = "too deep";

impl Json {
    /// Reads a whole text.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::Encoding)?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = Seed { depth: 0 }.deserialize(&mut deserializer);
        value
            .and_then(|value| deserializer.end().map(|()| value))
            .map_err(|error| {
                if error.is_data() && error.to_string().starts_with(TOO_DEEP) {
                    JsonError::Depth
                } else {
                    JsonError::Syntax {
                        line: error.line(),
                        column: error.column(),
                    }
                }
            })
    }

    /// Whether no text that begins like this can be JSON that is read here.
    pub fn is_broken_prefix(bytes: &[u8]) -> bool {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            // Cut within a character: what follows may complete it.
            Err(cut) if cut.error_len().is_none() => {
                let whole = bytes.get(..cut.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(whole).unwrap_or_default()
            }
            Err(_) => return true,
        };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        match (Seed { depth: 0 }).deserialize(&mut deserializer) {
            Ok(_) => deserializer.end().is_err(),
            Err(error) => !error.is_eof(),
        }
    }

    /// What it is, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// Whether any object in it has a name twice.
    pub fn has_repeated_names(&self) -> bool {
        match self {
            Self::Array(items) => items.iter().any(Self::has_repeated_names),
            Self::Object(object) => {
                !object.repeated.is_empty() || object.members.values().any(Self::has_repeated_names)
            }
            _ => false,
        }
    }
}

impl Object {
    /// Adds a member, or notes that its name came again.
    pub(super) fn insert(&mut self, name: String, value: Json) {
        match self.members.entry(name) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(place) => {
                self.repeated.insert(place.key().clone());
            }
        }
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members.get(name)
    }

    /// Whether the name stood more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.contains(name)
    }

    /// The names, each once, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
}

#[derive(Clone, Copy)]
struct Seed {
    depth: usize,
}

impl Seed {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(TOO_DEEP));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let seed = self.deeper::<A::Error>()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(seed)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let seed = self.deeper::<A::Error>()?;
        let mut object = Object::default();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(seed)?;
            object.insert(name, value);
        }
        Ok(Json::Object(object))
    }
}
