//! An interpreter that is still being built.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::caught::caught;
use crate::{CellError, Interpreter};

/// How often a wait looks whether it still makes sense.
const LOOK: Duration = Duration::from_millis(50);

/// Whether an interpreter can run cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being built; calls wait.
    Warming,
    /// It runs cells.
    Ready,
    /// It could not be built; each call gets this error.
    Failed(CellError),
}

/// An interpreter in the making, shared by the clients that come and go.
pub struct Warming<I>(Arc<Shared<I>>);

struct Shared<I> {
    slot: Mutex<Slot<I>>,
    changed: Condvar,
}

enum Slot<I> {
    Warming,
    Ready(I),
    Failed(CellError),
}

impl<I: Interpreter> Warming<I> {
    /// Builds the interpreter on a thread of its own.
    pub fn start(
        build: impl FnOnce() -> Result<I, CellError> + Send + 'static,
    ) -> std::io::Result<Warming<I>> {
        let shared = Arc::new(Shared { slot: Mutex::new(Slot::Warming), changed: Condvar::new() });
        let builder = shared.clone();
        std::thread::Builder::new().name("warm-up".into()).spawn(move || {
            let slot = match caught(build).and_then(|built| built) {
                Ok(interpreter) => Slot::Ready(interpreter),
                Err(error) => Slot::Failed(error),
            };
            *builder.held() = slot;
            builder.changed.notify_all();
        })?;
        Ok(Warming(shared))
    }

    /// The state at this moment; while a call runs that is [`State::Ready`], and this waits for the call.
    pub fn state(&self) -> State {
        match &*self.0.held() {
            Slot::Warming => State::Warming,
            Slot::Ready(_) => State::Ready,
            Slot::Failed(error) => State::Failed(error.clone()),
        }
    }

    /// Waits until the interpreter is built or `pointless` says that nobody cares any more; gives the state then.
    pub(super) fn wait(&self, pointless: impl Fn() -> bool) -> State {
        let mut held = self.0.held();
        while matches!(*held, Slot::Warming) && !pointless() {
            held = self.0.changed.wait_timeout(held, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(held);
        self.state()
    }

    /// Works with the interpreter. A panic is an error, and the interpreter stays.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut I) -> T) -> Result<T, CellError> {
        match &mut *self.0.held() {
            Slot::Ready(interpreter) => caught(|| work(interpreter)),
            Slot::Failed(error) => Err(error.clone()),
            Slot::Warming => Err(CellError::new("InternalError", "called before the warm-up ended")),
        }
    }
}

impl<I> Shared<I> {
    fn held(&self) -> MutexGuard<'_, Slot<I>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
