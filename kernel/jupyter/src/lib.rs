//! The protocol side of a Jupyter kernel, over any language.
//!
//! Everything a front end can see, except what the language does: the messaging protocol (5.4), the sockets, the
//! history, the order of outputs, interrupts. A language is an [`Interpreter`] (runs cells, one at a time) and a
//! [`Language`] (answers at once, even while a cell runs).
//!
//! | module | what it knows |
//! | --- | --- |
//! | [`interpreter`](Interpreter) | the traits of a language; nothing of messages |
//! | [`Session`] | requests in, replies and published messages out; no sockets, no clock |
//! | [`history`] | the cells of all sessions, in one SQLite file |
//! | [`wire`] | sockets ⇄ session |
//! | [`remote`] | an interpreter that lives in another process |
//! | [`echo`] | a toy language, for tests |
//!
//! For Unix systems: it speaks over Unix sockets and watches its parent process.
//!
//! Read downwards: `interpreter`, `request`, `session`, `desk`, `wire`.

mod caught;
mod desk;
pub mod echo;
pub mod history;
mod interpreter;
mod lang;
mod mime;
pub mod remote;
mod request;
mod session;
pub mod wire;

pub use desk::{Desk, Queued};
pub use interpreter::{
    Cell, CellError, CellIo, CharOffset, Completeness, Completions, Display, HelpLink, Interpreter, Language,
    LanguageInfo, NoInput, Nobody, Outcome, Stdio,
};
pub use mime::MimeBundle;
pub use request::{ExecuteRequest, HistoryRequest, Request};
pub use session::{Body, Channel, Incoming, Outgoing, Outlet, Session};
pub use wire::{Exit, StartError, run};
