//! Where a front and its back meet.

use crate::failure::Failure;
use crate::tool;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The path of the socket.
#[derive(Debug, Clone)]
pub(crate) struct Address(PathBuf);

impl Address {
    /// The place for a connection file: the same for the front after a restart, and only for the same program.
    pub(crate) fn for_connection(file: &Path) -> Result<Address, Failure> {
        let dir = meeting_place().map_err(|error| Failure::writing(&std::env::temp_dir(), &error))?;
        let mut hash = Sha256::new();
        hash.update(file.as_os_str().as_encoded_bytes());
        // The key in it makes the name unguessable, and another kernel's.
        hash.update(fs::read(file).unwrap_or_default());
        if let Ok(exe) = std::env::current_exe() {
            hash.update(exe.as_os_str().as_encoded_bytes());
            hash.update(format!("{:?}", fs::metadata(&exe).and_then(|about| about.modified()).ok()));
        }
        Ok(Address(dir.join(&tool::hex(&hash.finalize())[..16])))
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.0
    }
}

/// A folder of this user's that nobody else can enter.
fn meeting_place() -> io::Result<PathBuf> {
    let base = dirs::runtime_dir().unwrap_or_else(std::env::temp_dir);
    let dir = base.join(format!("kakunin-{}", nix::unistd::getuid()));
    if let Err(error) = fs::create_dir(&dir)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    // Fails for a folder that somebody else made.
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
    Ok(dir)
}
