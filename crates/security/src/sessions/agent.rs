//! What a `User-Agent` header means to a person: "Firefox on Linux".
//!
//! 1. The words come from the tables here, never from the header: a sender of requests can't put
//!    text of their own into a mail or a list of devices.
//! 2. Only the first [`LOOKED_AT`] bytes are looked at.
//! 3. It is a label. The header says what its sender likes, so nothing is decided by it.

use std::fmt;

/// Browsers stay below 300 bytes; what is longer is no browser's.
const LOOKED_AT: usize = 512;

/// A program and a system, in words of ours; either may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Agent {
    program: Option<&'static str>,
    system: Option<&'static str>,
}

/// Marks of browsers. The first that occurs counts: nearly all of them call themselves Chrome and
/// Safari too.
const BROWSERS: [(&str, &str); 19] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
    ("Safari/", "Safari"),
];

/// Programs without a window; these begin the header.
const TOOLS: [(&str, &str); 21] = [
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("HTTPie/", "HTTPie"),
    ("xh/", "xh"),
    ("PostmanRuntime/", "Postman"),
    ("insomnia/", "Insomnia"),
    ("bruno-runtime/", "Bruno"),
    ("python-requests/", "a Python program"),
    ("python-httpx/", "a Python program"),
    ("Python-urllib/", "a Python program"),
    ("Python/", "a Python program"),
    ("Go-http-client/", "a Go program"),
    ("reqwest/", "a Rust program"),
    ("axios/", "a JavaScript program"),
    ("node", "a JavaScript program"),
    ("undici", "a JavaScript program"),
    ("Java/", "a Java program"),
    ("Apache-HttpClient/", "a Java program"),
    ("okhttp/", "a Java program"),
    ("Ruby", "a Ruby program"),
    ("Dart/", "a Dart program"),
];

/// Marks of systems. The first that occurs counts: an iPhone says "like Mac OS X", Android "Linux".
const SYSTEMS: [(&str, &str); 12] = [
    ("Windows Phone", "Windows Phone"),
    ("iPhone", "iPhone"),
    ("iPod", "iPod"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Mac OS X", "Mac"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
];

/// What the header says, in our words.
pub fn describe_agent(header: &str) -> Agent {
    let text = &header[..header.floor_char_boundary(LOOKED_AT)];
    let occurs = |rows: &[(&str, &'static str)]| {
        rows.iter()
            .find(|(mark, _)| text.contains(mark))
            .map(|(_, words)| *words)
    };
    let tool = TOOLS.iter().find(|(mark, _)| text.starts_with(mark));
    Agent {
        program: tool.map(|(_, words)| *words).or(occurs(&BROWSERS)),
        system: occurs(&SYSTEMS),
    }
}

impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.program, self.system) {
            (Some(program), Some(system)) => write!(f, "{program} on {system}"),
            (Some(program), None) => f.write_str(program),
            (None, Some(system)) => write!(f, "an unknown program on {system}"),
            (None, None) => f.write_str("an unknown device"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_and_tools_send_in_words() {
        let rows = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0",
                "Opera on Mac",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
                "Firefox on iPad",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 16328.55.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
                "Internet Explorer on Windows",
            ),
            ("curl/8.14.1", "curl"),
            ("Wget/1.25.0", "Wget"),
            ("python-requests/2.32.5", "a Python program"),
            ("Python/3.13 aiohttp/3.13.0", "a Python program"),
            ("Go-http-client/2.0", "a Go program"),
            ("okhttp/5.2.1", "a Java program"),
            (
                "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1",
                "an unknown program on Windows",
            ),
            ("", "an unknown device"),
            ("Mozilla/5.0", "an unknown device"),
            ("I am not curl/8", "an unknown device"),
        ];
        for (header, words) in rows {
            assert_eq!(describe_agent(header).to_string(), words, "{header}");
        }
    }

    /// B109: what a stranger sends never comes back out.
    #[test]
    fn nothing_of_the_header_is_repeated() {
        let rows = [
            "https://evil.example/ Firefox/1 (Linux)",
            "Firefox/\r\nBcc: victim@example.com",
            "<script>alert(1)</script> Windows",
            "curl/8 \u{202e}moc.live\u{0}",
            "\u{1f3b5}\u{1f3b5}",
        ];
        let known: Vec<&str> = BROWSERS
            .iter()
            .chain(&TOOLS)
            .chain(&SYSTEMS)
            .map(|(_, words)| *words)
            .chain(["an unknown program", "an unknown device"])
            .collect();
        for header in rows {
            let words = describe_agent(header).to_string();
            let parts: Vec<&str> = words.split(" on ").collect();
            assert!(parts.iter().all(|part| known.contains(part)), "{words}");
        }
    }

    #[test]
    fn only_the_beginning_is_looked_at() {
        for (blanks, words) in [
            (LOOKED_AT - 8, "Firefox"),
            (LOOKED_AT - 7, "an unknown device"),
            (1_000_000, "an unknown device"),
        ] {
            let header = format!("{}Firefox/1", " ".repeat(blanks));
            assert_eq!(describe_agent(&header).to_string(), words, "{blanks}");
        }
        let split = format!("{}\u{e9}Firefox/1", "\u{e9}".repeat(LOOKED_AT));
        assert_eq!(describe_agent(&split), Agent::default());
    }
}
