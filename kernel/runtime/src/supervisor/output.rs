//! The supervisor's end of the runner's stdout or stderr.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};

use crate::sys;

/// How much is read at a time.
const READ: usize = 64 * 1024;

/// One of the two pipes.
pub(super) struct Output {
    pipe: File,
}

impl Output {
    pub(super) fn new(pipe: File) -> io::Result<Output> {
        sys::set_nonblocking(&pipe)?;
        Ok(Output { pipe })
    }

    /// Some of what waits in the pipe.
    pub(super) fn read(&mut self) -> Vec<u8> {
        self.read_up_to(READ)
    }

    /// All that waits in the pipe now, but not what is written meanwhile: a pipe's capacity at most.
    pub(super) fn drain(&mut self) -> Vec<u8> {
        let mut left = sys::waiting(&self.pipe);
        let mut all = Vec::new();
        while left > 0 {
            let bytes = self.read_up_to(left);
            if bytes.is_empty() {
                break;
            }
            left -= bytes.len();
            all.extend(bytes);
        }
        all
    }

    fn read_up_to(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let count = self.pipe.read(&mut bytes).unwrap_or(0);
        bytes.truncate(count);
        bytes
    }
}

impl AsFd for Output {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
