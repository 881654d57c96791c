use super::{Fact, MemoryStore};
use crate::revocation::{Changes, RevocationStore};
use crate::store::StoreError;
use time::OffsetDateTime;

/// Small, so that tests see several pieces.
const PIECE: usize = 100;

impl RevocationStore for MemoryStore {
    async fn revoke_token(
        &self,
        hash: &[u8; 32],
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tables = self.lock();
        let known = tables
            .feed
            .iter()
            .any(|line| matches!(line.fact, Fact::Token(other, _) if other == *hash));
        if !known {
            tables.write(Fact::Token(*hash, until), now);
        }
        Ok(())
    }

    async fn changes(&self, position: u64, since: OffsetDateTime) -> Result<Changes, StoreError> {
        let tables = self.lock();
        let mut lines: Vec<_> = tables
            .feed
            .iter()
            .filter(|line| line.position > position && line.at >= since)
            .take(PIECE + 1)
            .collect();
        let more = lines.len() > PIECE;
        lines.truncate(PIECE);
        Ok(Changes {
            items: lines.iter().map(|line| tables.change(line)).collect(),
            position: lines.last().map_or(position, |line| line.position),
            more,
        })
    }

    async fn sweep(&self, before: OffsetDateTime, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut tables = self.lock();
        let count = tables.feed.len();
        tables.feed.retain(|line| match line.fact {
            Fact::Token(_, until) => until > now,
            Fact::Session(_) | Fact::Account(_) => line.at >= before,
        });
        Ok((count - tables.feed.len()) as u64)
    }
}
