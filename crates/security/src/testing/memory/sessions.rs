use super::{Fact, MemoryStore, Tables};
use crate::sessions::{EndReason, Rotation, RotationLimits, Seen, Session, SessionStore};
use crate::store::StoreError;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

impl Tables {
    fn live(&self, account_id: Uuid, now: OffsetDateTime) -> Vec<Session> {
        let mut live: Vec<Session> = self
            .sessions
            .values()
            .filter(|session| session.account_id == account_id && session.is_live(now))
            .cloned()
            .collect();
        live.sort_by_key(|session| std::cmp::Reverse((session.seen.at, session.id)));
        live
    }

    fn end_session(&mut self, id: Uuid, reason: EndReason, now: OffsetDateTime) -> bool {
        let live = self
            .sessions
            .get_mut(&id)
            .filter(|session| session.ended.is_none());
        let Some(session) = live else {
            return false;
        };
        session.ended = Some((now, reason));
        self.write(Fact::Session(id), now);
        true
    }
}

impl SessionStore for MemoryStore {
    async fn start(&self, session: &Session, at_most: u32) -> Result<Vec<Uuid>, StoreError> {
        let mut tables = self.lock();
        if tables.sessions.contains_key(&session.id) {
            return Err(StoreError::Conflict);
        }
        let now = session.created_at;
        let others = tables.live(session.account_id, now);
        tables.sessions.insert(session.id, session.clone());
        let room = (at_most as usize).saturating_sub(1);
        let ended: Vec<Uuid> = others.iter().skip(room).map(|other| other.id).collect();
        for id in &ended {
            tables.end_session(*id, EndReason::TooMany, now);
        }
        Ok(ended)
    }

    async fn rotate(
        &self,
        id: Uuid,
        presented: &[u8; 32],
        successors: &[[u8; 32]],
        limits: &RotationLimits,
        now: OffsetDateTime,
    ) -> Result<Rotation, StoreError> {
        let mut tables = self.lock();
        let Some(session) = tables.sessions.get_mut(&id) else {
            return Ok(Rotation::Unknown);
        };
        let rotation = session
            .clone()
            .presented(presented, successors, limits, now);
        match &rotation {
            Rotation::Rotated(rotated) => session.clone_from(rotated),
            Rotation::Reused(_) => {
                tables.end_session(id, EndReason::Reuse, now);
            }
            Rotation::Repeated(..) | Rotation::Ended(_) | Rotation::Unknown => {}
        }
        Ok(rotation)
    }

    async fn find(&self, id: Uuid) -> Result<Option<Session>, StoreError> {
        Ok(self.lock().sessions.get(&id).cloned())
    }

    async fn list(
        &self,
        account_id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Vec<Session>, StoreError> {
        Ok(self.lock().live(account_id, now))
    }

    async fn any(&self, account_id: Uuid) -> Result<bool, StoreError> {
        let tables = self.lock();
        let mut sessions = tables.sessions.values();
        Ok(sessions.any(|session| session.account_id == account_id))
    }

    async fn seen(
        &self,
        id: Uuid,
        seen: &Seen,
        at_most_every: Duration,
    ) -> Result<Option<Session>, StoreError> {
        let mut tables = self.lock();
        let session = tables.sessions.get_mut(&id).filter(|session| {
            session.is_live(seen.at) && seen.at - session.seen.at >= at_most_every
        });
        let Some(session) = session else {
            return Ok(None);
        };
        let before = session.clone();
        session.seen.clone_from(seen);
        session.idle_expires_at = session.idle_end(seen.at);
        Ok(Some(before))
    }

    async fn end(
        &self,
        id: Uuid,
        owner: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tables = self.lock();
        let found = tables.sessions.get(&id);
        let meant = found.is_some_and(|one| owner.is_none_or(|owner| one.account_id == owner));
        Ok(meant && tables.end_session(id, reason, now))
    }

    async fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let mut tables = self.lock();
        let meant: Vec<Uuid> = tables
            .sessions
            .values()
            .filter(|session| session.account_id == account_id && Some(session.id) != keep)
            .filter(|session| session.is_live(now))
            .map(|session| session.id)
            .collect();
        for id in &meant {
            tables.end_session(*id, reason, now);
        }
        Ok(meant.len() as u64)
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let sessions = &mut self.lock().sessions;
        let count = sessions.len();
        sessions.retain(|_, session| {
            let end = session.ended.map_or(session.ends_at(), |(at, _)| at);
            end >= before
        });
        Ok((count - sessions.len()) as u64)
    }
}
