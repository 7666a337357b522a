//! The runner's limits, which the standby and the programs started by cells inherit.

use std::io;

use nix::sys::resource::{Resource, setrlimit};

/// A crash must not take the time that writing a core file takes; `memory` bounds the address space.
pub(super) fn apply(memory: Option<u64>) -> io::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    if let Some(bytes) = memory {
        setrlimit(Resource::RLIMIT_AS, bytes, bytes)?;
    }
    prefer_as_victim(true);
    Ok(())
}

/// When the system runs out of memory, it is to end the runner, not the standby or the kernel.
pub(super) fn prefer_as_victim(preferred: bool) {
    // Without /proc the choice stays the system's.
    let _ = std::fs::write("/proc/self/oom_score_adj", if preferred { "300" } else { "0" });
}
