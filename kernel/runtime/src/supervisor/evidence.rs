//! What is known about a run, from which the reason of its failure is told.

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;

use crate::event::{CellError, Panic, Reason};
use crate::stream::{allocation_failed, panic_in};

/// How much of the end of stderr is remembered.
const TAIL: usize = 16 * 1024;

/// Evidence about the present run.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The prelude's hook told of this panic.
    pub(super) panic: Option<Panic>,
    pub(super) error: Option<CellError>,
    /// evcxr's markers.
    pub(super) panicked: bool,
    pub(super) erred: bool,
    pub(super) types_changed: Vec<String>,
    /// The interrupt ended the process.
    pub(super) interrupted: bool,
    /// It asked for input that nobody could give, which ended the process.
    pub(super) refused: bool,
    /// The interrupt was noticed by the library.
    pub(super) cooperates: bool,
    /// A fatal signal's handler ran; whether the stack had overflowed.
    pub(super) crash: Option<bool>,
    stderr: String,
}

impl Evidence {
    /// Remembers the end of what was written to stderr.
    pub(super) fn stderr(&mut self, text: &str) {
        self.stderr.push_str(text);
        if self.stderr.len() > 2 * TAIL {
            let cut = self.stderr.ceil_char_boundary(self.stderr.len() - TAIL);
            self.stderr.drain(..cut);
        }
    }

    fn panic(&self) -> Option<Panic> {
        self.panic.clone().or_else(|| panic_in(&self.stderr))
    }

    /// Why the run failed although the process lives.
    pub(super) fn reason_alive(&self) -> Option<Reason> {
        if self.panicked {
            return Some(Reason::Panic(self.panic().unwrap_or_default()));
        }
        self.erred.then(|| Reason::Error(self.error.clone().unwrap_or_default()))
    }

    /// Why the process died.
    pub(super) fn reason_dead(&self, status: WaitStatus, limit: Option<&String>) -> Reason {
        if self.refused {
            return Reason::NoInput;
        }
        if self.interrupted {
            return Reason::Interrupted;
        }
        let signal = match status {
            WaitStatus::Exited(_, code) => return Reason::Exit(code),
            WaitStatus::Signaled(_, signal, _) => signal,
            other => return Reason::Signal(format!("{other:?}")),
        };
        let name = signal.as_str().to_owned();
        match signal {
            Signal::SIGKILL => Reason::Killed,
            Signal::SIGABRT if allocation_failed(&self.stderr) => {
                Reason::OutOfMemory { limit: limit.cloned() }
            }
            Signal::SIGABRT => self.panic().map_or(Reason::Signal(name), Reason::Panic),
            _ if self.crash == Some(true) => Reason::StackOverflow,
            // The handler could not run: a thread without a stack for handlers has overflowed its own.
            Signal::SIGSEGV if self.crash.is_none() => Reason::StackOverflow,
            Signal::SIGSEGV | Signal::SIGBUS => Reason::InvalidMemory(name),
            _ => Reason::Signal(name),
        }
    }
}
