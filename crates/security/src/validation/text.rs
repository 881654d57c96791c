/// What a text may be.
///
/// Lengths are in Unicode code points, so that a limit means the same in every script.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    min: usize,
    max: usize,
    lines: bool,
    opaque: bool,
}

impl Text {
    /// One line for people to read: no control characters, nothing invisible that reorders or
    /// joins text (bidirectional controls, zero-width characters), no blanks at the ends.
    pub const fn line(min: usize, max: usize) -> Self {
        Self {
            min,
            max,
            lines: false,
            opaque: false,
        }
    }

    /// Several lines: as [`Text::line`], but tab, line feed and carriage return are fine.
    pub const fn lines(min: usize, max: usize) -> Self {
        Self {
            min,
            max,
            lines: true,
            opaque: false,
        }
    }

    /// Anything of this length: for passwords and tokens, which have rules of their own.
    pub const fn opaque(min: usize, max: usize) -> Self {
        Self {
            min,
            max,
            lines: true,
            opaque: true,
        }
    }

    /// Says what is wrong, as a stable word and a sentence.
    pub fn check(&self, text: &str) -> Result<(), (&'static str, String)> {
        let length = text.chars().count();
        if length < self.min {
            let code = if length == 0 { "required" } else { "too_short" };
            return Err((code, format!("at least {} characters", self.min)));
        }
        if length > self.max {
            return Err(("too_long", format!("at most {} characters", self.max)));
        }
        if self.opaque {
            return Ok(());
        }
        if text
            .chars()
            .any(|c| c.is_control() && !(self.lines && matches!(c, '\t' | '\n' | '\r')))
        {
            return Err(("format", "no control characters".to_owned()));
        }
        if text.chars().any(is_invisible) {
            let detail = "no invisible characters that reorder or join text";
            return Err(("format", detail.to_owned()));
        }
        if !self.lines && text.trim() != text {
            return Err(("format", "no blanks at the ends".to_owned()));
        }
        Ok(())
    }
}

/// Bidirectional controls (UAX #9), zero-width characters and the byte order mark. The zero-width
/// joiner stays: families of emoji and several scripts need it.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{061C}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
    )
}
