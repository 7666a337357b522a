//! The C functions that the process running the cells looks up in this library.
#![allow(unsafe_code)]

use crate::panics;
use kakunin::interrupt;
use std::io::Write;

/// Once, after the library was loaded: from now on panics are reported.
// SAFETY: no other function of this name exists in the process.
#[unsafe(no_mangle)]
pub extern "C" fn kakunin_runner_start() {
    panics::watch_this_thread();
}

/// Before each cell: an interrupt of the cell before is over.
// SAFETY: no other function of this name exists in the process.
#[unsafe(no_mangle)]
pub extern "C" fn kakunin_cell_start() {
    interrupt::clear();
    panics::watch_this_thread();
}

/// After each cell: what was printed without a newline goes out.
// SAFETY: no other function of this name exists in the process.
#[unsafe(no_mangle)]
pub extern "C" fn kakunin_flush() {
    // Nobody is left to tell if stdout is gone.
    let _ = std::io::stdout().flush();
    let _ = std::io::stderr().flush();
}

/// Asks the running training to end. Returns whether one is listening; if not, the cell won't end by itself.
/// May be called from a signal handler.
// SAFETY: no other function of this name exists in the process.
#[unsafe(no_mangle)]
pub extern "C" fn kakunin_interrupt() -> bool {
    interrupt::raise();
    interrupt::listening()
}
