//! The real tools, in the environment that the learner's shell had.

use crate::layout::SessionDir;
use crate::template::Description;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitCode, ExitStatus, Output, Stdio};

/// `PATH` and `CARGO_HOME` as they were before the session put its own in front.
const SAVED: [(&str, &str); 2] = [("PATH", "KAKUNIN_REAL_PATH"), ("CARGO_HOME", "KAKUNIN_REAL_CARGO_HOME")];

/// The variables that the session's process needs to remember the real ones.
pub(crate) fn saved_environment() -> impl Iterator<Item = (&'static str, OsString)> {
    SAVED.iter().filter_map(|&(name, saved)| Some((saved, std::env::var_os(name)?)))
}

/// Gives `command` the environment that the session was started in.
pub(crate) fn restore(command: &mut Command) -> &mut Command {
    for (name, saved) in SAVED {
        match std::env::var_os(saved) {
            Some(value) => command.env(name, value).env_remove(saved),
            None => command.env_remove(name),
        };
    }
    command
}

/// The cargo of the template's toolchain.
pub(super) fn cargo(args: &[OsString]) -> io::Result<Command> {
    let mut command = Command::new(&Description::in_use()?.cargo);
    restore(command.args(args));
    Ok(command)
}

/// Runs `command` in our place, output and all.
pub(super) fn pass(mut command: Command) -> io::Result<ExitCode> {
    Ok(code(command.stdin(Stdio::null()).status()?))
}

/// The same for a command that may take long, so that an interrupt can end it.
pub(super) fn pass_interruptible(mut command: Command, session: &SessionDir) -> io::Result<ExitCode> {
    let status = in_group(&mut command, session)?.wait();
    let _ = std::fs::remove_file(session.compiler());
    Ok(code(status?))
}

pub(super) fn code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// `rustup which cargo` and `rustup which rustc`, asked again and again: the template's toolchain. Anything else is
/// for rustup.
pub(super) fn rustup(args: &[OsString]) -> io::Result<ExitCode> {
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let known = Description::in_use()?;
    match words[..] {
        ["which", "cargo"] => println!("{}", known.cargo.display()),
        ["which", "rustc"] => println!("{}", known.rustc.display()),
        _ => {
            let mut command = Command::new("rustup");
            restore(command.args(args));
            // The program is looked up in the restored PATH.
            return pass(command);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the compiler in its own process group, whose id is left in the session's folder, so that an interrupt can end
/// it and what it started.
pub(super) fn interruptible(command: &mut Command, session: &SessionDir) -> io::Result<Output> {
    let child = in_group(command.stdout(Stdio::piped()).stderr(Stdio::piped()), session)?;
    let output = child.wait_with_output();
    let _ = std::fs::remove_file(session.compiler());
    output
}

/// The same for cargo, which may take minutes: its output passes through as it comes, and the crates it compiles are
/// told to the session.
pub(super) fn watched(command: &mut Command, session: &SessionDir) -> io::Result<ExitStatus> {
    let mut child = in_group(command.stderr(Stdio::piped()), session)?;
    if let Some(stderr) = child.stderr.take() {
        let teller = UnixDatagram::unbound()?;
        for line in BufReader::new(stderr).split(b'\n') {
            let line = line?;
            if line.trim_ascii_start().starts_with(b"Compiling ") && !is_cell(&line) {
                // Nobody listens while a template is made.
                let _ = teller.send_to(line.trim_ascii(), session.progress());
            }
            io::stderr().write_all(&line)?;
            io::stderr().write_all(b"\n")?;
        }
    }
    let status = child.wait();
    let _ = std::fs::remove_file(session.compiler());
    status
}

/// Whether cargo speaks of the crate that evcxr writes.
fn is_cell(line: &[u8]) -> bool {
    line.trim_ascii().starts_with(b"Compiling ctx ")
}

fn in_group(command: &mut Command, session: &SessionDir) -> io::Result<Child> {
    let child = command.stdin(Stdio::null()).process_group(0).spawn()?;
    // Without the note an interrupt waits for the compiler; nothing else depends on it.
    let _ = std::fs::write(session.compiler(), child.id().to_string());
    // The interrupt may have come before there was a note to read.
    if session.stopped().exists() {
        end_compiler(session);
    }
    Ok(child)
}

/// Whether an argument is among `args`.
pub(super) fn has(args: &[OsString], word: &str) -> bool {
    args.iter().any(|arg| arg == word)
}

/// Ends the compiler that is at work for the session, and what it started; none begins until the next cell.
pub(crate) fn stop(session: &SessionDir) {
    // Without it, the cell stops at what it does next.
    let _ = std::fs::write(session.stopped(), []);
    end_compiler(session);
}

/// Compilers may begin again.
pub(crate) fn forget_stop(session: &SessionDir) {
    // There only after an interrupt.
    let _ = std::fs::remove_file(session.stopped());
}

fn end_compiler(session: &SessionDir) {
    let group = std::fs::read_to_string(session.compiler()).ok().and_then(|id| id.trim().parse().ok());
    if let Some(group) = group {
        // It may have ended by itself just now.
        let _ =
            nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
}
