use crate::authorization::{Definition, Policy, PolicyBuilder, PolicyFaults};

fn faults(text: &str) -> PolicyFaults {
    Policy::parse(text).expect_err(text)
}

/// AZ-5: each fault with its line and what to do.
// table: of faults
#[test]
fn each_fault_is_told_with_its_line() {
    let rows: &[(&str, &str, usize, &str)] = &[
        (
            "no TOML",
            "[roles.a]\ngrants = [\"users:view\"",
            2,
            "no TOML",
        ),
        (
            "key twice",
            "[roles.a]\ngrants = []\ngrants = []",
            3,
            "duplicate key",
        ),
        (
            "role twice",
            "[roles.a]\n[roles.b]\n[roles.a]",
            3,
            "duplicate key",
        ),
        ("unknown section", "[role.a]", 1, "is `roles` meant?"),
        (
            "unknown field",
            "[roles.a]\ngrant = []",
            2,
            "is `grants` meant?",
        ),
        (
            "unknown field of an account",
            "[accounts.\"a@b.example\"]\ndeny = []",
            2,
            "is no field",
        ),
        (
            "inheriting account",
            "[accounts.\"a@b.example\"]\ninherits = []",
            2,
            "inherits nothing",
        ),
        ("no table", "roles = 7", 1, "must be a table"),
        ("no table below", "[roles]\na = 7", 2, "must be a table"),
        ("an array of tables", "[[roles.a]]", 1, "must be a table"),
        (
            "no list",
            "[roles.a]\ngrants = \"users:view\"",
            2,
            "a list of texts",
        ),
        (
            "no text",
            "[roles.a]\ngrants = [\n\"users:view\",\n7]",
            4,
            "not integer",
        ),
        ("bad name", "[roles.Composer]", 1, "a role name is"),
        ("name with a dash", "[roles.\"a-b\"]", 1, "a role name is"),
        ("admin", "[roles.admin]\ngrants = []", 1, "can't be defined"),
        (
            "unknown parent",
            "[roles.a]\ninherits = [\"usr\"]",
            2,
            "is `user` meant?",
        ),
        (
            "parent twice",
            "[roles.a]\ninherits = [\"user\",\n\"user\"]",
            3,
            "inherited twice",
        ),
        ("itself", "[roles.a]\ninherits = [\"a\"]", 1, "`a` → `a`"),
        (
            "a circle",
            "[roles.c]\ninherits = [\"a\"]\n[roles.b]\ninherits = [\"c\"]\n[roles.a]\ninherits = [\"b\"]",
            5,
            "`a` → `b` → `c` → `a`",
        ),
        (
            "a built-in in a circle",
            "[roles.user]\ninherits = [\"moderator\"]",
            1,
            "in a circle",
        ),
        (
            "bad grant",
            "[roles.a]\ngrants = [\"users\"]",
            2,
            "is not a grant",
        ),
        (
            "bad denial",
            "[roles.a]\ndenies = [\"*\"]",
            2,
            "is not a grant",
        ),
        (
            "mistyped area",
            "[roles.a]\ngrants = [\"user:view\"]",
            2,
            "is `users:view` meant?",
        ),
        (
            "mistyped action",
            "[roles.a]\ngrants = [\"users:veiw\"]",
            2,
            "is `users:view` meant?",
        ),
        (
            "mistyped denial",
            "[roles.a]\ndenies = [\"user:*\"]",
            2,
            "is `users:*` meant?",
        ),
        (
            "nothing like it",
            "[roles.a]\ngrants = [\"zebra:x\"]",
            2,
            "covers no permission that there is",
        ),
        (
            "grant twice",
            "[roles.a]\ngrants = [\"users:view\",\n\"users:view\"]",
            3,
            "granted twice",
        ),
        (
            "denial twice",
            "[roles.a]\ndenies = [\"users:view\", \"users:view\"]",
            2,
            "denied twice",
        ),
        (
            "granted and denied",
            "[roles.a]\ndenies = [\"users:view\"]\ngrants = [\"users:view\"]",
            3,
            "both granted and denied",
        ),
        (
            "no address",
            "[accounts.bob]\ngrants = []",
            1,
            "no mail address",
        ),
        (
            "address twice",
            "[accounts.\"a@b.example\"]\n[accounts.\"A@B.example\"]",
            0,
            "named twice",
        ),
    ];
    for (name, text, line, what) in rows {
        let faults = faults(text);
        let fault = &faults.faults()[0];
        assert!(fault.what().contains(what), "{name}: {fault}");
        if *line > 0 {
            assert_eq!(fault.line(), Some(*line), "{name}: {fault}");
        }
        assert_eq!(faults.faults().len(), 1, "{name}: {faults}");
    }
}

