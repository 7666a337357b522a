//! cargo's progress with a new dependency, told to the cell that waits for it.

use crate::layout::SessionDir;
use kakunin_jupyter::{CellIo, Stdio};
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

/// Listens to the stand-ins for cargo.
pub(crate) struct Progress {
    socket: UnixDatagram,
    path: PathBuf,
}

/// Ends the listening.
const STOP: &[u8] = b"";

impl Progress {
    /// Nothing if the socket can't be made: then a cell only waits in silence.
    pub(crate) fn listen(session: &SessionDir) -> Option<Progress> {
        let path = session.progress();
        let _ = fs::remove_file(&path);
        Some(Progress { socket: UnixDatagram::bind(&path).ok()?, path })
    }

    /// Passes on each line until [`Progress::stop`].
    pub(crate) fn pass_on(&self, io: &dyn CellIo) {
        let mut line = [0; 512];
        while let Ok(length) = self.socket.recv(&mut line) {
            if length == 0 {
                break;
            }
            io.stream(Stdio::Stderr, &(String::from_utf8_lossy(&line[..length]).into_owned() + "\n"));
        }
    }

    pub(crate) fn stop(&self) {
        // If this fails nobody can listen any more either.
        let _ = UnixDatagram::unbound().and_then(|sender| sender.send_to(STOP, &self.path));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
