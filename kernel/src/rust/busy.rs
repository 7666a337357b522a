//! Whether evcxr is at work, and whether it stops when it is asked to.
//!
//! evcxr analyses a cell on the thread that called it, and nothing can interrupt that. A cell that takes minutes to
//! analyse is known by the time that this thread computes after an interrupt: a machine busy with other things does
//! not look like it, and a cell that runs or compiles lies in another process, which has been stopped.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(50);

/// How long evcxr may go on after an interrupt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// time in which its thread computes
    pub(crate) computing: Duration,
    /// time by the clock
    pub(crate) waiting: Duration,
}

/// Whether evcxr is at work.
#[derive(Debug, Default)]
pub(super) struct Busy(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// counts the calls
    call: u64,
    /// where the system tells how long the thread of the present call has computed
    thread: Option<PathBuf>,
}

/// Ends with the call.
pub(super) struct Working(Arc<Busy>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.held().thread = None;
    }
}

impl Busy {
    /// This thread begins to work.
    pub(super) fn begin(self: &Arc<Busy>) -> Working {
        let mut state = self.held();
        state.call += 1;
        let thread = std::fs::read_link("/proc/thread-self").unwrap_or_default();
        state.thread = Some(PathBuf::from("/proc").join(thread).join("schedstat"));
        Working(Arc::clone(self))
    }

    /// Waits for the end of the present call; whether it came in time.
    pub(super) fn ends(&self, patience: Patience) -> bool {
        let (call, Some(thread)) = self.state() else { return true };
        let (begun, before) = (Instant::now(), computed(&thread));
        while self.state() == (call, Some(thread.clone())) {
            let more = computed(&thread).saturating_sub(before);
            if more > patience.computing || begun.elapsed() > patience.waiting {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }

    fn state(&self) -> (u64, Option<PathBuf>) {
        let state = self.held();
        (state.call, state.thread.clone())
    }

    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a thread has computed; nothing where the system does not tell.
fn computed(thread: &Path) -> Duration {
    let text = std::fs::read_to_string(thread).unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    const PATIENCE: Patience =
        Patience { computing: Duration::from_millis(100), waiting: Duration::from_secs(600) };

    #[test]
    fn nothing_is_awaited_where_nothing_is_at_work() {
        assert!(Arc::<Busy>::default().ends(PATIENCE));
    }

    #[test]
    fn a_call_that_only_waits_is_waited_for() {
        let busy = Arc::<Busy>::default();
        let working = busy.begin();
        std::thread::scope(|scope| {
            let ended = scope.spawn(|| busy.ends(PATIENCE));
            std::thread::sleep(3 * LOOK);
            drop(working);
            assert!(ended.join().unwrap());
        });
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_call_that_computes_on_and_on_is_not() {
        let busy = Arc::<Busy>::default();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _work = scope.spawn(|| {
                let _working = busy.begin();
                while !over.load(Ordering::SeqCst) {
                    std::hint::spin_loop();
                }
            });
            while busy.state().1.is_none() {
                std::hint::spin_loop();
            }
            assert!(!busy.ends(PATIENCE));
            over.store(true, Ordering::SeqCst);
        });
    }
}
