use super::*;
use crate::problem::Problem;
use proptest::prelude::*;

#[derive(Debug, PartialEq)]
struct Song {
    title: String,
    seconds: Option<f64>,
    seed: Option<u64>,
    loud: Option<bool>,
    tags: Option<Vec<String>>,
    mood: Option<u8>,
}

impl FromFields for Song {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let title = fields.text("title", Text::line(1, 5));
        let seconds = fields.optional_number("seconds");
        let seed = fields.optional_integer("seed", 0, 9_007_199_254_740_991);
        let loud = fields.optional_boolean("loud");
        let tags = fields.optional_texts("tags", 2, 3);
        let mood = fields.optional_word("mood", &[("calm", 1), ("sad", 2)]);
        Some(Self {
            title: title?,
            seconds,
            seed,
            loud,
            tags,
            mood,
        })
    }
}

#[derive(Debug)]
struct Album {
    songs: Vec<Song>,
}

impl FromFields for Album {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            songs: fields.list("songs", 1, 2)?,
        })
    }
}

fn parse<T: FromFields>(text: &str) -> Result<T, Problem> {
    let json = Json::parse(text.as_bytes()).map_err(|e| Problem::malformed(e.to_string()))?;
    read(&json, "")
}

fn faults(problem: &Problem) -> Vec<(u16, String, &'static str)> {
    let status = problem.status().as_u16();
    if problem.errors().is_empty() {
        return vec![(status, String::new(), problem.code())];
    }
    problem
        .errors()
        .iter()
        .map(|e| (status, e.pointer.clone(), e.code))
        .collect()
}