#[test]
fn a_file_that_defines_nothing_is_refused() {
    for text in [
        "",
        "\n",
        "# all\n# comments",
        "[roles]",
        "[accounts]",
        "[roles]\n[accounts]",
    ] {
        assert!(
            faults(text).to_string().contains("defines no role"),
            "{text:?}"
        );
    }
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_lines() {
    let found = faults(
        "[roles.a]\ngrants = [\"x:y\"]\n[roles.b]\ninherits = [\"c\"]\n[roles.c]\ninherits = [\"b\"]\n\
         grants = [\"user:view\"]\n[accounts.bob]\nfield = 1\n[more]",
    );
    let lines: Vec<_> = found
        .faults()
        .iter()
        .map(|fault| fault.line().unwrap())
        .collect();
    assert_eq!(lines, [2, 3, 7, 8, 9, 10], "{found}");
}

/// What hangs on a circle is not a circle of its own.
#[test]
fn each_circle_is_told_once() {
    let text = "[roles.a]\ninherits=[\"b\"]\n[roles.b]\ninherits=[\"a\"]\n[roles.c]\ninherits=[\"a\"]\n\
                [roles.d]\ninherits=[\"e\"]\n[roles.e]\ninherits=[\"d\", \"c\"]";
    let found = faults(text);
    assert_eq!(found.faults().len(), 2, "{found}");
}

#[test]
fn so_many_faults_are_told_and_the_rest_counted() {
    let file_of = |count: usize| {
        let entries: Vec<String> = (0..count).map(|n| format!("\"x:y{n}\"")).collect();
        format!("[roles.a]\ngrants = [{}]", entries.join(","))
    };
    for (count, told) in [(99, 99), (100, 100), (101, 101), (20_000, 101)] {
        let found = faults(&file_of(count));
        assert_eq!(found.faults().len(), told, "{count}");
        let last = found.faults().last().unwrap().to_string();
        assert_eq!(
            last == format!("and {} faults more", count.saturating_sub(100)),
            count > 100
        );
    }
}

#[test]
fn what_is_quoted_is_short_and_on_one_line() {
    let name = format!("{}\\n\\u001b[31m{}", "a".repeat(20), "b".repeat(2_000));
    let found = faults(&format!("[roles.\"{name}\"]\ngrants = [\"{name}\"]")).to_string();
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.len() < 500 && !found.contains('\u{1b}'), "{found}");
}

#[test]
fn a_builder_tells_the_same_faults_without_lines() {
    let built = PolicyBuilder::built_in()
        .role("a", Definition::default().inherits(["b"]).grants(["x:y"]))
        .account("bob", Definition::default().inherits(["user"]))
        .build();
    let found = built.unwrap_err();
    assert_eq!(found.faults().len(), 4, "{found}");
    assert!(found.faults().iter().all(|fault| fault.line().is_none()));
}

/// Faults are logged, and an address is personal.
#[test]
fn no_fault_of_a_file_quotes_an_address() {
    let found = faults(
        "[accounts.\"bob@example\"]\n[accounts.\"bob@b.example\"]\ninherits = []\ngrants = [\"x:y\"]\n\
         [accounts.\"BOB@b.example\"]\n[accounts]\n\"bob@c.example\" = 7",
    );
    assert!(!found.to_string().to_lowercase().contains("bob"), "{found}");
}
