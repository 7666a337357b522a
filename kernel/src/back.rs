//! The process that owns the interpreter. It outlives the front for a restart: what rust-analyzer has loaded stays.

mod address;
mod choice;
mod serving;

pub(crate) use address::Address;

use crate::failure::Failure;
use crate::layout::{SessionDir, TemplateDir};
use crate::rust::{Interrupter, Rust};
use crate::template::{self, Description};
use crate::{stage, tool};
use choice::choose_template;
use kakunin_runtime::Channel;
use serving::{remove, serve};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// Begins a line on stderr that is meant for the learner.
pub(crate) const TOLD: &str = "kakunin-kernel> ";

/// Begins a line on stderr that says why the back has to end.
pub(crate) const FAILED: &str = "kakunin-kernel! ";

/// Starts a back that will listen at `address`.
pub(crate) fn spawn(address: &Address) -> Result<Child, Failure> {
    let failed = |error: io::Error| Failure::Evaluator(error.to_string());
    Command::new(std::env::current_exe().map_err(failed)?)
        .arg("back")
        .arg(address.socket())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // What ends the front's process group is not for us: we hear of the front's end by the socket.
        .process_group(0)
        .spawn()
        .map_err(failed)
}

/// The first half: finds (or makes) the template, makes the session's folder, and begins again inside it.
pub(crate) fn run(socket: &Path) -> Result<(), Failure> {
    sweep();
    let (template, known) = choose_template()?;
    // A read-only store need not be cleared.
    let _ = tool::clear_old(&template::own_cells(&known));
    let writing = |error: io::Error| Failure::writing(&std::env::temp_dir(), &error);
    let root = tempfile::Builder::new()
        .prefix(&format!("{SESSION_PREFIX}{}-", std::process::id()))
        // The cells lie in it.
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()
        .and_then(|dir| fs::canonicalize(dir.keep()))
        .map_err(writing)?;
    let session = SessionDir::new(root);
    let mut again = stage::set(&session, &template, &known).map_err(writing)?;
    // Returns only if it fails.
    Err(Failure::Evaluator(again.arg("inside").arg(socket).exec().to_string()))
}

const SESSION_PREFIX: &str = "kakunin-session-";

/// Removes the folders of sessions whose process is gone without having done it.
fn sweep() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner =
            name.to_str().and_then(|name| name.strip_prefix(SESSION_PREFIX)?.split('-').next()?.parse().ok());
        let gone = |id: i32| {
            nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), None) == Err(nix::errno::Errno::ESRCH)
        };
        if owner.is_some_and(gone) {
            // Another user's, or another session sweeps too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn tell(text: &str) {
    text.lines().for_each(|line| eprintln!("{TOLD}{line}"));
}

pub(crate) fn fail(failure: &Failure) {
    failure.to_string().lines().for_each(|line| eprintln!("{FAILED}{line}"));
}

/// The second half, in the session's environment: serves one front after another.
pub(crate) fn inside(socket: &Path) -> Result<(), Failure> {
    let session = SessionDir::from_env().ok_or_else(|| Failure::Evaluator(SessionDir::ENV.to_owned()))?;
    let ended = serve(socket, &session);
    remove(socket, &session);
    ended
}

/// The session that makes a template: starts evcxr once in `dir`, so that everything is built and noted.
pub(crate) fn first_session(dir: &Path) -> Result<(), Failure> {
    let writing = |error: io::Error| Failure::writing(dir, &error);
    let template = TemplateDir::from_env().ok_or(Failure::FirstSession(TemplateDir::ENV.to_owned()))?;
    let known = Description::read(&template).map_err(|error| Failure::reading(template.root(), &error))?;
    let session = SessionDir::new(fs::canonicalize(dir).map_err(writing)?);
    let mut again = stage::set(&session, &template, &known).map_err(writing)?;
    Err(Failure::FirstSession(again.arg("first-session-inside").exec().to_string()))
}

/// Its second half; prints the manifest that evcxr wrote.
pub(crate) fn first_session_inside() -> Result<(), Failure> {
    let session = SessionDir::from_env().ok_or_else(|| Failure::FirstSession(SessionDir::ENV.to_owned()))?;
    let channel = Arc::new(Channel::listen().map_err(|error| Failure::FirstSession(error.to_string()))?);
    let rust = Rust::start(session.clone(), &Interrupter::new(channel, session.clone()))?;
    drop(rust);
    let manifest = session.crate_dir().join("Cargo.toml");
    print!("{}", fs::read_to_string(&manifest).map_err(|error| Failure::reading(&manifest, &error))?);
    Ok(())
}
