//! The kernel's end: where the runtime connects to, and what the kernel hears from it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tempfile::TempDir;

use crate::control;
use crate::event::{Command, Event};
use crate::settings::Settings;

/// The longest path that a socket address holds on every system.
const LONGEST_PATH: usize = 100;
/// Events that wait for the kernel; while it does not take them, the cells' output waits in turn.
const EVENTS: usize = 64;

/// Listens for the runtime, again after each restart of it.
///
/// Events must be received by another thread than the one that calls evcxr.
pub struct Channel {
    directory: TempDir,
    events: Receiver<Event>,
    line: Arc<Mutex<Line>>,
    own_events: Sender<Event>,
}

/// The connection to the present supervisor, and what the next one must be told.
struct Line {
    listener: UnixListener,
    supervisor: Option<UnixStream>,
    in_cell: bool,
    interrupted: bool,
    /// `Settled` is due.
    settles: bool,
    closed: bool,
}

impl Channel {
    /// Listens on a socket that only this user can reach.
    pub fn listen() -> io::Result<Channel> {
        let directory = private_directory(&std::env::temp_dir())?;
        let socket = socket_in(&directory);
        let listener = UnixListener::bind(&socket)?;
        std::fs::set_permissions(&socket, PermissionsExt::from_mode(0o600))?;
        let (own_events, events) = bounded(EVENTS);
        let waits = listener.try_clone()?;
        let line = Line {
            listener,
            supervisor: None,
            in_cell: false,
            interrupted: false,
            settles: false,
            closed: false,
        };
        let line = Arc::new(Mutex::new(line));
        std::thread::Builder::new().name("runtime channel".to_owned()).spawn({
            let (line, sender) = (Arc::clone(&line), own_events.clone());
            move || serve(&waits, &line, &sender)
        })?;
        Ok(Channel { directory, events, line, own_events })
    }

    /// The command that evcxr is to start as its child process; `exe` calls [`crate::run_if_asked`] first.
    pub fn command(&self, exe: &Path, settings: &Settings) -> std::process::Command {
        let mut command = std::process::Command::new(exe);
        settings.hand_to(&mut command, &socket_in(&self.directory));
        command
    }

    /// What happens in the runtime.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }

    /// A cell begins: from now on an interrupt is meant for it, even if it does not run yet.
    pub fn begin_cell(&self) {
        let mut line = lock(&self.line);
        (line.in_cell, line.interrupted) = (true, false);
        line.send(&Command::Begin);
    }

    /// evcxr has returned: [`Event::Settled`] will follow the last event of the cell.
    pub fn end_cell(&self) {
        let mut line = lock(&self.line);
        (line.in_cell, line.interrupted) = (false, false);
        line.settles = line.send(&Command::End) || knocks(&line.listener, PollTimeout::ZERO);
        if !line.settles {
            drop(line);
            // This waits at most for the kernel to take events.
            let _ = self.own_events.send(Event::Settled);
        }
    }

    /// Interrupts the cell; a second call does not wait for it to stop by itself.
    pub fn interrupt(&self) {
        let mut line = lock(&self.line);
        line.interrupted = line.in_cell;
        line.send(&Command::Interrupt);
    }

    /// The answer to [`Event::Input`]; `None` if there is nobody to ask.
    pub fn answer(&self, text: Option<String>) {
        lock(&self.line).send(&Command::Answer(text));
    }

    /// Hangs up and removes the socket, even if others still hold the channel: to be called before the process
    /// exits.
    pub fn close(&self) {
        let mut line = lock(&self.line);
        if std::mem::replace(&mut line.closed, true) {
            return;
        }
        if let Some(supervisor) = line.supervisor.take() {
            let _ = supervisor.shutdown(Shutdown::Both);
        }
        // Wakes the thread, which then sees that it is over.
        let _ = UnixStream::connect(socket_in(&self.directory));
        let _ = std::fs::remove_dir_all(self.directory.path());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.close();
    }
}

