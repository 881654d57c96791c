//! The first bytes of a connection from a proxy: a header is whole, bounded and read the same with more behind it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::proxy_protocol::{Found, MAX_HEADER, read};

fuzz_target!(|data: &[u8]| {
    if let Found::Header(header) = read(data) {
        assert!(header.length <= data.len() && header.length <= MAX_HEADER);
        let (alone, _) = data.split_at(header.length);
        assert_eq!(read(alone), Found::Header(header));
        for cut in 0..header.length {
            let (begun, _) = alone.split_at(cut);
            assert_eq!(read(begun), Found::Incomplete);
        }
    }
});
