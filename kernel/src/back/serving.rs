//! One front after another is served by the same interpreter.

use crate::failure::Failure;
use crate::layout::SessionDir;
use crate::rust::{Interrupter, Patience, Rust, plain};
use kakunin_jupyter::remote::{Cause, Ended, Stop, Warming, serve_interpreter};
use kakunin_runtime::Channel;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::getppid;
use std::fs;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a back waits for the front that a restart promised.
const RESTART: Duration = Duration::from_secs(30);

/// How often a back that waits looks whether it still has to.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn remove(socket: &Path, session: &SessionDir) {
    let _ = fs::remove_file(socket);
    let _ = fs::remove_dir_all(session.root());
}

/// How long evcxr may go on after an interrupt. With the back all variables are lost, so it gets its time.
const INTERRUPTED: Patience =
    Patience { computing: Duration::from_secs(4), waiting: Duration::from_secs(30) };

/// Nobody waits for the variables any more, only for a back that answers.
const LEFT: Patience = Patience { computing: Duration::from_millis(1500), waiting: Duration::from_secs(10) };

/// Stops the running call. If evcxr does not let itself be stopped, this process ends, and the front starts another.
#[derive(Clone)]
struct StopOrEnd {
    calls: Interrupter,
    socket: PathBuf,
    session: SessionDir,
}

impl Stop for StopOrEnd {
    fn begin(&self) {
        self.calls.begin();
    }

    fn stop(&self, cause: Cause) {
        self.calls.interrupt();
        let patience = if cause == Cause::Gone { LEFT } else { INTERRUPTED };
        let own = self.clone();
        std::thread::spawn(move || {
            if !own.calls.ends(patience) {
                own.calls.interrupt();
                own.calls.close();
                remove(&own.socket, &own.session);
                std::process::exit(1);
            }
        });
    }
}

pub(super) fn serve(socket: &Path, session: &SessionDir) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Evaluator(error.to_string());
    let _ = fs::remove_file(socket);
    let listener = UnixListener::bind(socket).map_err(failed)?;
    let channel = Arc::new(Channel::listen().map_err(failed)?);
    let calls = Interrupter::new(channel, session.clone());
    let stop = StopOrEnd { calls: calls.clone(), socket: socket.to_owned(), session: session.clone() };
    let own_session = session.clone();
    let warming = Warming::start(move || Rust::start(own_session, &calls).map_err(|failure| plain(&failure)))
        .map_err(failed)?;
    // The front that started this process connects with its first cell, which may be hours away.
    let parent = getppid();
    let mut next = next_front(&listener, || getppid() == parent).map_err(failed)?;
    while let Some(front) = next {
        let ended = serve_interpreter(front, &warming, &stop).map_err(failed)?;
        if ended != (Ended::Shutdown { restart: true }) {
            break;
        }
        let begun = Instant::now();
        next = next_front(&listener, || begun.elapsed() < RESTART).map_err(failed)?;
    }
    stop.calls.close();
    Ok(())
}

/// The next front, if one comes while it is `expected`.
fn next_front(listener: &UnixListener, expected: impl Fn() -> bool) -> io::Result<Option<UnixStream>> {
    let timeout = PollTimeout::try_from(LOOK).unwrap_or(PollTimeout::ZERO);
    while expected() {
        match poll(&mut [PollFd::new(listener.as_fd(), PollFlags::POLLIN)], timeout) {
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) => return listener.accept().map(|(front, _)| Some(front)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
