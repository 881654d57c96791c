//! The bytes of an HTTP/1 connection: however they are cut, the same becomes of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::framing::{Framing, MAX_HELD};

/// How much passes, how many heads, and why the rest is refused.
fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, u64, Option<&'static str>) {
    let (mut framing, mut held, mut passed) = (Framing::default(), Vec::new(), Vec::new());
    for piece in pieces {
        held.extend_from_slice(piece);
        let verdict = framing.advance(&held);
        passed.extend(held.drain(..verdict.pass));
        if let Some(refusal) = verdict.refusal {
            return (passed, framing.heads(), Some(refusal.id()));
        }
        assert!(held.len() <= MAX_HELD);
    }
    (passed, framing.heads(), None)
}

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else {
        return;
    };
    let whole = run(std::iter::once(bytes));
    assert!(bytes.starts_with(&whole.0));
    assert_eq!(run(bytes.chunks(usize::from(*size).max(1))), whole);
});
