use super::*;

#[test]
fn prompts_that_may_pass() {
    for good in [
        "x",
        "  x  ",
        "🎸🔥",
        "👨‍👩‍👧‍👦 family song",
        "line one\nline two\r\n\ttabbed",
        "e\u{301} decomposed and é composed",
        "\u{feff}byte order mark first",
        "שיר שקט",
        "أغنية هادئة\u{200f}",
        "静かなピアノ",
        "'; DROP TABLE tracks; --",
        "../../etc/passwd",
        "<script>alert(1)</script>",
    ] {
        assert_eq!(
            faults(Draft {
                prompt: good.to_owned(),
                ..draft()
            }),
            [],
            "{good:?}"
        );
    }
    let longest = "é".repeat(MAX_PROMPT_CHARS);
    let padded = format!("  {longest}\n");
    let request = GenerationRequest::new(Draft {
        prompt: padded,
        ..draft()
    })
    .unwrap();
    assert_eq!(request.prompt(), longest);
}

#[test]
fn prompts_that_may_not() {
    for blank in [
        "",
        "   ",
        "\n\t",
        "\u{200b}\u{200b}",
        "\u{2060}\u{feff}",
        "\u{2800}",
        "\u{3164}",
        "\u{a0}\u{3000}",
        "\u{ad}",
    ] {
        assert_fault(
            Draft {
                prompt: blank.to_owned(),
                ..draft()
            },
            "/prompt",
            "required",
        );
    }
    for hidden in [
        "a\u{0}b",
        "\u{0}",
        "\u{1b}[31mred",
        "bell\u{7}",
        "delete\u{7f}",
        "c1\u{9b}",
        "over\u{202e}ride",
        "em\u{202a}bed",
        "iso\u{2066}late\u{2069}",
    ] {
        assert_fault(
            Draft {
                prompt: hidden.to_owned(),
                ..draft()
            },
            "/prompt",
            "format",
        );
    }
    let long = "x".repeat(MAX_PROMPT_CHARS + 1);
    assert_fault(
        Draft {
            prompt: long,
            ..draft()
        },
        "/prompt",
        "too_long",
    );
    let emoji = "🎵".repeat(MAX_PROMPT_CHARS + 1);
    assert_fault(
        Draft {
            prompt: emoji,
            ..draft()
        },
        "/prompt",
        "too_long",
    );
}
