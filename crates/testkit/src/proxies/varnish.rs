use super::{Running, find, write};
use std::net::SocketAddr;
use std::process::Command;

/// Varnish, a shared cache.
#[derive(Debug)]
pub struct Varnish(Running);

impl Varnish {
    /// Caches what `upstream` lets it cache, by `Cache-Control` and `Vary` alone: requests with cookies and
    /// with credentials are looked up as well, which its built-in rules would pass. Answers say in
    /// `X-Cache` whether they were `HIT` or `MISS`. The caller's address is appended to `X-Forwarded-For`, which
    /// Varnish does by itself; `recv` are more lines of what happens to a request.
    ///
    /// # Panics
    ///
    /// When Varnish isn't there, or no C compiler for its configuration.
    pub fn before(upstream: SocketAddr, recv: &str) -> Self {
        let program = find("varnishd", "varnish");
        let running = Running::start("varnishd", |folder, address| {
            let file = folder.join("all.vcl");
            let (host, port) = (upstream.ip(), upstream.port());
            write(
                &file,
                &format!(
                    r#"vcl 4.1;
backend default {{ .host = "{host}"; .port = "{port}"; }}
sub vcl_recv {{
  {recv}
  if (req.method == "GET" || req.method == "HEAD") {{ return (hash); }}
}}
sub vcl_deliver {{
  if (obj.hits > 0) {{ set resp.http.X-Cache = "HIT"; }} else {{ set resp.http.X-Cache = "MISS"; }}
}}
"#
                ),
            );
            let mut command = Command::new(&program);
            command.arg("-F").arg("-f").arg(&file);
            command.arg("-a").arg(address.to_string());
            command.arg("-n").arg(folder.join("work"));
            command.args(["-s", "malloc,16m", "-j", "none", "-T", "none"]);
            command.args(["-p", "thread_pools=1", "-p", "thread_pool_min=10"]);
            command
        });
        Self(running)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}
