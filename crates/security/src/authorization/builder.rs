//! From definitions to a policy: what every definition has to be, however it was written down.

use super::fault::{Findings, PolicyFaults, quoted, suggestion};
use super::inheritance;
use super::policy::BUILT_IN;
use super::policy_file;
use super::{Grant, Grants, Permission, Policy, RoleName};
use crate::authentication::accounts::EmailAddress;
use std::collections::{BTreeMap, BTreeSet};

/// The most roles of one policy.
pub const MAX_ROLES: usize = 1_000;
/// The most accounts that one policy names.
pub const MAX_ACCOUNTS: usize = 10_000;

/// A text of a definition, and the line it stood in.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) text: String,
    pub(super) line: Option<usize>,
}

/// What a role, or an account beside its roles, gives and denies.
#[derive(Debug, Clone, Default)]
pub struct Definition {
    pub(super) line: Option<usize>,
    pub(super) inherits: Vec<Entry>,
    pub(super) grants: Vec<Entry>,
    pub(super) denies: Vec<Entry>,
}

/// Collects roles and accounts, and makes a [`Policy`] of them when all of it is right.
///
/// ```
/// use musicgen_security::authorization::{Definition, Permission, PolicyBuilder, RoleName};
///
/// // Another service, with permissions of its own:
/// let read = Permission::parse("invoices:read")?;
/// let policy = PolicyBuilder::bare()
///     .permissions([read.clone(), Permission::parse("invoices:write")?])
///     .role("clerk", Definition::default().grants(["invoices:read"]))
///     .role("chief", Definition::default().inherits(["clerk"]).grants(["invoices:*"]))
///     .build()?;
/// assert!(policy.grants(&[RoleName::parse("clerk")?]).allow(&read));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PolicyBuilder {
    pub(super) roles: BTreeMap<String, Definition>,
    pub(super) accounts: Vec<(String, Definition)>,
    known: Vec<Permission>,
}

impl Definition {
    /// All that these roles give and deny belongs to this one too.
    #[must_use]
    pub fn inherits<T: Into<String>>(mut self, roles: impl IntoIterator<Item = T>) -> Self {
        self.inherits.extend(roles.into_iter().map(Entry::new));
        self
    }

    /// Gives these.
    #[must_use]
    pub fn grants<T: Into<String>>(mut self, grants: impl IntoIterator<Item = T>) -> Self {
        self.grants.extend(grants.into_iter().map(Entry::new));
        self
    }

    /// Denies these, whoever gives them.
    #[must_use]
    pub fn denies<T: Into<String>>(mut self, denials: impl IntoIterator<Item = T>) -> Self {
        self.denies.extend(denials.into_iter().map(Entry::new));
        self
    }
}

impl Entry {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            line: None,
        }
    }
}

