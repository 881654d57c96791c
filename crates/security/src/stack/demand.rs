use crate::authorization::Access;
use crate::rate_limiting::RateClass;

/// What a route asks of whoever calls it, and what a call costs.
///
/// An [`Access`] alone is a demand of [`RateClass::Read`]. A route that checks a password, a token or a
/// code from a letter is of [`RateClass::Auth`]:
///
/// ```
/// use musicgen_security::authorization::Access;
/// use musicgen_security::rate_limiting::RateClass;
/// use musicgen_security::stack::Demand;
///
/// let sign_in = Demand::from((Access::Public, RateClass::Auth));
/// assert_eq!(Demand::from(Access::Public).class, RateClass::Read);
/// # drop(sign_in);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Who may call it.
    pub access: Access,
    /// Which bucket it is taken from, and how much.
    pub class: RateClass,
}

impl From<Access> for Demand {
    fn from(access: Access) -> Self {
        Self {
            access,
            class: RateClass::default(),
        }
    }
}

impl From<(Access, RateClass)> for Demand {
    fn from((access, class): (Access, RateClass)) -> Self {
        Self { access, class }
    }
}
