//! What is answered at once, even while a cell runs: everything that needs no interpreter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use crate::caught::caught;
use crate::history::History;
use crate::request::{Asked, Request};
use crate::session::{Incoming, Outlet, attended, failed, published, replied};
use crate::{CellError, Completeness, Language};

/// The version of the messaging specification spoken here.
pub(crate) const PROTOCOL: &str = "5.4";

/// A request that was let in, with its place in the order of arrival.
#[derive(Debug)]
pub struct Queued {
    pub(crate) incoming: Arc<Incoming>,
    pub(crate) asked: Asked,
    pub(crate) ticket: u64,
}

impl Queued {
    /// Whether the request has to wait for the interpreter.
    pub fn waits(&self) -> bool {
        matches!(
            self.asked,
            Asked::Known(
                Request::ExecuteRequest(_) | Request::CompleteRequest { .. } | Request::InspectRequest { .. }
            )
        )
    }

    /// Whether answering may have to wait for a disk.
    pub fn reads_disk(&self) -> bool {
        matches!(self.asked, Asked::Known(Request::HistoryRequest(_)))
    }

    /// Whether the session ends with this request, and if so, whether it is to start anew.
    pub fn ends(&self) -> Option<bool> {
        match self.asked {
            Asked::Known(Request::ShutdownRequest { restart }) => Some(restart),
            _ => None,
        }
    }

    /// Whether the running cell is asked to stop.
    pub fn interrupts(&self) -> bool {
        matches!(self.asked, Asked::Known(Request::InterruptRequest {}))
    }
}

/// Lets requests in and answers those that need no interpreter.
pub struct Desk {
    language: Arc<dyn Language>,
    history: History,
    arrivals: AtomicU64,
    /// Cells up to this ticket must not start any more.
    aborted: AtomicU64,
}

impl Desk {
    /// A desk that nobody has come to yet.
    pub fn new(language: Arc<dyn Language>, history: History) -> Desk {
        Desk { language, history, arrivals: AtomicU64::new(0), aborted: AtomicU64::new(0) }
    }

    /// Lets a request in: from now on an error or an interrupt counts it as queued.
    pub fn admit(&self, mut incoming: Incoming) -> Queued {
        let asked = Asked::read(&incoming.header.msg_type, incoming.content.take());
        let ticket = self.arrivals.fetch_add(1, Ordering::SeqCst) + 1;
        Queued { incoming: Arc::new(incoming), asked, ticket }
    }

    /// The cells of all sessions.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Stops the running cell and aborts the cells that are queued.
    pub fn interrupt(&self) {
        self.abort_queue();
        self.language.interrupt();
    }

    /// Answers a request that does not wait.
    pub fn answer(&self, queued: Queued, out: &dyn Outlet) {
        let Queued { incoming, asked, .. } = queued;
        attended(&incoming, out, || {
            let content = caught(|| self.content(asked, &incoming, out));
            if let Some(content) = content.unwrap_or_else(|error| Some(failed(&error))) {
                replied(&incoming, out, content);
            }
        });
    }

    pub(crate) fn abort_queue(&self) {
        self.aborted.fetch_max(self.arrivals.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    pub(crate) fn is_aborted(&self, ticket: u64) -> bool {
        ticket <= self.aborted.load(Ordering::SeqCst)
    }

    /// The content of the reply; some messages have none.
    fn content(&self, asked: Asked, incoming: &Arc<Incoming>, out: &dyn Outlet) -> Option<Value> {
        let request = match asked {
            Asked::Known(request) => request,
            Asked::Malformed(reason) => return refused(incoming, "MalformedRequest", reason),
            Asked::Unknown => {
                return refused(incoming, "UnknownRequest", "this kernel does not know this request".into());
            }
        };
        Some(match request {
            Request::KernelInfoRequest {} => self.kernel_info(),
            Request::IsCompleteRequest { code } => self.is_complete(&code),
            Request::HistoryRequest(question) => {
                json!({ "status": "ok", "history": self.history.find(&question) })
            }
            Request::CommInfoRequest {} => json!({ "status": "ok", "comms": {} }),
            Request::InterruptRequest {} => {
                self.interrupt();
                json!({ "status": "ok" })
            }
            Request::ShutdownRequest { restart } => {
                let content = json!({ "status": "ok", "restart": restart });
                // The other front ends learn of it too.
                published(incoming, out, "shutdown_reply", content.clone());
                content
            }
            Request::DebugRequest { seq, command } => json!({
                "type": "response",
                "request_seq": seq,
                "success": false,
                "command": command,
                "message": "this kernel has no debugger",
            }),
            Request::CommOpen { comm_id } => {
                // No target is known: the specification wants the other half closed at once.
                let content = json!({ "comm_id": comm_id, "data": {} });
                published(incoming, out, "comm_close", content);
                return None;
            }
            _ => return None,
        })
    }

    fn kernel_info(&self) -> Value {
        let info = self.language.info();
        let mut language = Map::new();
        language.insert("name".into(), json!(info.name));
        language.insert("version".into(), json!(info.version));
        language.insert("mimetype".into(), json!(info.mimetype));
        language.insert("file_extension".into(), json!(info.file_extension));
        language.extend(info.tools);
        json!({
            "status": "ok",
            "protocol_version": PROTOCOL,
            "implementation": info.implementation,
            "implementation_version": info.implementation_version,
            "language_info": language,
            "banner": info.banner,
            "help_links": info.help_links,
            "debugger": false,
            "supported_features": [],
        })
    }

    fn is_complete(&self, code: &str) -> Value {
        match self.language.completeness(code) {
            Completeness::Complete => json!({ "status": "complete" }),
            Completeness::Incomplete { indent } => json!({ "status": "incomplete", "indent": indent }),
            Completeness::Invalid => json!({ "status": "invalid" }),
            Completeness::Unknown => json!({ "status": "unknown" }),
        }
    }
}

/// A request that can't be served gets an error as its reply; a one-way message gets nothing.
fn refused(incoming: &Incoming, ename: &str, reason: String) -> Option<Value> {
    let msg_type = &incoming.header.msg_type;
    msg_type.ends_with("_request").then(|| failed(&CellError::new(ename, format!("{msg_type}: {reason}"))))
}
