use super::{Running, find, write};
use std::net::SocketAddr;
use std::process::Command;

/// Apache's HTTP server.
#[derive(Debug)]
pub struct Apache(Running);

impl Apache {
    /// Passes everything on to `upstream`, as `mod_proxy` does it: the caller's address is appended to
    /// `X-Forwarded-For`, and its host to `X-Forwarded-Host`. `lines` are more directives of the server.
    ///
    /// # Panics
    ///
    /// When Apache isn't there or refuses the configuration.
    pub fn before(upstream: SocketAddr, lines: &str) -> Self {
        let program = find("apache2", "apache2");
        let running = Running::start("apache2", |folder, address| {
            let file = folder.join("apache.conf");
            let folder = folder.display();
            let modules = ["mpm_event", "authz_core", "proxy", "proxy_http", "headers"];
            let modules = modules.map(|name| {
                format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
            });
            let modules = modules.concat();
            write(
                &file,
                &format!(
                    "ServerRoot {folder}\nPidFile {folder}/pid\nDefaultRuntimeDir {folder}\nErrorLog /dev/stderr\n\
                     Listen {address}\nServerName localhost\n{modules}\
                     <IfModule unixd_module>\nUser nobody\nGroup nogroup\n</IfModule>\n\
                     ProxyPreserveHost On\nAllowEncodedSlashes NoDecode\nProxyPass / http://{upstream}/ nocanon\n{lines}\n"
                ),
            );
            let mut command = Command::new(&program);
            // One process, in the foreground.
            command.arg("-X").arg("-f").arg(&file);
            command
        });
        Self(running)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}
