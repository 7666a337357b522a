//! Events on their way to the kernel, without ever waiting for it.

use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use crate::control;
use crate::event::Event;

/// With more than this unsent, the cells' output is not read any further.
const ROOM: usize = 256 * 1024;

/// The unsent events.
pub(super) struct Outbox {
    channel: UnixStream,
    bytes: Vec<u8>,
    sent: usize,
}

impl Outbox {
    pub(super) fn new(channel: UnixStream) -> io::Result<Outbox> {
        channel.set_nonblocking(true)?;
        Ok(Outbox { channel, bytes: Vec::new(), sent: 0 })
    }

    pub(super) fn push(&mut self, event: &Event) {
        self.bytes.extend(control::line(event));
    }

    pub(super) fn has_room(&self) -> bool {
        self.bytes.len() - self.sent < ROOM
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent == self.bytes.len()
    }

    /// Sends what the kernel takes now.
    pub(super) fn flush(&mut self) {
        while !self.is_empty() {
            match self.channel.write(&self.bytes[self.sent..]) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Not now; or never, which reading the channel will tell.
                Err(_) => break,
            }
        }
        if self.is_empty() || self.sent > ROOM {
            self.bytes.drain(..self.sent);
            self.bytes.shrink_to(ROOM);
            self.sent = 0;
        }
    }

    /// Sends everything, however long the kernel takes.
    pub(super) fn flush_all(&mut self) {
        if self.channel.set_nonblocking(false).is_ok() {
            let _ = self.channel.write_all(&self.bytes[self.sent..]);
        }
        self.bytes.clear();
        self.sent = 0;
    }
}

impl AsFd for Outbox {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}
