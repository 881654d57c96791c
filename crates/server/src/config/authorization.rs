use super::error::Problem;
use super::reader::Reader;
use super::sections::Environment;
use super::variables as v;
use crate::policy::PolicyFile;
use musicgen_security::authorization::Policy;
use std::sync::Arc;

/// What roles may do.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// What the policy was read from, to be watched; `None` for the built-in roles.
    pub policy_file: Option<PolicyFile>,
    /// The policy as it was at start.
    pub policy: Arc<Policy>,
}

impl Authorization {
    pub(super) fn read(reader: &mut Reader, environment: Environment) -> Self {
        let built_in = || Arc::new(Policy::built_in());
        let Some(given) = reader.given(&v::POLICY_FILE) else {
            return Self {
                policy_file: None,
                policy: built_in(),
            };
        };
        let file = PolicyFile::new(given.text, environment.is_strict());
        let path = file.path().display();
        if let Some(what) = file.laxity() {
            let text = format!("{path} {what}; production would refuse it");
            reader.findings.notice(v::POLICY_FILE.name, text);
        }
        let policy = match file.load() {
            Ok(policy) => Arc::new(policy),
            Err(faults) => {
                for fault in faults {
                    let what = format!("{path}: {fault}");
                    let problem = Problem::new(&v::POLICY_FILE, Some(&given.origin), what);
                    reader.findings.problems.push(problem.bare());
                }
                built_in()
            }
        };
        Self {
            policy_file: Some(file),
            policy,
        }
    }
}
