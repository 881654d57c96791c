//! The README says what is so.

use musicgen_security::stack::{EDGE, ROUTE};

#[test]
fn the_table_has_the_stages_in_order() {
    let readme = include_str!("../README.md");
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `"));
    let named: Vec<&str> = rows
        .filter_map(|row| row.split_once('`').map(|(name, _)| name))
        .take(EDGE.len() + ROUTE.len())
        .collect();
    let stages: Vec<&str> = EDGE.iter().chain(ROUTE).map(|stage| stage.name).collect();
    assert_eq!(named, stages);
}
