//! Connects to the kernel and forks the first runner.

use std::io;
use std::os::unix::net::UnixStream;

use nix::sys::signal::{SigHandler, Signal};
use nix::unistd::{ForkResult, getpid, setsid};

use super::input::Input;
use super::outbox::Outbox;
use super::output::Output;
use super::session::{Ends, Session};
use crate::event::{Event, Problem};
use crate::runner;
use crate::settings::{Settings, parse_size};
use crate::sys;

pub(super) fn session() -> io::Result<Session> {
    let settings = Settings::from_env();
    let path = Settings::channel_from_env()
        .ok_or_else(|| io::Error::other("no channel to the kernel was named in the environment"))?;
    let channel = UnixStream::connect(&path)?;
    let mut outbox = Outbox::new(channel.try_clone()?)?;
    let memory = memory(&settings, &mut outbox);

    // By this session its processes are found when the supervisor itself is killed. (A group's leader can't have one,
    // and evcxr does not make it one.)
    let _ = setsid();
    // A Ctrl-C at the terminal is the kernel's business, which interrupts through the channel.
    sys::dispose(Signal::SIGINT, SigHandler::SigIgn)?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_child_subreaper(true)?;
    let children = sys::child_ended()?;

    let (stdin_read, stdin_write) = sys::pipe()?;
    let (stdout_read, stdout_write) = sys::pipe()?;
    let (stderr_read, stderr_write) = sys::pipe()?;
    let (baton_read, baton_write) = sys::pipe()?;
    let (control, control_of_runner) = UnixStream::pair()?;
    control.set_nonblocking(true)?;

    let supervisor = getpid();
    match sys::fork()? {
        ForkResult::Child => {
            drop((channel, outbox, children, control));
            drop((stdin_write, stdout_read, stderr_read, baton_write));
            let ends = runner::Ends {
                stdin: stdin_read,
                stdout: stdout_write,
                stderr: stderr_write,
                control: control_of_runner,
                baton: baton_read,
            };
            runner::run(ends, &settings, memory, supervisor)
        }
        ForkResult::Parent { child } => {
            let ends = Ends {
                channel,
                control,
                baton: baton_write,
                children,
                stdout: Output::new(stdout_read)?,
                stderr: Output::new(stderr_read)?,
                stdin: Input::new(stdin_read, stdin_write)?,
            };
            let limit = memory.and(settings.memory.clone());
            Ok(Session::new(settings, limit, path, ends, outbox, child))
        }
    }
}

/// The limit in bytes; what is not a size is reported and ignored.
fn memory(settings: &Settings, outbox: &mut Outbox) -> Option<u64> {
    let text = settings.memory.as_ref()?;
    let size = parse_size(text);
    if size.is_none() {
        outbox.push(&Event::Problem(Problem {
            ja: format!("KAKUNIN_MEMORY は 2G、500M、またはバイト数で書いてください（いまは「{text}」なので、上限なしで続けます）。"),
            en: format!(
                "KAKUNIN_MEMORY must be a size such as 2G, 500M or a number of bytes (it is {text:?}; there is no limit now)."
            ),
        }));
    }
    size
}
