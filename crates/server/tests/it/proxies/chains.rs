use musicgen_testkit::proxies::{Apache, Haproxy, Nginx, Varnish};
use std::any::Any;
use std::net::SocketAddr;

/// A way to the server, and what the server is told about it.
pub(super) struct Chain {
    pub(super) name: &'static str,
    pub(super) variables: &'static [(&'static str, &'static str)],
    pub(super) front: fn(SocketAddr) -> Front,
}

/// The proxies of a chain; they end with it.
pub(super) struct Front {
    pub(super) address: SocketAddr,
    parts: Vec<Box<dyn Any + Send>>,
}

impl Front {
    fn of(address: SocketAddr, proxy: impl Any + Send) -> Self {
        Self {
            address,
            parts: vec![Box::new(proxy)],
        }
    }

    fn nginx(nginx: Nginx) -> Self {
        Self::of(nginx.address(), nginx)
    }

    fn haproxy(haproxy: Haproxy) -> Self {
        Self::of(haproxy.address(), haproxy)
    }

    fn apache(server: SocketAddr, lines: &str) -> Self {
        let https = "RequestHeader set X-Forwarded-Proto https";
        let apache = Apache::before(server, &format!("{https}\n{lines}"));
        Self::of(apache.address(), apache)
    }

    fn varnish(server: SocketAddr, recv: &str) -> Self {
        let varnish = Varnish::before(server, recv);
        Self::of(varnish.address(), varnish)
    }

    /// `outer` stands before this one.
    fn behind(mut self, outer: Self) -> Self {
        self.parts.extend(outer.parts);
        self.address = outer.address;
        self
    }
}

const X_FORWARDED_FOR: (&str, &str) = ("PROXY_HEADER", "x-forwarded-for");
const FORWARDED: (&str, &str) = ("PROXY_HEADER", "forwarded");
const X_REAL_IP: (&str, &str) = ("PROXY_HEADER", "x-real-ip");
const PROXY_PROTOCOL: &[(&str, &str)] = &[("PROXY_HEADER", "none"), ("PROXY_PROTOCOL", "required")];

/// What docs/proxies.md tells an operator to write.
pub(super) const LINES: [&str; 6] = [
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "option forwardfor",
    "http-request set-header X-Forwarded-For %[src]",
    "RequestHeader unset X-Forwarded-For early",
    "set req.http.X-Forwarded-For = client.ip;",
];

/// nginx with this line of the docs. TLS ends there, as it says whatever the caller said.
fn nginx_with(server: SocketAddr, line: &str) -> Front {
    let location = format!("{line} proxy_set_header X-Forwarded-Proto https;");
    Front::nginx(Nginx::before(server, "", &location))
}

fn haproxy_with(server: SocketAddr, line: &str) -> Front {
    let lines = format!("{line}\n  http-request set-header X-Forwarded-Proto https");
    Front::haproxy(Haproxy::before(server, &lines, ""))
}

/// The second of two proxies says what the first one said of the scheme.
const APPEND_INNER: &str = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; \
    proxy_http_version 1.1; proxy_set_header Connection '';";

pub(super) fn nginx_that_appends(server: SocketAddr) -> Front {
    nginx_with(server, LINES[0])
}

/// nginx says which scheme the caller used with it, which is http here.
pub(super) fn nginx_without_tls(server: SocketAddr) -> Front {
    let location = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; \
        proxy_set_header X-Forwarded-Proto $scheme;";
    Front::nginx(Nginx::before(server, "", location))
}

/// Keeps its connections to the server, as in earnest operation.
pub(super) fn nginx_that_keeps_connections(server: SocketAddr) -> Front {
    let kept = "proxy_http_version 1.1; proxy_set_header Connection '';";
    nginx_with(server, &format!("{} {kept}", LINES[0]))
}

pub(super) fn haproxy_that_appends(server: SocketAddr) -> Front {
    haproxy_with(server, LINES[2])
}

pub(super) const CHAINS: &[Chain] = &[
    Chain {
        name: "nginx appends to X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: nginx_that_appends,
    },
    Chain {
        name: "nginx overwrites X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: |server| nginx_with(server, LINES[1]),
    },
    Chain {
        name: "nginx sets X-Real-IP",
        variables: &[X_REAL_IP],
        front: |server| {
            let location = "proxy_set_header X-Real-IP $remote_addr; \
                proxy_set_header X-Forwarded-Proto https;";
            Front::nginx(Nginx::before(server, "", location))
        },
    },
    Chain {
        name: "nginx appends to Forwarded",
        variables: &[FORWARDED],
        front: |server| {
            let location = "proxy_set_header Forwarded $proxy_add_forwarded;";
            Front::nginx(Nginx::before(server, "", location))
        },
    },
    Chain {
        name: "HAProxy appends a line of X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: haproxy_that_appends,
    },
    Chain {
        name: "HAProxy overwrites X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: |server| haproxy_with(server, LINES[3]),
    },
    Chain {
        name: "HAProxy with PROXY protocol v1",
        variables: PROXY_PROTOCOL,
        front: |server| Front::haproxy(Haproxy::before(server, "mode tcp", "send-proxy")),
    },
    Chain {
        name: "HAProxy with PROXY protocol v2",
        variables: PROXY_PROTOCOL,
        front: |server| Front::haproxy(Haproxy::before(server, "mode http", "send-proxy-v2")),
    },
    Chain {
        name: "HAProxy, then nginx",
        variables: &[X_FORWARDED_FOR],
        front: |server| {
            let inner = Nginx::before(server, "", APPEND_INNER);
            let outer = haproxy_that_appends(inner.address());
            Front::nginx(inner).behind(outer)
        },
    },
    Chain {
        name: "HAProxy by PROXY protocol, then nginx",
        variables: &[X_FORWARDED_FOR],
        front: |server| {
            let inner = Nginx::behind_proxy_protocol(server, LINES[0]);
            let outer = Haproxy::before(inner.address(), "mode tcp", "send-proxy-v2");
            Front::nginx(inner).behind(Front::haproxy(outer))
        },
    },
    Chain {
        name: "nginx, then nginx",
        variables: &[X_FORWARDED_FOR],
        front: |server| {
            let inner = Nginx::before(server, "", APPEND_INNER);
            let outer = nginx_that_appends(inner.address());
            Front::nginx(inner).behind(outer)
        },
    },
    Chain {
        name: "Apache appends to X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: |server| Front::apache(server, ""),
    },
    Chain {
        name: "Apache overwrites X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: |server| Front::apache(server, LINES[4]),
    },
    Chain {
        name: "Varnish appends to X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: |server| Front::varnish(server, ""),
    },
    Chain {
        name: "Varnish overwrites X-Forwarded-For",
        variables: &[X_FORWARDED_FOR],
        front: |server| Front::varnish(server, LINES[5]),
    },
];
