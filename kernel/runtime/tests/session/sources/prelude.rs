//! A stand-in for the prelude: the symbols that the runner looks for.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static LISTENING: AtomicBool = AtomicBool::new(false);

/// A cell that calls this is expected to stop when it returns true.
pub fn interrupted() -> bool {
    LISTENING.store(true, SeqCst);
    INTERRUPTED.load(SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn kakunin_cell_start() {
    INTERRUPTED.store(false, SeqCst);
    LISTENING.store(false, SeqCst);
}

#[unsafe(no_mangle)]
pub extern "C" fn kakunin_flush() {
    let _ = std::io::stdout().flush();
}

#[unsafe(no_mangle)]
pub extern "C" fn kakunin_interrupt() -> bool {
    INTERRUPTED.store(true, SeqCst);
    LISTENING.load(SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn kakunin_runner_start() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or_default();
        let place = info.location().unwrap();
        println!(
            "\x1eKAKUNIN {{\"panic\":{{\"message\":{message:?},\"file\":{:?},\"line\":{},\"column\":{},\"frames\":[[7,9]]}}}}",
            place.file(),
            place.line(),
            place.column(),
        );
    }));
}
