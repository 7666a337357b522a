//! The conversation of the supervisor and the runner over their private socket: one JSON line each.

use serde::{Deserialize, Serialize};

/// From the supervisor to the runner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Load this library and call this function of it.
    Run { library: String, function: String },
    /// The cell's changes stay: take a new snapshot.
    Keep,
}

/// From the runner (or a standby that became it) to the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Report {
    /// This process is a standby with the present state, forked while so many threads ran.
    Standby { pid: i32, threads: usize },
    /// No standby could be made; why.
    NoStandby(String),
    /// The runner waits for orders.
    Up,
    /// The cell's function returned and its output is in the pipes.
    Done,
    /// The cell could not be loaded; why.
    NotLoaded(String),
    /// The prelude could not be loaded; why.
    NoPrelude(String),
    /// A signal handler's last word: the process is about to die by this signal.
    Crash { overflow: bool },
    /// The interrupt's last word: the process ends now.
    Interrupted,
    /// The library noticed the interrupt and will stop by itself.
    Cooperative,
}

/// A message as its line.
pub(crate) fn line(message: &impl Serialize) -> Vec<u8> {
    // Writing plain data into a vector cannot fail.
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.push(b'\n');
    line
}
