//! The document as a page: plain HTML, its style named by hash in the policy, no script, nothing
//! from any other host.

use super::{Content, Header, Tag};
use crate::routes::Route;
use musicgen_security::authorization::Access;
use musicgen_security::headers::StyleHash;
use std::fmt::Write;
use utoipa::openapi::{OpenApi, RefOr};

const STYLE: &str = include_str!("page.css");

const INTRODUCTION: &str = "\
<p>JSON in, JSON out; errors are <code>application/problem+json</code> (RFC 9457) with a stable \
<code>code</code> and, where fields are wrong, <code>errors</code> with a JSON Pointer each. \
Programs read <a href=\"/openapi.json\">/openapi.json</a>.</p>
<pre>curl -s $URL/api/auth/login -H 'content-type: application/json' \\
  -d '{\"email\":\"you@example.com\",\"password\":\"…\",\"delivery\":\"body\"}'
curl -s $URL/api/v1/generate -H \"authorization: Bearer $TOKEN\" -H 'content-type: application/json' \\
  -d '{\"prompt\":\"upbeat jazz piano with walking bass\",\"duration\":30}'
curl -N $URL/api/v1/generate/$ID/events -H \"authorization: Bearer $TOKEN\"
curl -o track.wav $URL/api/v1/generate/$ID/audio -H \"authorization: Bearer $TOKEN\"</pre>";

/// A page and the source expression that lets its style in.
#[derive(Debug, Clone)]
pub(crate) struct DocsPage {
    pub(crate) html: String,
    pub(crate) style_hash: StyleHash,
}

impl DocsPage {
    pub(crate) fn new(routes: &[Route], document: &OpenApi) -> Self {
        Self {
            html: html(routes, document),
            style_hash: StyleHash::of(STYLE),
        }
    }
}

fn html(routes: &[Route], document: &OpenApi) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Music Gen AI: the API</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Music Gen AI: the API</h1>\n<p class=\"access\">version {}</p>\n{INTRODUCTION}\n",
        env!("CARGO_PKG_VERSION")
    );
    // Writing to a String can't fail.
    let _ = contents(&mut page, routes);
    for tag in Tag::ALL {
        let _ = writeln!(page, "<h2>{}</h2>", escape(tag.title()));
        for route in routes.iter().filter(|route| route.doc.tag == tag) {
            let _ = section(&mut page, route);
        }
    }
    let _ = schemas(&mut page, document);
    page.push_str("</body>\n</html>\n");
    page
}

fn contents(page: &mut String, routes: &[Route]) -> std::fmt::Result {
    page.push_str("<nav aria-label=\"Routes\"><ul>\n");
    for route in routes {
        let (method, path) = (route.method.as_str(), escape(route.path));
        writeln!(
            page,
            "<li><a href=\"#{}\"><code>{method} {path}</code></a></li>",
            anchor(route)
        )?;
    }
    page.push_str("</ul></nav>\n");
    Ok(())
}

fn section(page: &mut String, route: &Route) -> std::fmt::Result {
    let (method, path) = (route.method.as_str(), escape(route.path));
    writeln!(
        page,
        "<h3 id=\"{}\"><code><span class=\"method\">{method}</span> {path}</code></h3>\n<p>{}. \
         <span class=\"access\">{}</span></p>",
        anchor(route),
        escape(route.doc.summary),
        who(&route.access)
    )?;
    page.push_str("<table><tr><th>part</th><th>what</th></tr>\n");
    if let Some(request) = &route.doc.request {
        writeln!(
            page,
            "<tr><td>body</td><td>{}</td></tr>",
            schema_link(request)
        )?;
    }
    for Header { name, text, .. } in &route.doc.headers {
        writeln!(
            page,
            "<tr><td>header <code>{name}</code></td><td>{}</td></tr>",
            escape(text)
        )?;
    }
    if route.doc.paging {
        page.push_str(
            "<tr><td>query</td><td><code>limit</code> 1 to 100, <code>cursor</code></td></tr>\n",
        );
    }
    for answer in &route.doc.answers {
        let content = match &answer.content {
            Content::Nothing => String::new(),
            Content::Json(schema) => schema_link(schema),
            Content::File(media_type) => format!("<code>{}</code>", escape(media_type)),
        };
        let text = escape(answer.text);
        writeln!(
            page,
            "<tr><td>{}</td><td>{text} {content}</td></tr>",
            answer.status
        )?;
    }
    page.push_str("</table>\n");
    Ok(())
}

fn who(access: &Access) -> String {
    match access {
        Access::Public => "Anybody.".to_owned(),
        Access::Authenticated => "Anybody who is signed in.".to_owned(),
        Access::Operator => {
            "The operator: an internal key or <code>system:manage</code>.".to_owned()
        }
        other => format!("Needs <code>{}</code>.", escape(&other.to_string())),
    }
}

fn schema_link(schema: &RefOr<utoipa::openapi::schema::Schema>) -> String {
    match schema {
        RefOr::Ref(reference) => {
            let name = reference
                .ref_location
                .rsplit('/')
                .next()
                .unwrap_or_default();
            format!("<a href=\"#schema-{0}\"><code>{0}</code></a>", escape(name))
        }
        RefOr::T(_) => String::new(),
    }
}

fn schemas(page: &mut String, document: &OpenApi) -> std::fmt::Result {
    page.push_str("<h2>Bodies</h2>\n");
    let Some(components) = &document.components else {
        return Ok(());
    };
    for (name, schema) in &components.schemas {
        let json = serde_json::to_string_pretty(schema).unwrap_or_default();
        let name = escape(name);
        writeln!(
            page,
            "<h3 id=\"schema-{name}\"><code>{name}</code></h3>\n<details><summary>JSON Schema\
             </summary><pre>{}</pre></details>",
            escape(&json)
        )?;
    }
    Ok(())
}

fn anchor(route: &Route) -> String {
    let path = route.path.replace(['/', '{', '}'], "-");
    format!("{}{path}", route.method.as_str().to_ascii_lowercase())
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
