//! The connection file: where to listen, and with which key to sign.

use std::path::{Path, PathBuf};

use jupyter_zmq_client::ConnectionInfo;

use crate::lang::pick;

/// The only scheme of the messaging specification that is in use.
const SCHEME: &str = "hmac-sha256";

/// Why the kernel could not start: one sentence, for the front end's log.
#[derive(Debug)]
pub enum StartError {
    /// The connection file can't be read.
    Unreadable(PathBuf, String),
    /// The connection file is not one.
    Malformed(PathBuf, String),
    /// The front end signs in a way this kernel does not know.
    Scheme(String),
    /// An address of the connection file can't be listened on: which socket, where, and why.
    Address(&'static str, String, String),
    /// The system refused something that every program needs.
    System(String),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&match self {
            StartError::Unreadable(file, reason) => pick(
                format!("接続ファイル {} を読めません（{reason}）。Jupyter から起動してください。", file.display()),
                format!("Can't read the connection file {} ({reason}). Start the kernel from Jupyter.", file.display()),
            ),
            StartError::Malformed(file, reason) => pick(
                format!("{} は Jupyter の接続ファイルではありません（{reason}）。", file.display()),
                format!("{} is not a Jupyter connection file ({reason}).", file.display()),
            ),
            StartError::Scheme(scheme) => pick(
                format!("署名の方式は {SCHEME} だけに対応しています（{scheme} が指定されました）。"),
                format!("Only the signature scheme {SCHEME} is supported (the connection file says {scheme})."),
            ),
            StartError::Address(socket, address, reason) => pick(
                format!("{socket} の {address} で待ち受けできません（{reason}）。ほかのカーネルが使っていないか確かめてください。"),
                format!("Can't listen on {address} for {socket} ({reason}). Check that no other kernel uses it."),
            ),
            StartError::System(reason) => {
                pick(format!("起動できません（{reason}）。"), format!("Can't start ({reason})."))
            }
        })
    }
}

impl std::error::Error for StartError {}

/// Reads and checks a connection file.
pub fn read(file: &Path) -> Result<ConnectionInfo, StartError> {
    let text = std::fs::read_to_string(file)
        .map_err(|reason| StartError::Unreadable(file.to_owned(), reason.to_string()))?;
    let info: ConnectionInfo = serde_json::from_str(&text)
        .map_err(|reason| StartError::Malformed(file.to_owned(), reason.to_string()))?;
    // Without a key nothing is signed, so the scheme does not matter.
    if info.signature_scheme != SCHEME && !info.key.is_empty() {
        return Err(StartError::Scheme(info.signature_scheme));
    }
    Ok(info)
}
