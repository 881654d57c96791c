use time::{Duration, OffsetDateTime};

/// A `Set-Cookie` header as it stands, not as a browser repairs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCookie {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The attributes in their order, as they are written; a flag has no value.
    pub attributes: Vec<(String, Option<String>)>,
}

impl SetCookie {
    /// Splits a header.
    ///
    /// # Panics
    ///
    /// When there is no `=` in its first part.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a name and a value");
        let attributes = parts.map(|part| match part.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (part.to_owned(), None),
        });
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: attributes.collect(),
        }
    }

    /// The value of an attribute; empty for a flag.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(found.1.as_deref().unwrap_or_default())
    }

    /// `Max-Age`, which may also be absent.
    ///
    /// # Panics
    ///
    /// When it is no number.
    pub fn max_age(&self) -> Option<Duration> {
        let text = self.attribute("max-age")?;
        Some(Duration::seconds(text.parse().expect("whole seconds")))
    }
}

/// A cookie that a browser holds.
#[derive(Debug, Clone)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: Vec<u8>,
    path: String,
    secure: bool,
    ends_at: Option<OffsetDateTime>,
}

/// The cookies of a browser, for one host (RFC 6265bis, sections 5.6 to 5.8).
#[derive(Debug, Clone, Default)]
pub(crate) struct Jar(Vec<Cookie>);

impl Jar {
    /// Does what a browser does with an answer's header.
    pub(crate) fn take(&mut self, set: &SetCookie, over_https: bool, now: OffsetDateTime) {
        let secure = set.attribute("secure").is_some();
        let path = match set.attribute("path") {
            Some(path) if path.starts_with('/') => path,
            _ => "/",
        };
        let host = set.name.starts_with("__Host-");
        let guarded = host || set.name.starts_with("__Secure-");
        let keeps_its_promise = secure && over_https;
        let is_for_the_host = path == "/" && set.attribute("domain").is_none();
        if (secure && !over_https) || (guarded && !keeps_its_promise) || (host && !is_for_the_host)
        {
            return;
        }
        let ends_at = set.max_age().map(|age| now + age);
        let cookie = Cookie {
            name: set.name.clone(),
            value: set.value.clone().into_bytes(),
            path: path.to_owned(),
            secure,
            ends_at,
        };
        let same = |known: &Cookie| known.name == cookie.name && known.path == cookie.path;
        let place = self.0.iter().position(same);
        match (place, ends_at.is_some_and(|at| at <= now)) {
            (Some(place), true) => drop(self.0.remove(place)),
            // It keeps its place in the order, as its creation time stays.
            (Some(place), false) => self.0[place] = cookie,
            (None, true) => {}
            (None, false) => self.0.push(cookie),
        }
    }

    /// Plants a cookie beside those that are there, as a sibling site can, before or after them.
    pub(crate) fn plant(&mut self, name: &str, value: &[u8], first: bool) {
        let cookie = Cookie {
            name: name.to_owned(),
            value: value.to_owned(),
            path: "/".to_owned(),
            secure: false,
            ends_at: None,
        };
        let place = if first { 0 } else { self.0.len() };
        self.0.insert(place, cookie);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|cookie| cookie.name != name);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The cookies that go with a request for this path.
    pub(crate) fn going_to<'a>(
        &'a self,
        path: &'a str,
        over_https: bool,
        now: OffsetDateTime,
    ) -> impl Iterator<Item = &'a Cookie> {
        let matches = move |cookie: &&Cookie| {
            let below = path.strip_prefix(cookie.path.as_str());
            let on_path = below.is_some_and(|rest| {
                rest.is_empty() || cookie.path.ends_with('/') || rest.starts_with('/')
            });
            let alive = cookie.ends_at.is_none_or(|at| now < at);
            on_path && alive && (over_https || !cookie.secure)
        };
        self.0.iter().filter(matches)
    }

    /// The `Cookie` header for this path; `None` when it would be empty.
    pub(crate) fn header(
        &self,
        path: &str,
        over_https: bool,
        now: OffsetDateTime,
    ) -> Option<Vec<u8>> {
        let pairs = self.going_to(path, over_https, now);
        let pairs = pairs.map(|cookie| [cookie.name.as_bytes(), b"=", &cookie.value].concat());
        let pairs: Vec<Vec<u8>> = pairs.collect();
        (!pairs.is_empty()).then(|| pairs.join(&b"; "[..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_cookies_as_a_browser_does() {
        let start = OffsetDateTime::UNIX_EPOCH;
        let rows = [
            ("a=1; Path=/", "/x", 0, "a=1"),
            ("a=1; Path=/; Max-Age=60", "/x", 59, "a=1"),
            ("a=1; Path=/; Max-Age=60", "/x", 60, ""),
            ("a=; Path=/; Max-Age=0", "/x", 0, ""),
            ("a=1; Path=/x", "/x/y", 0, "a=1"),
            ("a=1; Path=/x", "/xy", 0, ""),
            ("__Host-a=1; Path=/; Secure", "/", 0, "__Host-a=1"),
            ("__Host-a=1; Path=/", "/", 0, ""),
            ("__Host-a=1; Path=/x; Secure", "/x", 0, ""),
            ("__Host-a=1; Path=/; Secure; Domain=b.example", "/", 0, ""),
            ("__Secure-a=1; Path=/", "/", 0, ""),
        ];
        for (header, path, seconds, sent) in rows {
            let mut jar = Jar::default();
            jar.take(&SetCookie::parse(header), true, start);
            let later = start + Duration::seconds(seconds);
            let header = jar.header(path, true, later).unwrap_or_default();
            assert_eq!(header, sent.as_bytes(), "{header:?} {path} {seconds}");
        }
        let mut jar = Jar::default();
        jar.take(&SetCookie::parse("a=1; Path=/; Secure"), false, start);
        assert_eq!(jar.header("/", true, start), None);
        for header in ["a=1; Path=/", "b=1; Path=/", "a=2; Path=/"] {
            jar.take(&SetCookie::parse(header), false, start);
        }
        jar.plant("a", b"\xff", true);
        assert_eq!(
            jar.header("/", false, start).unwrap(),
            b"a=\xff; a=2; b=1",
            "a planted one beside ours, and ours in its place"
        );
        jar.take(&SetCookie::parse("b=; Path=/; Max-Age=0"), false, start);
        jar.remove("a");
        assert_eq!(jar.header("/", false, start), None);
    }
}
