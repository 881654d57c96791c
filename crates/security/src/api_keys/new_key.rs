use super::{KeyLimits, KeyMode, Networks};
use crate::authorization::{Grant, Grants};
use crate::problem::{FieldProblem, Problem};
use crate::store::StoreError;
use crate::validation::Text;
use http::StatusCode;
use time::Duration;
use uuid::Uuid;

const NAME: Text = Text::line(1, 64);
const MOST_SCOPES: usize = 64;

/// How long keys live and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRules {
    /// Of a key that names no lifetime.
    pub default_lifetime: Duration,
    /// Of any key.
    pub max_lifetime: Duration,
    /// How long a rotated key goes on working where nothing is said.
    pub default_overlap: Duration,
    /// How long it may.
    pub max_overlap: Duration,
    /// Working lines of keys of an account.
    pub per_account: u32,
}

impl Default for KeyRules {
    /// 90 days, 365 days, 1 day, 7 days, 100.
    fn default() -> Self {
        Self {
            default_lifetime: Duration::days(90),
            max_lifetime: Duration::days(365),
            default_overlap: Duration::DAY,
            max_overlap: Duration::days(7),
            per_account: 100,
        }
    }
}

impl KeyRules {
    /// A lifetime that was asked for, if it may be.
    pub(super) fn lifetime(&self, asked: Option<Duration>) -> Result<Duration, KeyFault> {
        let lifetime = asked.unwrap_or(self.default_lifetime.min(self.max_lifetime));
        if lifetime.is_positive() && lifetime <= self.max_lifetime {
            Ok(lifetime)
        } else {
            Err(KeyFault::Lifetime {
                max: self.max_lifetime,
            })
        }
    }

    /// An overlap that was asked for, if it may be.
    pub(super) fn overlap(&self, asked: Option<Duration>) -> Result<Duration, KeyFault> {
        let overlap = asked.unwrap_or(self.default_overlap.min(self.max_overlap));
        if overlap.is_negative() || overlap > self.max_overlap {
            Err(KeyFault::Overlap {
                max: self.max_overlap,
            })
        } else {
            Ok(overlap)
        }
    }
}

/// What an owner calls a key: one line of 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

/// Why a text is no name: a stable word, and what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct KeyNameFault {
    /// `required`, `too_long` or `format`.
    pub code: &'static str,
    /// What is accepted.
    pub detail: String,
}

impl KeyName {
    /// What a name may be, for handlers that check it with the other fields.
    pub const RULE: Text = NAME;

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, KeyNameFault> {
        match NAME.check(text) {
            Ok(()) => Ok(Self(text.to_owned())),
            Err((code, detail)) => Err(KeyNameFault { code, detail }),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for KeyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a key is made from.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Whose it will be.
    pub account_id: Uuid,
    /// What its owner calls it.
    pub name: KeyName,
    /// The word in its text.
    pub mode: KeyMode,
    /// What it may do at the most. None is a fault: nothing is given that isn't named.
    pub scopes: Vec<Grant>,
    /// Where it may come from.
    pub networks: Networks,
    /// Limits of its own.
    pub limits: KeyLimits,
    /// How long it lives; `None` is [`KeyRules::default_lifetime`].
    pub lifetime: Option<Duration>,
}

impl NewApiKey {
    /// Everything that is wrong with it, when somebody with the rights `maker` makes it.
    pub fn faults(&self, rules: &KeyRules, maker: &Grants) -> Vec<KeyFault> {
        let mut faults = Vec::new();
        if self.scopes.is_empty() {
            faults.push(KeyFault::NoScopes);
        } else if self.scopes.len() > MOST_SCOPES {
            faults.push(KeyFault::TooManyScopes { max: MOST_SCOPES });
        } else {
            let scopes = self.scopes.iter().cloned().enumerate();
            let wide = scopes.filter(|(_, scope)| !maker.include(scope));
            faults.extend(wide.map(|(position, scope)| KeyFault::ScopeTooWide { position, scope }));
        }
        faults.extend(rules.lifetime(self.lifetime).err());
        faults
    }
}

/// One thing wrong with a key that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// No scopes.
    #[error("name at least one scope: a key without scopes could do nothing")]
    NoScopes,
    /// More scopes than there are things to do.
    #[error("at most {max} scopes")]
    TooManyScopes {
        /// As many as may be.
        max: usize,
    },
    /// Its maker hasn't got this scope, or not all of it.
    #[error("you may not give `{scope}`: your own rights don't include it")]
    ScopeTooWide {
        /// In the list of scopes.
        position: usize,
        /// The scope.
        scope: Grant,
    },
    /// Not positive, or too long.
    #[error("a key lives more than nothing and at most {} days", max.whole_days())]
    Lifetime {
        /// As long as may be.
        max: Duration,
    },
    /// Negative, or too long.
    #[error("a rotated key goes on working for 0 to {} hours", max.whole_hours())]
    Overlap {
        /// As long as may be.
        max: Duration,
    },
}

impl KeyFault {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoScopes => "required",
            Self::TooManyScopes { .. } => "too_long",
            Self::ScopeTooWide { .. } => "scope_too_wide",
            Self::Lifetime { .. } | Self::Overlap { .. } => "out_of_range",
        }
    }
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// It may not be like this; everything that is wrong.
    #[error("the key may not be made like this")]
    Faults(Vec<KeyFault>),
    /// The account has as many as it may have.
    #[error("the account has {cap} keys already")]
    CapReached {
        /// As many as may be.
        cap: u32,
    },
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CreateError {
    /// The answer; `pointer` says where in the caller's body a fault stands.
    pub fn into_problem(self, pointer: impl Fn(&KeyFault) -> String) -> Problem {
        match self {
            Self::Faults(faults) => invalid(&faults, pointer),
            Self::CapReached { cap } => Problem::new(
                StatusCode::CONFLICT,
                "too_many_api_keys",
                "You have as many API keys as you may have",
                format!("An account has at most {cap} API keys that work. Revoke one first."),
            ),
            Self::Store(store) => store.into(),
        }
    }
}

pub(super) fn invalid(faults: &[KeyFault], pointer: impl Fn(&KeyFault) -> String) -> Problem {
    let fields = faults
        .iter()
        .map(|fault| FieldProblem::new(pointer(fault), fault.code(), fault.to_string()));
    Problem::invalid(fields.collect())
}
