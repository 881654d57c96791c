use crate::random::Random;
use aws_lc_rs::digest;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that look random and are the same in every run: SHA-256 of a counter.
#[derive(Debug, Default)]
pub struct TestRandom(AtomicU64);

impl Random for TestRandom {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let n = self.0.fetch_add(1, Ordering::SeqCst);
            let block = digest::digest(&digest::SHA256, &n.to_be_bytes());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}
