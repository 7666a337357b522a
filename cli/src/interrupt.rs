//! Ctrl-C: 一度目は学習を止めて結果を残し、二度目はすぐに終わる。

use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (or a termination signal) only raises a flag; the second one ends the process.
pub(crate) fn listen() {
    // The handler is set once; a failure leaves the default, which ends the process at once.
    let _ = ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// Whether Ctrl-C was pressed.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
