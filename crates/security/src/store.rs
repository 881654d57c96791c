//! The error that every storage trait shares.

/// Why a store could not answer.
///
/// A store never turns a failure into an answer: "unavailable" is not "absent", and whoever asks
/// who somebody is must refuse when it hears it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store can't be reached or can't do the work now; trying again may help.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// Something with that unique name exists already.
    #[error("the record exists already")]
    Conflict,
    /// What is stored can't be read as what it should be; an operator has to look.
    #[error("a stored record is damaged: {0}")]
    Corrupt(String),
}
