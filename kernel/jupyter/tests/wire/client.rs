//! A kernel process, and a client of it that is not ours.

use std::path::PathBuf;

use jupyter_zmq_client::ConnectionInfo;
use tempfile::TempDir;
use tokio::process::{Child, Command};

pub(crate) use kakunin_judges::client::{Client, connection, content, must, request, text};

/// The toy kernel as a process of its own; it ends with this value.
pub(crate) struct Kernel {
    pub(crate) info: ConnectionInfo,
    pub(crate) process: Child,
    folder: TempDir,
}

impl Kernel {
    pub(crate) async fn start() -> Kernel {
        Kernel::on(connection().await)
    }

    pub(crate) fn on(info: ConnectionInfo) -> Kernel {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("connection.json");
        std::fs::write(&file, serde_json::to_string(&info).unwrap()).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_echo_kernel"))
            .arg(&file)
            .env("KAKUNIN_LANG", "en")
            // What a killed kernel leaves behind goes with the test.
            .env("TMPDIR", folder.path())
            .stderr(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Kernel { info, process, folder }
    }

    pub(crate) fn connection_file(&self) -> PathBuf {
        self.folder.path().join("connection.json")
    }

    /// The most memory the process has ever had, in MiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id().unwrap())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }
}
