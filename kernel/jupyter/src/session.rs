//! Requests in, replies and published messages out: no sockets, no clock, no threads.

mod execute;
mod messages;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::caught::caught;
use crate::desk::{Desk, Queued};
use crate::request::{Asked, Request};
use crate::{CharOffset, Interpreter, NoInput};

pub use messages::{Body, Channel, Incoming, Outgoing};
pub(crate) use messages::{attended, failed, published, replied};

/// Where a session's messages go. May be called from any thread.
pub trait Outlet: Sync {
    /// Takes one message; waits while the front ends read more slowly than the cell writes.
    fn send(&self, message: Outgoing);
    /// Asks the front end that sent `parent` for one line.
    fn input(&self, parent: &Arc<Incoming>, prompt: &str, password: bool) -> Result<String, NoInput>;
    /// Lets the requests arrive that are on their way, before a failed cell aborts those that are queued.
    fn settle(&self) {}
}

/// One kernel session over one interpreter.
pub struct Session<I> {
    interpreter: I,
    desk: Arc<Desk>,
    /// Cells counted so far: the number of the last one.
    count: usize,
}

impl<I: Interpreter> Session<I> {
    /// A session that has run nothing yet.
    pub fn new(desk: Arc<Desk>, interpreter: I) -> Session<I> {
        Session { interpreter, desk, count: 0 }
    }

    /// The part that answers at once.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Handles one request to its end: everything it published and its reply have been sent when this returns.
    pub fn handle(&mut self, queued: Queued, out: &dyn Outlet) {
        if !queued.waits() {
            self.desk.answer(queued, out);
            return;
        }
        let Queued { incoming, asked, ticket } = queued;
        // Before the look at the ticket: an interrupt is seen by one of the two.
        self.interpreter.begin();
        attended(&incoming, out, || match asked {
            Asked::Known(Request::ExecuteRequest(request)) => {
                if self.desk.is_aborted(ticket) {
                    self.abort(&incoming, out);
                } else {
                    self.execute(&request, &incoming, out);
                }
            }
            Asked::Known(Request::CompleteRequest { code, cursor_pos }) => {
                replied(&incoming, out, self.complete(&code, cursor_pos));
            }
            Asked::Known(Request::InspectRequest { code, cursor_pos, detail_level }) => {
                replied(&incoming, out, self.inspect(&code, cursor_pos, detail_level));
            }
            _ => {}
        });
    }

    /// Tells the interpreter that the session ends.
    pub fn close(&mut self, restart: bool) {
        // A panic here has nobody left to be reported to.
        let _ = caught(|| {
            self.interpreter.begin();
            self.interpreter.shutdown(restart);
        });
    }

    fn complete(&mut self, code: &str, cursor: Option<usize>) -> Value {
        let at = cursor.map_or_else(|| CharOffset::end_of(code), CharOffset);
        match caught(|| self.interpreter.complete(code, at)) {
            Ok(found) => json!({
                "status": "ok",
                "matches": found.matches,
                "cursor_start": found.start,
                "cursor_end": found.end,
                "metadata": found.metadata,
            }),
            Err(error) => failed(&error),
        }
    }

    fn inspect(&mut self, code: &str, cursor: Option<usize>, detail: u8) -> Value {
        let at = cursor.map_or_else(|| CharOffset::end_of(code), CharOffset);
        match caught(|| self.interpreter.inspect(code, at, detail)) {
            Ok(found) => json!({
                "status": "ok",
                "found": found.is_some(),
                "data": found.unwrap_or_default(),
                "metadata": {},
            }),
            Err(error) => failed(&error),
        }
    }
}
