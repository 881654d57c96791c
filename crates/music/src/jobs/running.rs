//! A run while it lasts.

use super::{Job, ProgressEvent, ProgressHub};
use crate::engine::{Control, Flow};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// A run, as its thread, its slot and whoever cancels it see it.
#[derive(Debug)]
pub(crate) struct Running {
    id: Uuid,
    run: u32,
    hub: ProgressHub,
    stop: AtomicBool,
    at: Mutex<(u16, &'static str)>,
}

impl Running {
    pub(crate) fn new(job: &Job, hub: ProgressHub) -> Self {
        Self {
            id: job.id,
            run: job.run,
            hub,
            stop: AtomicBool::new(false),
            at: Mutex::new((0, "starting")),
        }
    }

    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    pub(crate) fn run(&self) -> u32 {
        self.run
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    pub(crate) fn at(&self) -> (f32, &'static str) {
        let (permille, stage) = *self.at.lock().unwrap_or_else(PoisonError::into_inner);
        (f32::from(permille) / 1000.0, stage)
    }
}

/// What the engine is given to report to.
pub(crate) struct Reporter<'a>(pub(crate) &'a Running);

impl Control for Reporter<'_> {
    fn step(&mut self, stage: &'static str, done: f32) -> Flow {
        if self.0.is_stopped() {
            return Flow::Stop;
        }
        let mut at = self.0.at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (Job::permille(done).max(at.0), stage);
        if *at != next {
            *at = next;
            drop(at);
            if self.0.hub.is_watched(self.0.id) {
                let event = ProgressEvent::running(self.0.run, next.0, stage);
                self.0.hub.publish(self.0.id, event);
            }
        }
        Flow::Continue
    }
}