#[test]
fn bodies() {
    let deepest = format!("{}1{}", "[".repeat(32), "]".repeat(32));
    let too_deep = format!("{}1{}", "[".repeat(33), "]".repeat(33));
    type Fault = (u16, &'static str, &'static str);
    let rows: Vec<(&str, String, Vec<Fault>)> = vec![
        (
            "empty text",
            String::new(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "trailing data",
            r#"{"title":"a"} x"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "trailing comma",
            r#"{"title":"a",}"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "byte order mark",
            "\u{feff}{}".into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "NaN",
            r#"{"title":"a","seconds":NaN}"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "1e400",
            r#"{"title":"a","seconds":1e400}"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "lone surrogate",
            r#"{"title":"\ud800"}"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "comment",
            r#"{"title":"a"/**/}"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        ("33 levels", too_deep, vec![(400, "", "malformed_request")]),
        ("32 levels, but a list", deepest, vec![(422, "", "type")]),
        (
            "a known name twice",
            r#"{"title":"a","title":"b"}"#.into(),
            vec![(400, "", "malformed_request")],
        ),
        (
            "an unknown name twice",
            r#"{"title":"a","x":1,"x":2}"#.into(),
            vec![(422, "/x", "unknown_field")],
        ),
        ("no member", "{}".into(), vec![(422, "/title", "required")]),
        (
            "null is not absence",
            r#"{"title":"a","seconds":null}"#.into(),
            vec![(422, "/seconds", "type")],
        ),
        (
            "number in a string",
            r#"{"title":"a","seconds":"3"}"#.into(),
            vec![(422, "/seconds", "type")],
        ),
        (
            "boolean as a number",
            r#"{"title":"a","seconds":true}"#.into(),
            vec![(422, "/seconds", "type")],
        ),
        (
            "string as a number",
            r#"{"title":7}"#.into(),
            vec![(422, "/title", "type")],
        ),
        (
            "empty",
            r#"{"title":""}"#.into(),
            vec![(422, "/title", "required")],
        ),
        ("at the limit", r#"{"title":"abcde"}"#.into(), vec![]),
        (
            "above the limit",
            r#"{"title":"abcdef"}"#.into(),
            vec![(422, "/title", "too_long")],
        ),
        (
            "code points count",
            r#"{"title":"🎸🎸🎸🎸🎸"}"#.into(),
            vec![],
        ),
        (
            "control character",
            r#"{"title":"a\u0000b"}"#.into(),
            vec![(422, "/title", "format")],
        ),
        (
            "bidi override",
            r#"{"title":"a\u202eb"}"#.into(),
            vec![(422, "/title", "format")],
        ),
        (
            "blank at the end",
            r#"{"title":"a "}"#.into(),
            vec![(422, "/title", "format")],
        ),
        (
            "largest seed",
            r#"{"title":"a","seed":9007199254740991}"#.into(),
            vec![],
        ),
        (
            "seed too large",
            r#"{"title":"a","seed":9007199254740992}"#.into(),
            vec![(422, "/seed", "out_of_range")],
        ),
        (
            "seed beyond 64 bits",
            r#"{"title":"a","seed":18446744073709551616}"#.into(),
            vec![(422, "/seed", "out_of_range")],
        ),
        (
            "negative seed",
            r#"{"title":"a","seed":-1}"#.into(),
            vec![(422, "/seed", "out_of_range")],
        ),
        (
            "fraction",
            r#"{"title":"a","seed":1.5}"#.into(),
            vec![(422, "/seed", "type")],
        ),
        (
            "integral fraction",
            r#"{"title":"a","seed":1.0}"#.into(),
            vec![(422, "/seed", "type")],
        ),
        ("a word", r#"{"title":"a","mood":"calm"}"#.into(), vec![]),
        (
            "another word",
            r#"{"title":"a","mood":"Calm"}"#.into(),
            vec![(422, "/mood", "not_one_of")],
        ),
        (
            "too many items",
            r#"{"title":"a","tags":["a","b","c"]}"#.into(),
            vec![(422, "/tags", "too_long")],
        ),
        (
            "wrong item",
            r#"{"title":"a","tags":["a",1]}"#.into(),
            vec![(422, "/tags/1", "type")],
        ),
        (
            "long item",
            r#"{"title":"a","tags":["abcd"]}"#.into(),
            vec![(422, "/tags/0", "too_long")],
        ),
        (
            "all at once",
            r#"{"seed":-1,"loud":"yes","x/y~":1}"#.into(),
            vec![
                (422, "/title", "required"),
                (422, "/seed", "out_of_range"),
                (422, "/loud", "type"),
                (422, "/x~1y~0", "unknown_field"),
            ],
        ),
    ];
    for (name, text, expected) in rows {
        let found = match parse::<Song>(&text) {
            Ok(_) => vec![],
            Err(problem) => faults(&problem),
        };
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(s, p, c)| (s, p.to_owned(), c))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn what_no_json_begins_with() {
    for (text, broken) in [
        ("", false),
        ("{\"a\":", false),
        ("[[[", false),
        ("\"half a stri", false),
        ("{\"a\":1}", false),
        ("{\"a\":1} x", true),
        ("{a", true),
        ("[1,,", true),
        (&"[".repeat(33), true),
        (&"[{\"\":".repeat(50), true),
    ] {
        assert_eq!(Json::is_broken_prefix(text.as_bytes()), broken, "{text}");
    }
    let cut = "\"é".as_bytes();
    assert!(!Json::is_broken_prefix(&cut[..2]), "cut within a character");
    assert!(Json::is_broken_prefix(b"\"\xff\xff"));
}

#[test]
fn lists_of_objects() {
    assert_eq!(
        parse::<Album>(r#"{"songs":[{"title":"a"},{"title":"b"}]}"#)
            .unwrap()
            .songs
            .len(),
        2
    );
    for (text, pointer, code) in [
        (r#"{"songs":[]}"#, "/songs", "too_short"),
        (
            r#"{"songs":[{"title":"a"},{"title":"a"},{"title":"a"}]}"#,
            "/songs",
            "too_long",
        ),
        (
            r#"{"songs":[{"title":"a"},{"titel":"b"}]}"#,
            "/songs/1/title",
            "required",
        ),
        (r#"{"songs":[1]}"#, "/songs/0", "type"),
        (r#"{"songs":{}}"#, "/songs", "type"),
    ] {
        let problem = parse::<Album>(text).unwrap_err();
        assert_eq!(
            (
                problem.errors()[0].pointer.as_str(),
                problem.errors()[0].code
            ),
            (pointer, code)
        );
    }
    let twice = r#"{"songs":[{"title":"a","title":"b"}]}"#;
    assert_eq!(
        parse::<Album>(twice).unwrap_err().status(),
        400,
        "nested repetition"
    );
}

#[test]
fn queries() {
    #[derive(Debug)]
    struct Paging {
        limit: Option<u64>,
        cursor: Option<String>,
    }
    impl FromFields for Paging {
        fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
            let limit = fields.optional_digits("limit", 1, 100);
            let cursor = fields.optional_text("cursor", Text::line(1, 100));
            Some(Self { limit, cursor })
        }
    }
    let paging = |query: &str| {
        let json = parse_query(query).map_err(|e| Problem::malformed(e.to_string()))?;
        read::<Paging>(&json, "/query")
    };
    let good = paging("limit=100&cursor=a%2Bb+c").unwrap();
    assert_eq!(
        (good.limit, good.cursor.as_deref()),
        (Some(100), Some("a+b c"))
    );
    for (query, status) in [
        ("", 200),
        ("limit=1", 200),
        ("&limit=5&", 200),
        ("limit=0", 422),
        ("limit=101", 422),
        ("limit=-1", 422),
        ("limit=1e2", 422),
        ("limit=", 422),
        ("limit=%31", 200),
        ("limit=18446744073709551616", 422),
        ("limit=٣", 422),
        ("page=2", 422),
        ("Limit=5", 422),
        ("cursor=", 422),
        ("cursor=%00", 422),
        ("limit=1&limit=2", 400),
        ("limit=%", 400),
        ("limit=%3", 400),
        ("limit=%zz", 400),
        ("cursor=%ff", 400),
    ] {
        let status_of = paging(query).map_or_else(|problem| problem.status().as_u16(), |_| 200);
        assert_eq!(status_of, status, "{query}");
    }
    let many = "a=1&".repeat(65);
    assert_eq!(parse_query(&many), Err(QueryError::TooMany));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(json) = Json::parse(&bytes) {
            let _ = read::<Song>(&json, "");
        }
    }

    /// What is accepted here is what serde_json accepts, except for the depth.
    #[test]
    fn it_agrees_with_serde_json(text in r#"[\[\]{}:,"a0-9eE+\-. truefalsnl]{0,40}"#) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        prop_assert_eq!(Json::parse(text.as_bytes()).is_ok(), theirs);
    }

    #[test]
    fn no_query_panics(text in "\\PC{0,100}") {
        let _ = parse_query(&text);
    }
}
