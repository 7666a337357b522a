//! Waiting: until somebody has something to say, or something is due.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::session::Session;
use super::turn::Phase;
use crate::event::StreamKind;

/// After such a silence, what was held back is what it looks like.
const PAUSE: Duration = Duration::from_millis(100);

/// How often a running cell is looked at: does it wait for stdin?
const LOOK: Duration = Duration::from_millis(100);

/// Who has something to say.
pub(super) struct Ready {
    pub(super) evcxr: bool,
    pub(super) kernel: bool,
    pub(super) runner: bool,
    pub(super) children: bool,
    pub(super) stdout: bool,
    pub(super) stderr: bool,
}

impl Session {
    pub(super) fn wait(&self) -> Ready {
        let evcxr = std::io::stdin();
        let mut fds = vec![
            PollFd::new(evcxr.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.ends.channel.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.ends.control.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.ends.children.as_fd(), PollFlags::POLLIN),
        ];
        let reads = self.outbox.has_room();
        if reads {
            fds.push(PollFd::new(self.ends.stdout.as_fd(), PollFlags::POLLIN));
            fds.push(PollFd::new(self.ends.stderr.as_fd(), PollFlags::POLLIN));
        }
        if !self.outbox.is_empty() {
            fds.push(PollFd::new(self.outbox.as_fd(), PollFlags::POLLOUT));
        }
        if let Some(answer) = self.ends.stdin.unsent() {
            fds.push(PollFd::new(answer.as_fd(), PollFlags::POLLOUT));
        }
        // An error is an interruption by a signal: then nobody is ready.
        let polled = poll(&mut fds, self.patience()).is_ok();
        let ready = |index: usize| polled && fds[index].any().unwrap_or(false);
        Ready {
            evcxr: ready(0),
            kernel: ready(1),
            runner: ready(2),
            children: ready(3),
            stdout: reads && ready(4),
            stderr: reads && ready(5),
        }
    }

    /// How long nothing may happen.
    fn patience(&self) -> PollTimeout {
        let held = self.holds().then_some(PAUSE);
        let look = matches!(self.phase, Phase::Running).then_some(LOOK);
        let kill = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let shortest = [held, look, kill].into_iter().flatten().min();
        shortest.map_or(PollTimeout::NONE, |time| {
            // One more, so that the time is over when the wait is.
            PollTimeout::try_from(time + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
        })
    }

    pub(super) fn look_at_clock(&mut self) {
        let now = Instant::now();
        let running = matches!(self.phase, Phase::Running);
        let pause = self.holds() && now >= self.last_output + PAUSE;
        if pause {
            let pieces = self.router.pause();
            self.take(pieces);
            let text = self.stderr_text.finish();
            self.stream(StreamKind::Stderr, text);
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            self.kill_interrupted();
        }
        if running && (pause || now >= self.last_look + LOOK) {
            self.last_look = now;
            if self.ends.stdin.is_wanted(self.runner) && self.ends.stdin.is_flushed(self.runner) {
                // What the cell wrote before it read is its question.
                self.drain();
                self.ask_for_line();
            }
        }
        if pause && self.telling.holds() {
            self.flush_line();
        }
    }

    fn holds(&self) -> bool {
        self.router.holds() || self.stderr_text.holds() || self.telling.holds()
    }
}
