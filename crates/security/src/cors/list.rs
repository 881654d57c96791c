use super::OriginPattern;
use std::sync::Arc;

/// Origins that may do something, ready to be asked at every request. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct OriginList(Arc<Prepared>);

#[derive(Debug, Default)]
struct Prepared {
    /// Sorted by their text.
    exact: Box<[OriginPattern]>,
    wildcards: Box<[OriginPattern]>,
}

impl OriginList {
    /// The pattern by which an origin of these bytes is allowed.
    pub fn find(&self, origin: &[u8]) -> Option<&OriginPattern> {
        let exact = &self.0.exact;
        let place = exact.binary_search_by(|pattern| pattern.as_str().as_bytes().cmp(origin));
        let found = place.ok().and_then(|place| exact.get(place));
        found.or_else(|| self.0.wildcards.iter().find(|one| one.matches(origin)))
    }

    /// All of them, single origins first.
    pub fn iter(&self) -> impl Iterator<Item = &OriginPattern> {
        self.0.exact.iter().chain(&*self.0.wildcards)
    }
}

impl FromIterator<OriginPattern> for OriginList {
    fn from_iter<I: IntoIterator<Item = OriginPattern>>(patterns: I) -> Self {
        let (wildcards, mut exact): (Vec<_>, Vec<_>) =
            patterns.into_iter().partition(OriginPattern::has_wildcard);
        exact.sort_unstable();
        Self(Arc::new(Prepared {
            exact: exact.into(),
            wildcards: wildcards.into(),
        }))
    }
}
