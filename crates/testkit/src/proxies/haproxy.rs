use super::{Running, find, write};
use std::net::SocketAddr;
use std::process::Command;

/// HAProxy.
#[derive(Debug)]
pub struct Haproxy(Running);

impl Haproxy {
    /// Passes everything on to `upstream`. `lines` stand in the one `listen` section, such as
    /// `option forwardfor`; `server` are words behind the server's address, such as `send-proxy-v2`.
    ///
    /// A caller may say in `X-Test-Source` which address it has, as with [`super::Nginx`]; `mode tcp` has
    /// no headers to read.
    ///
    /// # Panics
    ///
    /// When HAProxy isn't there or refuses the configuration.
    pub fn before(upstream: SocketAddr, lines: &str, server: &str) -> Self {
        let program = find("haproxy", "haproxy");
        let source = if lines.contains("mode tcp") {
            ""
        } else {
            "mode http\n  \
             http-request set-src req.hdr(X-Test-Source) if { req.hdr(X-Test-Source) -m found }\n  \
             http-request del-header X-Test-Source\n"
        };
        let running = Running::start("haproxy", |folder, address| {
            let file = folder.join("haproxy.cfg");
            write(
                &file,
                &format!(
                    "global\n  maxconn 512\n\
                     defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
                     listen all\n  bind {address}\n  {source}  {lines}\n  server one {upstream} {server}\n"
                ),
            );
            let mut command = Command::new(&program);
            command.arg("-db").arg("-f").arg(&file);
            command
        });
        Self(running)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}
