use super::{Running, find, write};
use std::net::SocketAddr;
use std::process::Command;

/// nginx.
#[derive(Debug)]
pub struct Nginx(Running);

impl Nginx {
    /// Passes everything on to `upstream`. `location` are directives such as
    /// `proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`; `$proxy_add_forwarded` is there
    /// too, as nginx's own documentation defines it. `server` stands around the location.
    ///
    /// A caller may say in `X-Test-Source` which address it has: as if it had connected from there, also
    /// for addresses that this machine hasn't.
    ///
    /// # Panics
    ///
    /// When nginx isn't there or refuses the configuration.
    pub fn before(upstream: SocketAddr, server: &str, location: &str) -> Self {
        Self::start(upstream, "", server, location)
    }

    /// The same, for connections that begin with a PROXY header: it is whom the client's address is taken
    /// from.
    ///
    /// # Panics
    ///
    /// As [`Nginx::before`].
    pub fn behind_proxy_protocol(upstream: SocketAddr, location: &str) -> Self {
        Self::start(
            upstream,
            "proxy_protocol",
            "real_ip_header proxy_protocol;",
            location,
        )
    }

    fn start(upstream: SocketAddr, listen: &str, server: &str, location: &str) -> Self {
        let program = find("nginx", "nginx");
        let running = Running::start("nginx", |folder, address| {
            let file = folder.join("nginx.conf");
            let folder = folder.display();
            write(
                &file,
                &format!(
                    r#"daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
worker_rlimit_nofile 4096;
events {{ worker_connections 1024; }}
http {{
  access_log off; server_tokens off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  large_client_header_buffers 8 32k;
  map $remote_addr $forwarded_element {{
    ~^[0-9.]+$ "for=$remote_addr;proto=https"; default "for=\"[$remote_addr]\";proto=https";
  }}
  map $http_forwarded $proxy_add_forwarded {{
    "" $forwarded_element; default "$http_forwarded, $forwarded_element";
  }}
  set_real_ip_from 127.0.0.0/8; real_ip_header X-Test-Source;
  upstream app {{ server {upstream}; keepalive 8; }}
  server {{
    listen {address} {listen}; {server}
    location / {{ proxy_set_header Host $http_host; proxy_set_header X-Test-Source ""; {location}
      proxy_pass http://app; }}
  }}
}}
"#
                ),
            );
            let mut command = Command::new(&program);
            // Until it has read the configuration it would log to a path of the machine.
            command.arg("-e").arg("stderr").arg("-c").arg(&file);
            command
        });
        Self(running)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        self.0.said()
    }
}
