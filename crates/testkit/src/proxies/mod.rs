//! Proxies and caches of others, as Debian brings them, in front of a listening application.
//!
//! 1. Each has a folder of its own, a free port of this machine, and ends with its value.
//! 2. It runs in the foreground and as one process group; nothing is left behind and nothing that the machine
//!    runs already is touched.
//! 3. A program that is missing fails the test with the name of the package that brings it.

mod apache;
mod haproxy;
mod nginx;
mod varnish;

pub use apache::Apache;
pub use haproxy::Haproxy;
pub use nginx::Nginx;
pub use varnish::Varnish;

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// Starting is waited for so often, a moment each time: 20 s, as Varnish calls a C compiler.
const WAITS: u32 = 1000;
const MOMENT: Duration = Duration::from_millis(20);
/// Somebody else may take a free port first.
const TRIES: usize = 5;

/// A program that listens.
#[derive(Debug)]
struct Running {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    _folder: TempDir,
}

impl Running {
    /// Starts what `command` makes of a folder and an address, and waits until it accepts connections there.
    fn start(program: &str, command: impl Fn(&Path, SocketAddr) -> Command) -> Self {
        for _ in 0..TRIES {
            let folder = tempfile::tempdir().expect("a folder");
            let address = free_address();
            let mut command = command(folder.path(), address);
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped());
            let mut child = command
                .spawn()
                .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
            let log = Arc::new(Mutex::new(String::new()));
            collect(&mut child, &log);
            let mut running = Self {
                child,
                address,
                log,
                _folder: folder,
            };
            if running.is_up() {
                return running;
            }
            let said = running.said();
            assert!(
                said.to_lowercase().contains("in use") || said.contains("cannot bind"),
                "{program} ended instead of listening:\n{said}"
            );
        }
        panic!("{program} found no free port")
    }

    /// False when it ended instead.
    fn is_up(&mut self) -> bool {
        for _ in 0..WAITS {
            if self.child.try_wait().expect("a child").is_some() {
                // What it said last is still on its way.
                thread::sleep(MOMENT);
                return false;
            }
            if TcpStream::connect(self.address).is_ok() {
                return true;
            }
            thread::sleep(MOMENT);
        }
        panic!("it does not listen:\n{}", self.said())
    }

    fn said(&self) -> String {
        self.log.lock().expect("a log").clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whatever it says must not fill the pipe.
fn collect(child: &mut Child, log: &Arc<Mutex<String>>) {
    let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let log = log.clone();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let mut log = log.lock().expect("a log");
            log.push_str(&line);
            log.push('\n');
        }
    });
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

/// Where a program is: in the places that hold those for administrators.
fn find(program: &str, package: &str) -> PathBuf {
    let places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    let mut all = places.iter().map(|place| Path::new(place).join(program));
    all.find(|path| path.is_file()).unwrap_or_else(|| {
        panic!("{program} is missing; scripts/test installs it: apt-get install {package}")
    })
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file that can be written");
}
