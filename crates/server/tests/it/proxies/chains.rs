use musicgen_testkit::proxies::{Haproxy, Nginx};
use std::any::Any;
use std::net::SocketAddr;

/// The proxies of a chain; they end with it.
pub(super) struct Front {
    pub(super) address: SocketAddr,
    _parts: Vec<Box<dyn Any + Send>>,
}

impl Front {
    fn nginx(nginx: Nginx) -> Self {
        Self {
            address: nginx.address(),
            _parts: vec![Box::new(nginx)],
        }
    }

    fn haproxy(haproxy: Haproxy) -> Self {
        Self {
            address: haproxy.address(),
            _parts: vec![Box::new(haproxy)],
        }
    }
}

/// TLS ends at the proxy: it says so, whatever the caller said.
const APPEND: &str = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; \
    proxy_set_header X-Forwarded-Proto https;";

/// Keeps its connections to the server, as in earnest operation.
pub(super) fn nginx_that_keeps_connections(server: SocketAddr) -> Front {
    let kept = format!("{APPEND} proxy_http_version 1.1; proxy_set_header Connection '';");
    Front::nginx(Nginx::before(server, "", &kept))
}

pub(super) fn haproxy_that_appends(server: SocketAddr) -> Front {
    let lines = "option forwardfor\n  http-request set-header X-Forwarded-Proto https";
    Front::haproxy(Haproxy::before(server, lines, ""))
}
