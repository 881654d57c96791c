//! A path: in its one spelling, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::validation::check_path;

fuzz_target!(|path: &str| {
    if check_path(path).is_err() {
        return;
    }
    assert!(path.starts_with('/') && path.is_ascii());
    for never in [
        "//", "/./", "/../", ";", "\\", "\0", "%2F", "%2f", "%2E", "%00", "%25",
    ] {
        assert!(!path.contains(never), "{never}");
    }
});
