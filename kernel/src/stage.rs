//! Setting a session's stage: its folder, and the environment in which evcxr and rust-analyzer find our tools.

use crate::layout::{SessionDir, TemplateDir};
use crate::template::Description;
use crate::tool;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Makes the folder of a session that uses `template`; gives this program in the session's environment. It begins
/// again, because a process must not change its own environment once it has threads.
pub(crate) fn set(session: &SessionDir, template: &TemplateDir, known: &Description) -> io::Result<Command> {
    make_folder(session, template)?;
    enter(session, template, known)
}

fn make_folder(session: &SessionDir, template: &TemplateDir) -> io::Result<()> {
    let exe = std::env::current_exe()?;
    for dir in [session.bin(), session.cargo_home().join("bin"), session.crate_dir(), session.cell_dir()] {
        fs::create_dir_all(dir)?;
    }
    for name in tool::NAMES {
        symlink(&exe, session.bin().join(name))?;
    }
    symlink(&exe, session.cargo_home().join("bin").join("cargo"))?;
    fs::copy(template.lock(), session.crate_dir().join("Cargo.lock"))?;
    Ok(())
}

fn enter(session: &SessionDir, template: &TemplateDir, known: &Description) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .envs(tool::saved_environment())
        .env("PATH", path_with(&session.bin())?)
        .env("CARGO_HOME", session.cargo_home())
        .env("EVCXR_TMPDIR", session.crate_dir())
        .env("RUSTC", &known.rustc)
        .env(SessionDir::ENV, session.root())
        .env(TemplateDir::ENV, template.root());
    Ok(command)
}

fn path_with(first: &Path) -> io::Result<OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(first.to_owned()).chain(std::env::split_paths(&rest)))
        .map_err(io::Error::other)
}
