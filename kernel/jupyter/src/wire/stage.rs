//! The thread that owns the interpreter, and the queue before it.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;

use crate::caught::caught;
use crate::{
    Cell, CellError, CellIo, CharOffset, Completions, Desk, Interpreter, MimeBundle, Outcome, Outlet, Queued,
    Session,
};

/// Enough for a compiler front end working on the deepest code a learner writes; only touched pages cost memory.
const STACK: usize = 32 << 20;

/// Where requests wait for the interpreter.
#[derive(Clone)]
pub(super) struct Stage {
    queue: Sender<Job>,
}

enum Job {
    Request(Queued),
    Close { restart: bool, done: oneshot::Sender<()> },
}

impl Stage {
    /// Starts the thread. The interpreter is built on it, before the first request.
    pub(super) fn start<I: Interpreter>(
        desk: Arc<Desk>,
        out: impl Outlet + Send + 'static,
        interpreter: impl FnOnce() -> Result<I, CellError> + Send + 'static,
    ) -> std::io::Result<Stage> {
        let (queue, jobs) = channel();
        std::thread::Builder::new().name("interpreter".into()).stack_size(STACK).spawn(move || {
            let interpreter: Box<dyn Interpreter> = match caught(interpreter).and_then(|built| built) {
                Ok(interpreter) => Box::new(interpreter),
                Err(error) => Box::new(NeverStarted(error)),
            };
            let mut session = Session::new(desk, interpreter);
            for job in jobs {
                match job {
                    Job::Request(queued) => session.handle(queued, &out),
                    Job::Close { restart, done } => {
                        session.close(restart);
                        // Whoever waited may have given up.
                        let _ = done.send(());
                        return;
                    }
                }
            }
        })?;
        Ok(Stage { queue })
    }

    /// Queues a request.
    pub(super) fn enqueue(&self, queued: Queued) {
        // Fails only after `close`.
        let _ = self.queue.send(Job::Request(queued));
    }

    /// Lets the interpreter say goodbye, after what is queued.
    pub(super) async fn close(&self, restart: bool) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Job::Close { restart, done }).is_ok() {
            let _ = closed.await;
        }
    }
}

/// Stands in for an interpreter that could not be built: each cell gets the reason.
struct NeverStarted(CellError);

impl Interpreter for NeverStarted {
    fn execute(&mut self, _: &Cell<'_>, _: &dyn CellIo) -> Result<Outcome, CellError> {
        Err(self.0.clone())
    }
    fn complete(&mut self, _: &str, at: CharOffset) -> Completions {
        Completions::none(at)
    }
    fn inspect(&mut self, _: &str, _: CharOffset, _: u8) -> Option<MimeBundle> {
        None
    }
    fn evaluate(&mut self, _: &str, _: &dyn CellIo) -> Result<MimeBundle, CellError> {
        Err(self.0.clone())
    }
    fn shutdown(&mut self, _: bool) {}
}
