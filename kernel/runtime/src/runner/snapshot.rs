//! The standby: a fork of the runner that waits for the runner's death.

use std::fs::File;
use std::io::{self, Read};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, setpgid};

use super::{Reports, limits};
use crate::control::Report;
use crate::supervisor::processes::end_session_of;
use crate::sys;

/// Keeps one standby with the state of the last call of [`Snapshots::take`].
pub(super) struct Snapshots {
    wanted: bool,
    baton: File,
    supervisor: Pid,
    standby: Option<Pid>,
}

impl Snapshots {
    pub(super) fn new(wanted: bool, baton: File, supervisor: Pid) -> Snapshots {
        Snapshots { wanted, baton, supervisor, standby: None }
    }

    /// Makes a standby with the present state, then ends the older one. Returns in the process that is the
    /// runner: in this one, and, once this one has died, in the standby.
    pub(super) fn take(&mut self, reports: &mut Reports) {
        let mut took_over = false;
        loop {
            let threads = threads();
            match self.fork() {
                Ok(ForkResult::Parent { child }) => {
                    reports.send(&Report::Standby { pid: child.as_raw(), threads });
                    let older = self.standby.replace(child);
                    end(older);
                }
                Ok(ForkResult::Child) => {
                    self.wait_for_baton();
                    took_over = true;
                    continue;
                }
                Err(error) => {
                    reports.send(&Report::NoStandby(error.to_string()));
                    end(self.standby.take());
                }
            }
            if took_over {
                reports.send(&Report::Up);
            }
            return;
        }
    }

    fn fork(&self) -> io::Result<ForkResult> {
        // Elsewhere the supervisor cannot become the parent of a standby whose runner has died.
        if !self.wanted || !cfg!(target_os = "linux") {
            return Err(io::ErrorKind::Unsupported.into());
        }
        sys::fork()
    }

    /// Sleeps as a standby; returns as the runner.
    fn wait_for_baton(&mut self) {
        // A cell that signals its own group does not reach the standby.
        let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
        limits::prefer_as_victim(false);
        let mut byte = [0];
        if !matches!(self.baton.read(&mut byte), Ok(1)) {
            // The supervisor is gone: what the cells started must not linger either.
            end_session_of(self.supervisor);
            sys::exit_now(0);
        }
        sys::end_with(self.supervisor);
        limits::prefer_as_victim(true);
        self.standby = None;
    }
}

/// Ends a standby that is no longer needed.
fn end(standby: Option<Pid>) {
    if let Some(pid) = standby {
        let _ = kill(pid, Signal::SIGKILL);
        let _ = waitpid(pid, None);
    }
}

/// How many threads this process has; a fork keeps only one of them. Unknown counts as more than one.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(2, Iterator::count)
}
