//! Which pages of other origins may read answers.

use super::reader::Reader;
use super::sections::{Environment, Site};
use super::sources::Given;
use super::variables as v;
use musicgen_security::cors::{CorsPolicy, OriginPattern};
use time::Duration;

/// Where development servers of the usual tools serve pages from: Next and others, Angular, Vite, Vue.
const DEVELOPMENT_PORTS: [u16; 4] = [3000, 4200, 5173, 8080];

pub(super) fn read(reader: &mut Reader, site: &Site) -> CorsPolicy {
    let credentials = reader.word(&v::CORS_ALLOW_CREDENTIALS, "false") == "true";
    let policy = match reader.given(&v::CORS_ALLOWED_ORIGINS) {
        Some(given) if given.text.trim() == "*" => for_anybody(reader, credentials),
        Some(given) if given.text.trim() == "none" => CorsPolicy::closed(),
        Some(given) => listed(patterns(reader, &given, site), credentials),
        None if site.environment == Environment::Development => listed(development(), credentials),
        None => CorsPolicy::closed(),
    };
    let seconds = reader.whole(&v::CORS_MAX_AGE, 600);
    let private = reader.word(&v::CORS_ALLOW_PRIVATE_NETWORK, "false") == "true";
    let policy = policy
        .max_age(Duration::seconds(seconds as i64))
        .allowing_private_network(private);
    let Some(headers) = reader.given(&v::CORS_ALLOWED_HEADERS) else {
        return policy;
    };
    policy
        .request_headers(&headers.text)
        .unwrap_or_else(|fault| {
            let origin = Some(&headers.origin);
            reader.wrong(&v::CORS_ALLOWED_HEADERS, origin, fault.to_string());
            CorsPolicy::closed()
        })
}

fn for_anybody(reader: &mut Reader, credentials: bool) -> CorsPolicy {
    if credentials {
        let what = "`*` with CORS_ALLOW_CREDENTIALS would let every site act for whoever is signed in; \
                    name the origins, or leave credentials off";
        reader.wrong(&v::CORS_ALLOWED_ORIGINS, None, what);
    }
    CorsPolicy::for_anybody()
}

fn listed(patterns: Vec<OriginPattern>, credentials: bool) -> CorsPolicy {
    if credentials {
        CorsPolicy::with_credentials(patterns)
    } else {
        CorsPolicy::without_credentials(patterns)
    }
}

fn patterns(reader: &mut Reader, given: &Given, site: &Site) -> Vec<OriginPattern> {
    let mut patterns = Vec::new();
    let texts = given.text.split(',').map(str::trim);
    for text in texts.filter(|text| !text.is_empty()) {
        let fault = match text.parse::<OriginPattern>() {
            Ok(pattern) if site.environment.is_strict() && !pattern.is_https() => {
                "must be https: over http anybody on the way speaks for its pages".to_owned()
            }
            Ok(pattern) => {
                patterns.push(pattern);
                continue;
            }
            Err(fault) => fault.to_string(),
        };
        let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
        let what = format!("`{shown}`: {fault}");
        reader.wrong(&v::CORS_ALLOWED_ORIGINS, Some(&given.origin), what);
    }
    patterns
}

fn development() -> Vec<OriginPattern> {
    let hosts = ["localhost", "127.0.0.1"].into_iter();
    let origins =
        hosts.flat_map(|host| DEVELOPMENT_PORTS.map(|port| format!("http://{host}:{port}")));
    origins.filter_map(|origin| origin.parse().ok()).collect()
}
