//! A generation request: refused with pointers, or valid, and then itself again after a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_music::request::{Draft, GenerationRequest};

fuzz_target!(|data: &[u8]| {
    let Ok(draft) = serde_json::from_slice::<Draft>(data) else {
        return;
    };
    match GenerationRequest::new(draft) {
        Ok(request) => assert_eq!(GenerationRequest::new(request.to_draft()), Ok(request)),
        Err(errors) => {
            assert!(
                !errors.is_empty() && errors.iter().all(|error| error.pointer.starts_with('/'))
            );
        }
    }
});
