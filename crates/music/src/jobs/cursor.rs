use time::OffsetDateTime;
use uuid::Uuid;

/// Where a page of a list begins: after this job, newest first.
///
/// Its text is for sending back, not for reading; it holds nothing that the list didn't show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    created_ms: i64,
    id: Uuid,
}

/// The text is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor: send back the `next_cursor` of the page before, unchanged")]
pub struct CursorError;

impl Cursor {
    /// The texts that [`parse`](Self::parse) takes, as a regular expression (ECMA-262).
    pub const PATTERN: &'static str = "^[0-7][0-9a-f]{47}$";

    /// The place after a job.
    pub fn after(created_at: OffsetDateTime, id: Uuid) -> Self {
        Self {
            created_ms: (created_at.unix_timestamp_nanos() / 1_000_000) as i64,
            id,
        }
    }

    /// Reads what [`Display`](std::fmt::Display) wrote, and nothing else: one place has one text.
    pub fn parse(text: &str) -> Result<Self, CursorError> {
        // 16 hexadecimal digits of the time and 32 of the id.
        if text.len() != 48 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(CursorError);
        }
        let (time, id) = text.split_at(16);
        let created_ms = u64::from_str_radix(time, 16).map_err(|_| CursorError)?;
        Ok(Self {
            created_ms: i64::try_from(created_ms).map_err(|_| CursorError)?,
            id: Uuid::try_parse(id).map_err(|_| CursorError)?,
        })
    }

    /// Creation time of the job before the page, Unix time in milliseconds.
    pub fn created_ms(&self) -> i64 {
        self.created_ms
    }

    /// The job before the page; decides between jobs of the same millisecond.
    pub fn id(&self) -> Uuid {
        self.id
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{}", self.created_ms, self.id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(ms in 0..=i64::MAX, id: u128) {
            let cursor = Cursor { created_ms: ms, id: Uuid::from_u128(id) };
            prop_assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
        }

        #[test]
        fn any_other_text_is_refused_or_canonical(text in "\\PC{0,60}") {
            if let Ok(cursor) = Cursor::parse(&text) {
                prop_assert_eq!(cursor.to_string(), text);
            }
        }
    }

    #[test]
    fn malformed_texts() {
        let good = Cursor {
            created_ms: 1_764_000_000_000,
            id: Uuid::from_u128(7),
        }
        .to_string();
        for (name, text) in [
            ("empty", String::new()),
            ("short", good[1..].to_owned()),
            ("long", format!("{good}0")),
            ("upper case", good.to_uppercase().replace('0', "A")),
            ("hyphens", good.replacen('0', "-", 1)),
            ("sign", format!("+{}", &good[1..])),
            ("before 1970", format!("f{}", &good[1..])),
            ("multi-byte", format!("é{}", &good[2..])),
        ] {
            assert_eq!(Cursor::parse(&text), Err(CursorError), "{name}");
        }
    }
}
