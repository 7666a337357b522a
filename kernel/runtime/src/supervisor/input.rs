//! The runner's stdin: a pipe that holds nothing but answers of the user.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;

use nix::libc;
use nix::unistd::Pid;

use crate::sys;

/// The supervisor's ends of the pipe.
pub(super) struct Input {
    /// The end from which the runner reads; held to look into the pipe and to open it anew.
    read: File,
    /// Closed while reads are to find the end of the file.
    write: Option<File>,
    unsent: Vec<u8>,
    asked: bool,
    /// The runner was told to write out the question that may lie in its buffer.
    flushed: bool,
}

impl Input {
    pub(super) fn new(read: File, write: File) -> io::Result<Input> {
        sys::set_nonblocking(&write)?;
        Ok(Input { read, write: Some(write), unsent: Vec::new(), asked: false, flushed: false })
    }

    /// Lets a runner that waits for bytes write out the beginning of its line; whether this was done before.
    pub(super) fn is_flushed(&mut self, runner: Pid) -> bool {
        let before = std::mem::replace(&mut self.flushed, true);
        if !before {
            let _ = nix::sys::signal::kill(runner, sys::FLUSH);
        }
        before
    }

    /// Notes that the user is asked; false if an answer is already awaited or none is to be had.
    pub(super) fn ask(&mut self) -> bool {
        self.write.is_some() && !std::mem::replace(&mut self.asked, true)
    }

    /// Whether the runner's main thread waits for bytes that the user has not been asked for.
    pub(super) fn is_wanted(&self, runner: Pid) -> bool {
        self.write.is_some()
            && !self.asked
            && self.unsent.is_empty()
            && reads_stdin(runner)
            && sys::waiting(&self.read) == 0
    }

    /// The user's answer; without one, reads of this cell find the end of the file.
    pub(super) fn answer(&mut self, line: Option<String>) {
        self.flushed = false;
        if !std::mem::take(&mut self.asked) {
            return;
        }
        match line {
            Some(line) => {
                self.unsent.extend(line.into_bytes());
                self.unsent.push(b'\n');
                self.send();
            }
            None => self.write = None,
        }
    }

    /// The end to poll while an answer is not sent completely.
    pub(super) fn unsent(&self) -> Option<&File> {
        self.write.as_ref().filter(|_| !self.unsent.is_empty())
    }

    pub(super) fn send(&mut self) {
        if let Some(write) = &mut self.write
            && let Ok(count) = write.write(&self.unsent)
        {
            self.unsent.drain(..count);
        }
    }

    /// The cell has ended: what it did not read is not for the next one, which may ask again.
    pub(super) fn reset(&mut self) {
        self.asked = false;
        self.flushed = false;
        self.unsent.clear();
        // A pipe without writers is at its end only until it has one again.
        if self.write.is_none() {
            self.write = self.reopen(OpenOptions::new().write(true)).ok();
        }
        // A description of its own, since the runner's must not become non-blocking.
        if sys::waiting(&self.read) > 0
            && let Ok(mut rest) = self.reopen(OpenOptions::new().read(true))
        {
            let _ = rest.read_to_end(&mut Vec::new());
        }
    }

    fn reopen(&self, options: &mut OpenOptions) -> io::Result<File> {
        options
            .custom_flags(libc::O_NONBLOCK)
            .open(format!("/proc/self/fd/{}", self.read.as_fd().as_raw_fd()))
    }
}

/// Whether the main thread of this process is blocked in `read(0, …)`. Where the system does not tell, a plain
/// read of stdin waits until the cell is interrupted.
#[cfg(target_os = "linux")]
fn reads_stdin(process: Pid) -> bool {
    let Ok(call) = std::fs::read_to_string(format!("/proc/{process}/syscall")) else { return false };
    let mut words = call.split(' ');
    words.next().and_then(|number| number.parse().ok()) == Some(libc::SYS_read) && words.next() == Some("0x0")
}

#[cfg(not(target_os = "linux"))]
fn reads_stdin(_: Pid) -> bool {
    false
}
