//! An interrupt reaches its cell, however early it comes.

use kakunin_jupyter::remote::Interrupter;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is needed to interrupt: the connection, once there is one.
#[derive(Default)]
pub(crate) struct Stop {
    interrupter: Mutex<Option<Interrupter>>,
    /// An interrupt came before there was a connection.
    early: Mutex<bool>,
    /// An interrupt was sent for the running cell.
    sent: AtomicBool,
}

impl Stop {
    pub(super) fn interrupt(&self) {
        match &*self.interrupter.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(interrupter) => {
                self.sent.store(true, Ordering::SeqCst);
                interrupter.interrupt();
            }
            None => *self.early.lock().unwrap_or_else(PoisonError::into_inner) = true,
        }
    }

    /// A request is taken up: no interrupt has come for it yet.
    pub(super) fn begin(&self) {
        self.sent.store(false, Ordering::SeqCst);
        self.take_early();
    }

    pub(super) fn take_early(&self) -> bool {
        std::mem::take(&mut self.early.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn connected(&self, interrupter: Interrupter) {
        *self.interrupter.lock().unwrap_or_else(PoisonError::into_inner) = Some(interrupter);
    }

    /// Whether an interrupt was sent for the running cell.
    pub(super) fn was_sent(&self) -> bool {
        self.sent.load(Ordering::SeqCst)
    }
}
