//! All that the supervisor knows, and whom it listens to.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Instant;

use nix::poll::{PollFd, PollFlags, poll};
use nix::unistd::Pid;

use super::evidence::Evidence;
use super::input::Input;
use super::outbox::Outbox;
use super::output::Output;
use super::telling::Telling;
use super::turn::{Phase, Standby};
use crate::control::Order;
use crate::event::{Command, Event};
use crate::lines::Lines;
use crate::settings::Settings;
use crate::stream::{Router, Text};

/// How long the end of the kernel may come after the end of evcxr's pipe.
const KERNEL_ENDS: u16 = 20;

/// The supervisor's ends of what connects it to others.
pub(super) struct Ends {
    pub(super) channel: UnixStream,
    pub(super) control: UnixStream,
    pub(super) baton: File,
    pub(super) children: File,
    pub(super) stdout: Output,
    pub(super) stderr: Output,
    pub(super) stdin: Input,
}

/// All that the supervisor knows.
pub(super) struct Session {
    pub(super) settings: Settings,
    /// The memory limit in force, as the user wrote it.
    pub(super) limit: Option<String>,
    socket: PathBuf,
    pub(super) ends: Ends,
    pub(super) outbox: Outbox,
    from_evcxr: Lines,
    from_kernel: Lines,
    from_runner: Lines,
    pub(super) router: Router,
    pub(super) stderr_text: Text,
    pub(super) telling: Telling,
    pub(super) runner: Pid,
    pub(super) standby: Option<Standby>,
    pub(super) phase: Phase,
    pub(super) evidence: Evidence,
    /// When the interrupted cell will be killed.
    pub(super) deadline: Option<Instant>,
    /// A run that evcxr has asked for and that cannot begin yet.
    pub(super) waiting: Option<Order>,
    /// The kernel's cell has begun: it may still be compiling.
    pub(super) in_cell: bool,
    /// Runs of the kernel's present cell are to be refused.
    pub(super) refuse: bool,
    /// The variables are gone, and with them the reason to live.
    pub(super) lost: bool,
    pub(super) last_output: Instant,
    pub(super) last_look: Instant,
}

impl Session {
    pub(super) fn new(
        settings: Settings,
        limit: Option<String>,
        socket: PathBuf,
        ends: Ends,
        outbox: Outbox,
        runner: Pid,
    ) -> Session {
        Session {
            telling: Telling::new(settings.output),
            settings,
            limit,
            socket,
            ends,
            outbox,
            from_evcxr: Lines::default(),
            from_kernel: Lines::default(),
            from_runner: Lines::default(),
            router: Router::default(),
            stderr_text: Text::default(),
            runner,
            standby: None,
            phase: Phase::Starting,
            evidence: Evidence::default(),
            deadline: None,
            waiting: None,
            in_cell: false,
            refuse: false,
            lost: false,
            last_output: Instant::now(),
            last_look: Instant::now(),
        }
    }

    /// Runs until evcxr, the kernel or the variables are gone; returns the exit code.
    pub(super) fn run(mut self) -> i32 {
        while !self.lost {
            self.outbox.flush();
            let ready = self.wait();
            // The kernel first: what it said before evcxr spoke is meant to come before.
            if (ready.kernel && !self.hear_kernel()) || (ready.evcxr && !self.hear_evcxr()) {
                return self.shut_down();
            }
            if ready.runner {
                self.hear_runner();
            }
            if ready.stdout {
                let bytes = self.ends.stdout.read();
                self.route(&bytes);
            }
            if ready.stderr {
                let bytes = self.ends.stderr.read();
                self.pass_stderr(&bytes);
            }
            if ready.children {
                let _ = self.ends.children.read(&mut [0; 64]);
                self.bury();
            }
            self.ends.stdin.send();
            self.look_at_clock();
        }
        self.end_all();
        self.outbox.flush_all();
        1
    }

    /// Reads what evcxr says; false if it is gone.
    fn hear_evcxr(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let Ok(count @ 1..) = nix::unistd::read(std::io::stdin(), &mut bytes) else { return false };
        self.from_evcxr.push(&bytes[..count]);
        while let Some(line) = self.from_evcxr.next_line() {
            if let Some((library, function)) =
                line.strip_prefix("LOAD_AND_RUN ").and_then(|rest| rest.rsplit_once(' '))
            {
                self.waiting = Some(Order::Run { library: library.into(), function: function.into() });
                self.begin_run();
            } else {
                eprintln!("evcxr's instruction {line:?} is not known");
            }
        }
        true
    }

    /// Reads what the kernel says; false if it is gone.
    fn hear_kernel(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.ends.channel.read(&mut bytes) {
            Ok(0) => return false,
            Ok(count) => self.from_kernel.push(&bytes[..count]),
            Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
        }
        while let Some(line) = self.from_kernel.next_line() {
            match serde_json::from_str(&line) {
                Ok(Command::Begin) => {
                    (self.in_cell, self.refuse) = (true, false);
                    self.telling.begin();
                }
                Ok(Command::End) => {
                    (self.in_cell, self.refuse) = (false, false);
                    self.outbox.push(&Event::Settled);
                }
                Ok(Command::Interrupt) => self.interrupt(),
                Ok(Command::Answer(line)) => self.answer(line),
                Err(error) => eprintln!("the kernel's command {line:?} is not known: {error}"),
            }
        }
        true
    }

    /// Reads what the runner says.
    pub(super) fn hear_runner(&mut self) {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = self.ends.control.read(&mut bytes) {
            self.from_runner.push(&bytes[..count]);
        }
        while let Some(line) = self.from_runner.next_line() {
            match serde_json::from_str(&line) {
                Ok(report) => self.heed(report),
                Err(error) => eprintln!("the runner's report {line:?} is not known: {error}"),
            }
        }
    }

    /// Ends every process below this one.
    fn end_all(&mut self) {
        self.standby = None;
        self.end_others();
        // Where there is no /proc to find the others.
        let _ = nix::sys::signal::kill(self.runner, nix::sys::signal::Signal::SIGKILL);
    }

    fn shut_down(mut self) -> i32 {
        // What the end of the runner looks like is not for the kernel, hence flushed before.
        self.outbox.flush();
        self.end_all();
        // The kernel removes its socket by itself, unless it was killed.
        let mut fds = [PollFd::new(self.ends.channel.as_fd(), PollFlags::empty())];
        if poll(&mut fds, KERNEL_ENDS).is_ok_and(|count| count > 0) {
            let _ = std::fs::remove_file(&self.socket);
            if let Some(directory) = self.socket.parent() {
                let _ = std::fs::remove_dir(directory);
            }
        }
        0
    }
}