impl Line {
    /// Whether there was somebody to hear it.
    fn send(&mut self, command: &Command) -> bool {
        let line = control::line(command);
        let sent = self.supervisor.as_mut().is_some_and(|supervisor| supervisor.write_all(&line).is_ok());
        if !sent {
            self.supervisor = None;
        }
        sent
    }

    /// Connects the supervisor that knocks and tells it where the cell stands.
    fn accept(&mut self) -> io::Result<UnixStream> {
        let (supervisor, _) = self.listener.accept()?;
        self.supervisor = Some(supervisor.try_clone()?);
        if self.in_cell {
            self.send(&Command::Begin);
        }
        if self.interrupted {
            self.send(&Command::Interrupt);
        }
        if self.settles {
            self.send(&Command::End);
        }
        Ok(supervisor)
    }
}

/// Whether a supervisor wants to be connected.
fn knocks(listener: &UnixListener, patience: PollTimeout) -> bool {
    poll(&mut [PollFd::new(listener.as_fd(), PollFlags::POLLIN)], patience).is_ok_and(|count| count > 0)
}

/// Serves one supervisor after the other, until the channel or the receiver of the events is dropped.
fn serve(listener: &UnixListener, line: &Mutex<Line>, events: &Sender<Event>) {
    loop {
        if !knocks(listener, PollTimeout::NONE) {
            continue;
        }
        // Under the lock, so that a supervisor always either knocks or is connected.
        let supervisor = {
            let mut line = lock(line);
            if line.closed {
                return;
            }
            line.accept()
        };
        let Ok(supervisor) = supervisor else { return };
        for text in BufReader::new(supervisor).lines().map_while(Result::ok) {
            match serde_json::from_str(&text) {
                Ok(event) => {
                    if event == Event::Settled {
                        lock(line).settles = false;
                    }
                    if events.send(event).is_err() {
                        return;
                    }
                }
                Err(error) => eprintln!("the runtime's event {text:?} is not known: {error}"),
            }
        }
        if hung_up(line) && events.send(Event::Settled).is_err() {
            return;
        }
    }
}

/// The supervisor is gone; whether `Settled` is due and no other supervisor is there to say it.
fn hung_up(line: &Mutex<Line>) -> bool {
    let mut line = lock(line);
    line.supervisor = None;
    if knocks(&line.listener, PollTimeout::ZERO) {
        return false;
    }
    std::mem::take(&mut line.settles)
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

fn private_directory(parent: &Path) -> io::Result<TempDir> {
    let make = |parent: &Path| {
        tempfile::Builder::new()
            .prefix("kakunin-")
            .permissions(PermissionsExt::from_mode(0o700))
            .tempdir_in(parent)
    };
    let directory = make(parent)?;
    match socket_in(&directory).as_os_str().len() {
        ..LONGEST_PATH => Ok(directory),
        _ => make(Path::new("/tmp")),
    }
}

fn socket_in(directory: &TempDir) -> PathBuf {
    directory.path().join("runtime")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_temporary_directory_gives_way_to_a_short_one() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("x".repeat(120));
        std::fs::create_dir(&long).unwrap();
        let directory = private_directory(&long).unwrap();
        assert!(UnixListener::bind(socket_in(&directory)).is_ok());
    }

    #[test]
    fn only_the_user_can_reach_the_socket() {
        let channel = Channel::listen().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(channel.directory.path()), 0o700);
        assert_eq!(mode(&socket_in(&channel.directory)), 0o600);
    }

    #[test]
    fn closing_removes_the_socket_of_a_channel_that_is_still_held() {
        let channel = Channel::listen().unwrap();
        channel.close();
        assert!(!channel.directory.path().exists());
    }

    #[test]
    fn a_cell_settles_even_without_a_runtime() {
        let channel = Channel::listen().unwrap();
        channel.begin_cell();
        channel.end_cell();
        assert_eq!(channel.events().recv().unwrap(), Event::Settled);
    }
}
