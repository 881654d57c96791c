use super::DatabaseError;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{Decode, Row as _, Type};
use time::OffsetDateTime;
use uuid::Uuid;

/// A parameter. A missing one still has a type: some engines ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// TEXT
    Text(Option<String>),
    /// BIGINT
    Integer(Option<i64>),
    /// BLOB
    Blob(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident by $with:expr;)*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some($with(value)))
            }
        }

        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($with))
            }
        }
    )*};
}

value_from! {
    &str => Text by |text: &str| text.to_owned();
    String => Text by |text| text;
    Uuid => Text by |id: Uuid| id.hyphenated().to_string();
    i64 => Integer by |number| number;
    u32 => Integer by i64::from;
    // Keeps all 64 bits; only numbers below 2^63 may be compared in SQL.
    u64 => Integer by u64::cast_signed;
    OffsetDateTime => Integer by milliseconds;
    &[u8; 32] => Blob by |bytes: &[u8; 32]| bytes.to_vec();
    Vec<u8> => Blob by |bytes| bytes;
}

/// Unix time in milliseconds; anything finer is cut off.
pub(super) fn milliseconds(time: OffsetDateTime) -> i64 {
    // Years -9999 ..= 9999 in milliseconds are far from the bounds of 64 bits.
    time.unix_timestamp_nanos().div_euclid(1_000_000) as i64
}

pub(super) type SqliteQuery<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

pub(super) fn sqlite_query<'q>(sql: &'static str, values: &[Value]) -> SqliteQuery<'q> {
    values
        .iter()
        .cloned()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Integer(number) => query.bind(number),
            Value::Blob(bytes) => query.bind(bytes),
        })
}

/// A row of an answer, read by column name. What can't be read as asked is
/// [`DatabaseError::Corrupt`], naming the column and never its contents.
pub struct Row(pub(super) SqliteRow);

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Rows hold password hashes.
        f.debug_struct("Row").finish_non_exhaustive()
    }
}

impl Row {
    /// TEXT
    pub fn text(&self, column: &str) -> Result<String, DatabaseError> {
        self.get(column)
    }

    /// TEXT that may be missing.
    pub fn text_or_null(&self, column: &str) -> Result<Option<String>, DatabaseError> {
        self.get_or_null(column)
    }

    /// BIGINT
    pub fn integer(&self, column: &str) -> Result<i64, DatabaseError> {
        self.get(column)
    }

    /// BIGINT that may be missing.
    pub fn integer_or_null(&self, column: &str) -> Result<Option<i64>, DatabaseError> {
        self.get_or_null(column)
    }

    /// BIGINT that holds all bits of an unsigned number.
    pub fn unsigned(&self, column: &str) -> Result<u64, DatabaseError> {
        self.integer(column).map(i64::cast_unsigned)
    }

    /// BIGINT that holds a small unsigned number.
    pub fn small(&self, column: &str) -> Result<u32, DatabaseError> {
        u32::try_from(self.integer(column)?).map_err(|_| damaged(column))
    }

    /// BLOB of 32 bytes.
    pub fn hash(&self, column: &str) -> Result<[u8; 32], DatabaseError> {
        self.hash_or_null(column)?.ok_or_else(|| damaged(column))
    }

    /// BLOB of 16 bytes.
    pub fn short_key(&self, column: &str) -> Result<[u8; 16], DatabaseError> {
        let bytes: Vec<u8> = self.get(column)?;
        bytes.try_into().map_err(|_| damaged(column))
    }

    /// BLOB of 32 bytes that may be missing.
    pub fn hash_or_null(&self, column: &str) -> Result<Option<[u8; 32]>, DatabaseError> {
        let bytes: Option<Vec<u8>> = self.get_or_null(column)?;
        bytes
            .map(|bytes| bytes.try_into().map_err(|_| damaged(column)))
            .transpose()
    }

    /// TEXT that holds a UUID.
    pub fn uuid(&self, column: &str) -> Result<Uuid, DatabaseError> {
        self.parse(column, |text| Uuid::try_parse(text).ok())
    }

    /// TEXT that holds a UUID and may be missing.
    pub fn uuid_or_null(&self, column: &str) -> Result<Option<Uuid>, DatabaseError> {
        self.text_or_null(column)?
            .map(|text| Uuid::try_parse(&text).map_err(|_| damaged(column)))
            .transpose()
    }

    /// BIGINT that holds Unix milliseconds.
    pub fn time(&self, column: &str) -> Result<OffsetDateTime, DatabaseError> {
        self.time_or_null(column)?.ok_or_else(|| damaged(column))
    }

    /// BIGINT that holds Unix milliseconds and may be missing.
    pub fn time_or_null(&self, column: &str) -> Result<Option<OffsetDateTime>, DatabaseError> {
        let ms: Option<i64> = self.get_or_null(column)?;
        ms.map(|ms| {
            let nanoseconds = i128::from(ms) * 1_000_000;
            OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).map_err(|_| damaged(column))
        })
        .transpose()
    }

    /// TEXT that stands for something; `None` of `read` is damage.
    pub fn parse<T>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, DatabaseError> {
        read(&self.text(column)?).ok_or_else(|| damaged(column))
    }

    fn get<'r, T>(&'r self, column: &str) -> Result<T, DatabaseError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite>,
    {
        // Asked for the bare type, sqlx reads NULL as "" or 0.
        self.get_or_null(column)?.ok_or_else(|| damaged(column))
    }

    fn get_or_null<'r, T>(&'r self, column: &str) -> Result<Option<T>, DatabaseError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite>,
    {
        self.0.try_get(column).map_err(|_| damaged(column))
    }
}

fn damaged(column: &str) -> DatabaseError {
    DatabaseError::Corrupt(format!("column {column} can't be read"))
}
