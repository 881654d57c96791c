use http::HeaderMap;
use http::header::ACCEPT;

/// Whether a client takes one of these media types (RFC 9110, section 12.5.1): the most specific range
/// that fits a type decides, and one with weight 0 refuses it. Without `Accept`, or with one that names
/// no range at all, everything is taken. `audio/*` in `offered` stands for some type of that kind.
pub(super) fn accepts(headers: &HeaderMap, offered: &[&str]) -> bool {
    let lines = headers.get_all(ACCEPT).iter();
    let ranges = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(Range::parse);
    let ranges: Vec<_> = ranges.collect();
    ranges.is_empty() || offered.iter().any(|offer| takes(&ranges, offer))
}

fn takes(ranges: &[Range<'_>], offer: &str) -> bool {
    let fitting = ranges.iter().filter_map(|range| {
        let how_specific = range.fits(offer)?;
        Some((how_specific, range.is_wanted))
    });
    // Of two that are equally specific the wanted one counts.
    fitting.max().is_some_and(|(_, is_wanted)| is_wanted)
}

#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    is_wanted: bool,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let weight = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        // `0`, `0.`, `0.0`, `0.00`, `0.000`
        let is_nothing = |weight: &str| {
            weight.starts_with('0') && !weight.contains(|c: char| matches!(c, '1'..='9'))
        };
        Some(Self {
            kind,
            subtype,
            is_wanted: !weight.is_some_and(is_nothing),
        })
    }

    /// How specifically it names this type, if it does.
    fn fits(&self, offer: &str) -> Option<u8> {
        let (kind, subtype) = offer.split_once('/')?;
        if self.kind == "*" && self.subtype == "*" {
            return Some(0);
        }
        if !self.kind.eq_ignore_ascii_case(kind) {
            return None;
        }
        if self.subtype == "*" {
            Some(1)
        } else if subtype == "*" || self.subtype.eq_ignore_ascii_case(subtype) {
            Some(2)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken() {
        const JSON: &[&str] = &["application/json"];
        const AUDIO: &[&str] = &["audio/*"];
        for (accept, offered, expected) in [
            ("", JSON, true),
            ("*/*", JSON, true),
            ("application/json", JSON, true),
            ("Application/JSON; charset=utf-8", JSON, true),
            ("application/*", JSON, true),
            (
                "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
                JSON,
                true,
            ),
            ("text/html", JSON, false),
            ("text/*", JSON, false),
            ("application/xml", JSON, false),
            ("application/json;q=0", JSON, false),
            ("application/json;q=0.000", JSON, false),
            ("application/json;q=0.001", JSON, true),
            ("application/json; Q=0", JSON, false),
            ("*/*, application/json;q=0", JSON, false),
            ("*/*;q=0, application/json", JSON, true),
            ("application/*;q=0, */*", JSON, false),
            ("nonsense", JSON, true),
            (",,", JSON, true),
            ("audio/flac", AUDIO, true),
            ("audio/*", AUDIO, true),
            ("video/*", AUDIO, false),
            ("text/html", &["application/json", "text/html"], true),
        ] {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(accepts(&headers, offered), expected, "{accept}");
        }
        let mut lines = HeaderMap::new();
        lines.append(ACCEPT, "text/html".parse().unwrap());
        lines.append(ACCEPT, "application/json".parse().unwrap());
        assert!(accepts(&lines, JSON));
        assert!(accepts(&HeaderMap::new(), JSON));
    }
}
