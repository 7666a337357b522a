//! Asking other programs: what a command prints.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command prints on stdout; an error with its stderr if it fails.
pub(crate) fn printed(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where the toolchain of `rustc` lies.
pub(crate) fn sysroot(rustc: &Path) -> io::Result<PathBuf> {
    printed(Command::new(rustc).args(["--print", "sysroot"])).map(PathBuf::from)
}

/// Where rust-src puts the standard library's sources.
pub(crate) fn library_sources(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib/src/rust/library")
}
