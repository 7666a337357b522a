//! The process between evcxr, the kernel and the runner: one thread, one poll loop, no user code.

mod clock;
mod evidence;
mod input;
mod outbox;
mod output;
pub(crate) mod processes;
mod relay;
mod restore;
mod session;
mod start;
mod telling;
mod turn;

/// Supervises until the kernel or evcxr goes away.
pub(crate) fn run() -> ! {
    let code = match start::session() {
        Ok(session) => session.run(),
        Err(error) => {
            eprintln!("the runtime could not start: {error}");
            1
        }
    };
    std::process::exit(code)
}
