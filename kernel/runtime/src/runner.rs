//! The process that runs the cells, and the standby that takes its place.
//!
//! After each cell the runner forks a standby, which sleeps on a pipe, the *baton*. When the runner dies, the
//! supervisor writes a byte to the baton; the standby, whose memory is that of the moment of the fork, goes on
//! as the runner.

mod cells;
mod limits;
mod signals;
mod snapshot;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use nix::unistd::Pid;

use crate::control::{self, Order, Report};
use crate::settings::Settings;
use crate::sys;
use cells::Cells;
use snapshot::Snapshots;

/// The runner's ends of the pipes.
pub(crate) struct Ends {
    pub(crate) stdin: File,
    pub(crate) stdout: File,
    pub(crate) stderr: File,
    pub(crate) control: UnixStream,
    pub(crate) baton: File,
}

/// Runs cells until the supervisor is gone.
pub(crate) fn run(ends: Ends, settings: &Settings, memory: Option<u64>, supervisor: Pid) -> ! {
    let code = match start(ends, settings, memory, supervisor) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("the runner could not work: {error}");
            1
        }
    };
    sys::exit_now(code)
}

fn start(ends: Ends, settings: &Settings, memory: Option<u64>, supervisor: Pid) -> std::io::Result<()> {
    sys::end_with(supervisor);
    nix::unistd::setpgid(Pid::from_raw(0), Pid::from_raw(0))?;
    nix::unistd::dup2_stdin(&ends.stdin)?;
    nix::unistd::dup2_stdout(&ends.stdout)?;
    nix::unistd::dup2_stderr(&ends.stderr)?;
    sys::forget_asked();
    let mut reports = Reports(ends.control.try_clone()?);
    signals::install(&ends.control)?;
    limits::apply(memory)?;

    let mut cells = Cells::default();
    let libraries = settings.libraries.iter().map(|path| Cells::load_library(path));
    let prelude = settings.prelude.iter().map(|path| cells.load_prelude(path));
    if let Some(message) = libraries.chain(prelude).find_map(Result::err) {
        reports.send(&Report::NoPrelude(message));
    }
    let mut snapshots = Snapshots::new(settings.checkpoint, ends.baton, supervisor);
    snapshots.take(&mut reports);
    reports.send(&Report::Up);

    for line in BufReader::new(ends.control).lines() {
        match serde_json::from_str(&line?)? {
            Order::Run { library, function } => reports.send(&match cells.run(&library, &function) {
                Ok(()) => Report::Done,
                Err(message) => Report::NotLoaded(message),
            }),
            Order::Keep => {
                signals::forget_early_interrupt();
                snapshots.take(&mut reports);
            }
        }
    }
    Ok(())
}

/// The way to the supervisor.
struct Reports(UnixStream);

impl Reports {
    fn send(&mut self, report: &Report) {
        // If the supervisor is gone, so is this process in a moment.
        let _ = self.0.write_all(&control::line(report));
    }
}
