//! The process in which a notebook's cells run: a session that cannot be lost.
//!
//! A cell is a transaction. However it fails (a panic, a `?`, an interrupt, a stack overflow, a wild pointer,
//! `process::exit`, an allocation beyond the limit, a SIGKILL from outside), the next cell finds every variable
//! as it was before.
//!
//! Three processes do this, of which the kernel starts the first:
//!
//! - the *supervisor* takes the place of evcxr's child process and speaks its protocol; it never runs user code;
//! - the *runner* loads the compiled cells and runs them;
//! - the *standby* is a fork of the runner, taken after each cell, that goes on when the runner dies.
//!
//! What the cells write, and how they end, travels over a Unix socket of the kernel, the [`Channel`].
//!
//! Snapshots need Linux (a supervisor that inherits orphaned processes). Elsewhere, with
//! [`Settings::checkpoint`] off, or when no fork is possible, a runner that dies takes the variables with it,
//! the event says so, and the supervisor ends so that evcxr starts a new one.

mod channel;
mod control;
mod event;
mod lines;
mod runner;
mod settings;
mod stream;
mod supervisor;
mod sys;

pub use channel::Channel;
pub use event::{Bundle, CellEnd, CellError, Event, Failure, Panic, Problem, Reason, StreamKind, Variables};
pub use settings::Settings;

/// Becomes the runtime, and never returns, if [`Channel::command`] started this process.
///
/// To be called first in `main`, before any thread exists.
pub fn run_if_asked() {
    if std::env::var_os(settings::ASKED).is_some() {
        supervisor::run();
    }
}
