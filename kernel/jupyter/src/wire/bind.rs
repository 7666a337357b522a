//! Listens exactly where the connection file says.

use std::io::{Error, ErrorKind};
use std::os::unix::net::{self, UnixStream};
use std::path::{Path, PathBuf};

use jupyter_protocol::connection_info::Transport;
use jupyter_zmq_client::ConnectionInfo;
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;
use zeromq::{Listener, Socket};

use super::StartError;
use super::door::{self, Public};

/// Opens a kernel's sockets.
pub(super) struct Binder<'a> {
    pub(super) info: &'a ConnectionInfo,
    /// A folder that only this user can enter.
    pub(super) folder: &'a Path,
    /// Where the doors before the sockets run.
    pub(super) doors: &'a mut JoinSet<()>,
}

impl Binder<'_> {
    /// A socket of the given kind on one of the connection's ports, behind a door.
    pub(super) async fn bind<S: Socket>(&mut self, port: u16, name: &'static str) -> Result<S, StartError> {
        let refused = |reason: String| StartError::Address(name, address(self.info, port), reason);
        let public = listen(self.info, port).await.map_err(|reason| refused(reason.to_string()))?;
        let inner = self.folder.join(name);
        let listener = net::UnixListener::bind(&inner).map_err(|reason| refused(reason.to_string()))?;
        let mut socket = S::new();
        socket.bind_listener(Listener::Ipc(listener)).await.map_err(|reason| refused(reason.to_string()))?;
        self.doors.spawn(door::keep(public, inner));
        Ok(socket)
    }
}

/// Removes what a connection over files leaves behind.
pub(super) fn clean_up(info: &ConnectionInfo) {
    if info.transport == Transport::IPC {
        for port in [info.shell_port, info.control_port, info.stdin_port, info.hb_port, info.iopub_port] {
            // Nothing more can be done for a file that can't be removed.
            let _ = std::fs::remove_file(path(info, port));
        }
    }
}

async fn listen(info: &ConnectionInfo, port: u16) -> Result<Public, Error> {
    match info.transport {
        Transport::TCP if port == 0 => Err(Error::new(ErrorKind::InvalidInput, "port 0")),
        Transport::TCP => {
            let host = if info.ip == "*" { "0.0.0.0" } else { info.ip.as_str() };
            Ok(Public::Tcp(TcpListener::bind((host, port)).await?))
        }
        Transport::IPC => {
            let path = path(info, port);
            // A kernel that was killed leaves its files; a file that nobody listens on is free.
            let left_over =
                matches!(UnixStream::connect(&path), Err(e) if e.kind() == ErrorKind::ConnectionRefused);
            if left_over {
                std::fs::remove_file(&path)?;
            }
            Ok(Public::File(UnixListener::bind(&path)?))
        }
    }
}

fn path(info: &ConnectionInfo, port: u16) -> PathBuf {
    PathBuf::from(format!("{}-{port}", info.ip))
}

fn address(info: &ConnectionInfo, port: u16) -> String {
    match info.transport {
        Transport::TCP => format!("tcp://{}:{port}", info.ip),
        Transport::IPC => path(info, port).display().to_string(),
    }
}