impl PolicyBuilder {
    /// Begins with the role `admin` alone and no permissions.
    pub fn bare() -> Self {
        Self {
            roles: BTreeMap::new(),
            accounts: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Begins with the roles and permissions that come with the program.
    pub fn built_in() -> Self {
        let begun = Self::bare().permissions(Permission::NAMED.iter().cloned());
        let ours = BUILT_IN
            .iter()
            .filter(|row| row.0 != RoleName::ADMIN.as_str());
        ours.fold(begun, |builder, (name, inherits, grants)| {
            let definition = Definition::default()
                .inherits(inherits.iter().copied())
                .grants(grants.iter().copied());
            builder.role(name, definition)
        })
    }

    /// The service knows these permissions too. A grant that covers none that is known is refused: a
    /// mistyped one would give nothing, and a mistyped denial deny nothing, and nobody would notice.
    #[must_use]
    pub fn permissions(mut self, known: impl IntoIterator<Item = Permission>) -> Self {
        for permission in known {
            if !self.known.contains(&permission) {
                self.known.push(permission);
            }
        }
        self
    }

    /// Defines a role, in the place of one with the same name.
    #[must_use]
    pub fn role(mut self, name: &str, definition: Definition) -> Self {
        self.roles.insert(name.to_owned(), definition);
        self
    }

    /// Gives or denies something to the account with this address, beside its roles.
    #[must_use]
    pub fn account(mut self, email: &str, definition: Definition) -> Self {
        self.accounts.push((email.to_owned(), definition));
        self
    }

    /// Makes the policy, or says all that is wrong.
    pub fn build(self) -> Result<Policy, PolicyFaults> {
        let mut findings = Findings::default();
        let policy = self.resolve(&mut findings);
        findings.finish().map(|()| policy)
    }

    /// Adds what a policy file says, and makes the policy. A role of the file stands in the place of the
    /// one with the same name.
    pub fn read(mut self, text: &str) -> Result<Policy, PolicyFaults> {
        let mut findings = Findings::default();
        policy_file::read(text, &mut self, &mut findings)?;
        let policy = self.resolve(&mut findings);
        findings.finish().map(|()| policy)
    }

    fn resolve(self, findings: &mut Findings) -> Policy {
        if self.roles.len() + 1 > MAX_ROLES {
            let count = self.roles.len() + 1;
            findings.note(None, || {
                format!("{count} roles, `admin` among them; at most {MAX_ROLES} are accepted")
            });
        }
        if self.accounts.len() > MAX_ACCOUNTS {
            let count = self.accounts.len();
            findings.note(None, || {
                format!("{count} accounts; at most {MAX_ACCOUNTS} are accepted, give them a role instead")
            });
        }
        let roles = self.resolve_roles(findings);
        let accounts = self.resolve_accounts(findings);
        Policy {
            roles,
            accounts,
            known: self.known.into(),
        }
    }

    fn resolve_roles(&self, findings: &mut Findings) -> BTreeMap<RoleName, Grants> {
        let mut resolved = BTreeMap::from([(RoleName::ADMIN, Grants::everything())]);
        for (name, definition) in &self.roles {
            check_name(name, definition.line, findings);
            self.check_parents(name, definition, findings);
        }
        // Before the order is known: what stands in a circle is judged too.
        let mut own: BTreeMap<&str, Grants> = BTreeMap::new();
        for (name, definition) in &self.roles {
            own.insert(name, self.own(definition, findings));
        }
        for name in inheritance::order(&self.roles, findings) {
            let Some((definition, name)) = self.roles.get(name).zip(RoleName::parse(name).ok())
            else {
                continue;
            };
            let parents = definition.inherits.iter();
            let parents = parents.filter_map(|parent| RoleName::parse(&parent.text).ok());
            let parents: Vec<&Grants> =
                parents.filter_map(|parent| resolved.get(&parent)).collect();
            let all = parents.into_iter().chain(own.get(name.as_str()));
            resolved.insert(name, without_denied(&Grants::all_of(all)));
        }
        resolved
    }

    fn check_parents(&self, name: &str, definition: &Definition, findings: &mut Findings) {
        let mut seen = BTreeSet::new();
        let names = || {
            let admin = [RoleName::ADMIN.as_str()].into_iter();
            admin.chain(self.roles.keys().map(String::as_str))
        };
        for Entry { text, line } in &definition.inherits {
            if !seen.insert(text) {
                let what = || format!("{} is inherited twice; leave one out", quoted(text));
                findings.note(*line, what);
            } else if text != RoleName::ADMIN.as_str() && !self.roles.contains_key(text) {
                findings.note(*line, || {
                    let name = quoted(name);
                    let suggestion = suggestion(text, names());
                    format!(
                        "{name} inherits {}, and there is no such role{suggestion}",
                        quoted(text)
                    )
                });
            }
        }
    }

    fn resolve_accounts(&self, findings: &mut Findings) -> BTreeMap<EmailAddress, Grants> {
        let mut resolved = BTreeMap::new();
        for (address, definition) in &self.accounts {
            let line = definition.line;
            if !definition.inherits.is_empty() {
                findings.note(line, || {
                    "an account inherits nothing; give it a role instead".to_owned()
                });
            }
            let own = without_denied(&self.own(definition, findings));
            match EmailAddress::parse(address) {
                Err(error) => {
                    findings.note(line, || {
                        let about = of_address(address, line);
                        format!("{about} is no mail address: {error}")
                    });
                }
                Ok(email) => {
                    if resolved.insert(email, own).is_some() {
                        findings.note(line, || {
                            let about = of_address(address, line);
                            format!("{about} is named twice, in another spelling; join the two")
                        });
                    }
                }
            }
        }
        resolved
    }

    /// What a definition itself gives and denies.
    fn own(&self, definition: &Definition, findings: &mut Findings) -> Grants {
        let given = self.grants(&definition.grants, "granted", findings);
        let denied = self.grants(&definition.denies, "denied", findings);
        for (grant, line) in &given {
            if denied.contains_key(grant) {
                findings.note(*line, || {
                    format!("`{grant}` is both granted and denied; a denial wins, so leave one out")
                });
            }
        }
        Grants::from_unsorted(given.into_keys().collect(), denied.into_keys().collect())
    }

    fn grants(
        &self,
        entries: &[Entry],
        how: &str,
        findings: &mut Findings,
    ) -> BTreeMap<Grant, Option<usize>> {
        let mut grants = BTreeMap::new();
        for Entry { text, line } in entries {
            match Grant::parse(text) {
                Err(error) => {
                    findings.note(*line, || format!("{error}{}", self.permission_like(text)));
                }
                Ok(grant) if !self.covers_something(&grant) => {
                    findings.note(*line, || {
                        let suggestion = self.permission_like(text);
                        format!(
                            "{} covers no permission that there is{suggestion}",
                            quoted(text)
                        )
                    });
                }
                Ok(grant) => {
                    if grants.insert(grant, *line).is_some() {
                        findings.note(*line, || format!("`{text}` is {how} twice; leave one out"));
                    }
                }
            }
        }
        grants
    }

    fn covers_something(&self, grant: &Grant) -> bool {
        *grant == Grant::ALL || self.known.iter().any(|permission| grant.covers(permission))
    }

    fn permission_like(&self, text: &str) -> String {
        let exact = self.known.iter().map(Permission::as_str);
        let areas: BTreeSet<String> = exact
            .clone()
            .filter_map(|permission| Some(format!("{}:*", permission.split(':').next()?)))
            .collect();
        let areas = areas.iter().map(String::as_str);
        suggestion(text, exact.chain(areas).chain([Grant::ALL.as_str()]))
    }
}

/// An address is personal, and faults are logged: where there is a line, the line is enough.
fn of_address(address: &str, line: Option<usize>) -> String {
    line.map_or_else(|| quoted(address), |_| "this".to_owned())
}

fn check_name(name: &str, line: Option<usize>, findings: &mut Findings) {
    if name == RoleName::ADMIN.as_str() {
        findings.note(line, || {
            "`admin` may always do everything and can't be defined; define a role of another name".to_owned()
        });
    } else if let Err(error) = RoleName::parse(name) {
        findings.note(line, || format!("{}: {error}", quoted(name)));
    }
}

/// Leaves out what can't count: where the denial goes, the grant goes.
fn without_denied(grants: &Grants) -> Grants {
    let denied = grants.denied();
    let counts = |grant: &&Grant| !denied.iter().any(|denial| denial.includes(grant));
    let given = grants.given().iter().filter(counts).cloned().collect();
    Grants::from_unsorted(given, denied.to_vec())
}
