//! Pages of lists: `?limit=1..100&cursor=…`.

use musicgen_music::jobs::Cursor;
use musicgen_security::problem::{FieldProblem, Problem};
use musicgen_security::validation::{Fields, FromFields, Text};

/// Which page.
#[derive(Debug)]
pub(crate) struct PageQuery {
    limit: u32,
    cursor: Option<String>,
}

impl FromFields for PageQuery {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let limit = fields.optional_digits("limit", 1, 100).unwrap_or(20) as u32;
        let cursor = fields.optional_text("cursor", Text::opaque(1, 200));
        Some(Self { limit, cursor })
    }
}

impl PageQuery {
    /// How many at most, and after what.
    pub(crate) fn place(&self) -> Result<(u32, Option<Cursor>), Problem> {
        let after = self.cursor.as_deref().map(Cursor::parse).transpose();
        let after = after.map_err(|error| {
            let fault = FieldProblem::new("/query/cursor", "format", error.to_string());
            Problem::invalid(vec![fault])
        })?;
        Ok((self.limit, after))
    }
}
