use super::builder::Definition;
use super::fault::{Findings, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// Of each role, the roles that it inherits and that there are.
type Parents<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The names in an order in which every role comes after those it inherits; circles are noted and left
/// out, with all that inherits from them. Names that don't exist are passed over: they are noted
/// elsewhere.
///
/// Both walks keep lists of their own instead of recursing, whose depth a file could choose.
pub(super) fn order<'a>(
    roles: &'a BTreeMap<String, Definition>,
    findings: &mut Findings,
) -> Vec<&'a str> {
    let known = |name: &str| roles.get_key_value(name).map(|(name, _)| name.as_str());
    let parents: Parents = roles
        .iter()
        .map(|(name, role)| {
            let inherits = role
                .inherits
                .iter()
                .filter_map(|parent| known(&parent.text));
            (name.as_str(), inherits.collect())
        })
        .collect();
    let ordered = by_kahn(&parents);
    if ordered.len() < roles.len() {
        let done: BTreeSet<&str> = ordered.iter().copied().collect();
        let left = parents.into_iter().filter(|(name, _)| !done.contains(name));
        note_circles(roles, &left.collect(), findings);
    }
    ordered
}

/// Kahn's algorithm.
fn by_kahn<'a>(parents: &Parents<'a>) -> Vec<&'a str> {
    let mut waiting_for: BTreeMap<&str, usize> = BTreeMap::new();
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, of_it) in parents {
        waiting_for.insert(name, of_it.len());
        for parent in of_it {
            children.entry(parent).or_default().push(name);
        }
    }
    let free = parents.iter().filter(|(_, of_it)| of_it.is_empty());
    let mut ready: Vec<&str> = free.map(|(name, _)| *name).collect();
    let mut ordered = Vec::with_capacity(parents.len());
    while let Some(name) = ready.pop() {
        ordered.push(name);
        for child in children.get(name).into_iter().flatten() {
            if let Some(count) = waiting_for.get_mut(child) {
                *count -= 1;
                if *count == 0 {
                    ready.push(child);
                }
            }
        }
    }
    ordered
}

/// Notes a circle for each way back that a search in depth finds, one for each role it comes back to.
fn note_circles(roles: &BTreeMap<String, Definition>, left: &Parents<'_>, findings: &mut Findings) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for start in left.keys() {
        if !seen.insert(start) {
            continue;
        }
        let below = |name: &str| left.get(name).into_iter().flatten();
        let mut path = vec![(*start, below(start))];
        let mut on_path = BTreeSet::from([*start]);
        while let Some((name, rest)) = path.last_mut() {
            match rest.next() {
                None => {
                    on_path.remove(name);
                    path.pop();
                }
                Some(parent) if on_path.contains(parent) => {
                    if told.insert(parent) {
                        let names = path.iter().map(|(name, _)| *name);
                        let circle: Vec<&str> = names.skip_while(|name| name != parent).collect();
                        let line = roles.get(*parent).and_then(|role| role.line);
                        findings.note(line, || in_words(&circle));
                    }
                }
                Some(parent) => {
                    if seen.insert(parent) {
                        on_path.insert(parent);
                        path.push((parent, below(parent)));
                    }
                }
            }
        }
    }
}

fn in_words(circle: &[&str]) -> String {
    // It can be as long as the file.
    let names: Vec<String> = circle.iter().take(8).map(|name| quoted(name)).collect();
    let names = names.join(" → ");
    let between = if circle.len() > 8 {
        " → … → "
    } else {
        " → "
    };
    let back = circle.first().map(|name| quoted(name)).unwrap_or_default();
    format!("roles inherit in a circle: {names}{between}{back}; take one `inherits` away")
}
