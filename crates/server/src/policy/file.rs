use crate::config::TextFile;
use musicgen_security::authorization::{MAX_POLICY_BYTES, Policy};
use std::path::{Path, PathBuf};

/// A policy file and how strictly it is judged.
#[derive(Debug, Clone)]
pub struct PolicyFile {
    path: PathBuf,
    strict: bool,
}

/// What one look at the file found: its text, or why there is none.
pub(super) type Seen = Result<String, String>;

impl PolicyFile {
    /// The file at `path`; `strict` refuses one that others can write.
    pub fn new(path: impl Into<PathBuf>, strict: bool) -> Self {
        Self {
            path: path.into(),
            strict,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads and judges it; what is wrong, a fault an item.
    pub fn load(&self) -> Result<Policy, Vec<String>> {
        Self::judge(&self.look())
    }

    /// Something about the file that is refused in staging and production only.
    pub(crate) fn laxity(&self) -> Option<String> {
        let file = TextFile::read_up_to(&self.path, MAX_POLICY_BYTES as u64).ok()?;
        file.writable_by_others().filter(|_| !self.strict)
    }

    pub(super) fn look(&self) -> Seen {
        let file = TextFile::read_up_to(&self.path, MAX_POLICY_BYTES as u64)?;
        match file.writable_by_others().filter(|_| self.strict) {
            Some(what) => Err(what),
            None => Ok(file.text),
        }
    }

    pub(super) fn judge(seen: &Seen) -> Result<Policy, Vec<String>> {
        let text = seen.as_ref().map_err(|what| vec![what.clone()])?;
        let told = |fault: &dyn std::fmt::Display| fault.to_string();
        Policy::parse(text).map_err(|faults| {
            let faults = faults.faults().iter();
            faults.map(|fault| told(fault)).collect()
        })
    }
}
