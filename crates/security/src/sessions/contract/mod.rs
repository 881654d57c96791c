//! What every [`SessionStore`] must do; each implementation runs [`run`] on a fresh store.

mod records;
mod rotation;

use super::{Delivery, EndReason, Rotation, RotationLimits, Seen, Session, SessionStore};
use records::*;
use rotation::*;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const LIMITS: RotationLimits = RotationLimits {
    grace: Duration::seconds(30),
    ends_by: None,
    idle: None,
};

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// A session for tests; `n` makes its id.
pub fn session(n: u128, account: u128) -> Session {
    Session {
        id: Uuid::from_u128(n),
        account_id: Uuid::from_u128(account),
        epoch: 3,
        created_at: start(),
        authenticated_at: start(),
        expires_at: start() + Duration::days(7),
        idle: Some(Duration::days(1)),
        idle_expires_at: start() + Duration::days(1),
        delivery: Delivery::Body,
        remembered: false,
        seen: Seen::at(start()),
        current: [1; 32],
        previous: None,
        rotated_at: None,
        ended: None,
    }
}

/// Runs every case; `fresh` makes an empty store whose accounts with the ids 1 and 2 exist.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: SessionStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    a_rotation_moves_one_step(&fresh().await).await;
    a_repeat_gets_the_same_successor_until_it_is_used(&fresh().await).await;
    the_grace_ends(&fresh().await).await;
    anything_else_is_reuse(&fresh().await).await;
    life_ends_on_time(&fresh().await).await;
    a_key_that_was_replaced_still_explains_a_repeat(&fresh().await).await;
    shorter_limits_count_from_the_next_rotation(&fresh().await).await;
    an_account_has_so_many_sessions(Arc::new(fresh().await)).await;
    an_account_without_sessions_is_told(&fresh().await).await;
    use_is_written_at_most_once_a_minute(&fresh().await).await;
    lists_show_the_living_of_one_account(&fresh().await).await;
    the_absolute_end_never_moves(&fresh().await).await;
    ending_is_once_and_for_one_account(&fresh().await).await;
    sweeping_keeps_the_living(&fresh().await).await;
    overlapping_calls_rotate_once(Arc::new(fresh().await)).await;
}
