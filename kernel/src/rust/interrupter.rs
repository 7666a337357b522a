//! Stops the running cell, from any thread.

use super::busy::{Busy, Patience};
use crate::layout::SessionDir;
use kakunin_runtime::Channel;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is needed to stop a cell: its channel, its compiler, and the mark that it was stopped.
#[derive(Clone)]
pub(crate) struct Interrupter {
    pub(super) channel: Arc<Channel>,
    session: SessionDir,
    pub(super) interrupted: Arc<AtomicBool>,
    pub(super) busy: Arc<Busy>,
}

impl Interrupter {
    pub(crate) fn new(channel: Arc<Channel>, session: SessionDir) -> Interrupter {
        Interrupter { channel, session, interrupted: Arc::default(), busy: Arc::default() }
    }

    /// Hangs up: nothing is heard of the cells any more.
    pub(crate) fn close(&self) {
        self.channel.close();
    }

    /// A call has come: what was told before is not meant for it.
    pub(crate) fn begin(&self) {
        if self.interrupted.swap(false, Ordering::SeqCst) {
            crate::tool::forget_stop(&self.session);
        }
    }

    pub(crate) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
        self.channel.interrupt();
        crate::tool::stop(&self.session);
    }

    /// Waits for the end of what evcxr is doing; whether it came in time.
    pub(crate) fn ends(&self, patience: Patience) -> bool {
        self.busy.ends(patience)
    }
}
