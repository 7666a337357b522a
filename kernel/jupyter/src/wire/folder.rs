//! The folder of a kernel's inner sockets, which only this user can enter.

use std::fs::Permissions;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

const PREFIX: &str = "jupyter-kernel-";
/// The socket by which others see whether a kernel lives.
const SIGN_OF_LIFE: &str = "shell";
/// A younger folder may be that of a kernel that is just starting.
const YOUNG: Duration = Duration::from_secs(60);

/// A new folder, removed with the value. A kernel that is killed leaves its folder behind; this sweeps such away.
pub(super) fn private() -> Result<TempDir, Error> {
    let temporary = std::env::temp_dir();
    for entry in std::fs::read_dir(&temporary)?.flatten() {
        let left_over = entry.file_name().to_string_lossy().starts_with(PREFIX) && is_dead(&entry.path());
        if left_over {
            // Another kernel may be sweeping too.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    tempfile::Builder::new().prefix(PREFIX).permissions(Permissions::from_mode(0o700)).tempdir_in(temporary)
}

/// Whether this is our own folder, not young, and nobody listens in it.
fn is_dead(folder: &Path) -> bool {
    let age = folder.metadata().and_then(|m| m.modified()).ok().and_then(|modified| modified.elapsed().ok());
    let refused = |e: Error| matches!(e.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound);
    age.is_some_and(|age| age > YOUNG) && UnixStream::connect(folder.join(SIGN_OF_LIFE)).is_err_and(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::time::SystemTime;

    #[test]
    fn the_folder_of_a_killed_kernel_is_dead_and_that_of_a_living_or_starting_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let grow_old = || {
            let opened = std::fs::File::open(folder.path()).unwrap();
            opened.set_modified(SystemTime::now() - 2 * YOUNG).unwrap();
        };
        assert!(!is_dead(folder.path()), "young");
        let listener = UnixListener::bind(folder.path().join(SIGN_OF_LIFE)).unwrap();
        grow_old();
        assert!(!is_dead(folder.path()), "alive");
        drop(listener);
        assert!(is_dead(folder.path()));
    }

    #[test]
    fn a_private_folder_can_be_entered_by_nobody_else_and_goes_with_its_value() {
        let folder = private().unwrap();
        let path = folder.path().to_owned();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0);
        drop(folder);
        assert!(!path.exists());
    }
}
