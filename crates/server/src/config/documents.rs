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
         refuses to start (exit 78, every reason listed) when a secret is missing or weak; when `PUBLIC_URL` is not https; when a file with a\n\
         secret can be reached by others, or others can write in `DATA_DIR`. In every environment it refuses a secret of fewer than 32 bytes,\n\
         two equal secrets, development on an address that others can reach, and a CORS origin that is `null`, has a path, stands for\n\
         everything under a public suffix (`https://*.co.uk`), or is `*` with credentials; in staging and production one of http too. An `ENVIRONMENT` that is none is refused, and\n\
         the rest is judged as in production.\n\n\
         Docker Swarm and Kubernetes mount secrets so that everybody in the container can read them; staging and production refuse such a\n\
         `NAME_FILE`. Ask for `mode: 0400` (Swarm) or `defaultMode: 0400` (Kubernetes), with the service's user as the owner.\n\n\
         A secret is weak when it has fewer than 32 bytes, fewer than 10 different characters, or only digits and fewer than 39 of them; when it\n\
         repeats a pattern or runs along the alphabet or the digits; when a word of placeholders (`changeme`, `secret`, `example`, …) is in it;\n\
         when it is a key that a well-known tutorial publishes. `openssl rand -base64 32` makes a good one.\n\n\
         To replace a secret, make the new one the current one and put the old one first in the list of previous ones; take it out of the\n\
         list when nothing made with it is needed any more. An access token that a previous `JWT_SECRET_KEY` signs after its replacement is\n\
         refused, and all its tokens have ended after `JWT_ACCESS_TOKEN_EXPIRE_MINUTES`. Where others check tokens by\n\
         `/.well-known/jwks.json`, set the new one as `JWT_SECRET_KEY_NEXT` first and wait five minutes. `JWT_ALGORITHM` is changed together\n\
         with the secret, in the same way. With ES256 and EdDSA the key is derived from a secret that is no PEM text: the same secret, the\n\
         same key. `openssl genpkey -algorithm ed25519` or `-algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes a key in PEM.\n",
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
