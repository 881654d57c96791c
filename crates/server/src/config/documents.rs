//! `.env.example` and `docs/configuration.md`, made from the table of variables.

use super::variable::{Section, Variable};
use super::variables;
use std::fmt::Write;

fn of_section(section: Section) -> impl Iterator<Item = &'static Variable> {
    variables::all().filter(move |variable| variable.section == section)
}

/// Every variable, commented out, with its default and one line on it.
pub fn env_example() -> String {
    let mut text = String::from(
        "# Every setting with its default. Each also works as NAME_FILE, the path of a file that holds\n\
         # the value. This file is read in development only; docs/configuration.md says more.\n",
    );
    for section in Section::ALL {
        // Writing to a String can't fail.
        let _ = writeln!(text, "\n# --- {} ---", section.title());
        for variable in of_section(section) {
            let default = variable.default_in_words();
            let value = match variable.default {
                super::variable::Preset::Said(_) => String::new(),
                _ => default.clone(),
            };
            let _ = writeln!(text, "\n# {}", variable.doc);
            let _ = writeln!(
                text,
                "# Accepted: {}. Default: {default}.",
                variable.accepted()
            );
            let _ = writeln!(text, "#{}={value}", variable.name);
        }
    }
    text
}

/// The reference page.
pub fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\n\
         Made from the table of variables in `crates/server/src/config/variables.rs`; a test keeps the two the same.\n\n\
         Sources, later wins: defaults, a TOML file (`--config` or `MUSICGEN_CONFIG`; keys are these names in lower or upper case),\n\
         `.env` in development, the environment, flags. Every variable also works as `NAME_FILE=path`; both set is an error, and one\n\
         newline at the end of such a file is left out. `musicgen check` reads everything without starting and lists all that is wrong.\n\n\
         In development a missing secret is made at random and kept in `DATA_DIR/secrets`, mode 0600. In staging and production the program\n\
         refuses to start (exit 78, every reason listed) when a secret is missing, shorter than 32 bytes, has fewer than 12 different\n\
         characters, repeats a pattern, looks like an example, or equals another; when `PUBLIC_URL` is not https; when a file\n\
         with a secret or `DATA_DIR` is open to others.\n",
    );
    for section in Section::ALL {
        let _ = writeln!(text, "\n## {}\n", section.title());
        let _ = writeln!(
            text,
            "| variable | default | accepted | what it does |\n| --- | --- | --- | --- |"
        );
        for variable in of_section(section) {
            let cell = |text: &str| text.replace('|', "\\|");
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} |",
                variable.name,
                cell(&variable.default_in_words()),
                cell(&variable.accepted()),
                cell(variable.doc)
            );
        }
    }
    text
}
