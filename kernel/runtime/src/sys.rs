//! The system calls that have no safe wrapper.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, IntoRawFd};
use std::sync::atomic::{AtomicI32, Ordering};

use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{ForkResult, Pid};

mod ioctl {
    nix::ioctl_read_bad!(fionread, nix::libc::FIONREAD, nix::libc::c_int);
}

/// Asks the runner to write out what its cell has printed. By default a process ignores this signal.
pub(crate) const FLUSH: Signal = Signal::SIGURG;

/// Forks this process.
pub(crate) fn fork() -> io::Result<ForkResult> {
    // SAFETY: the supervisor has one thread. In the runner, user code may have started others; the child then
    // uses only system calls and its own statically linked standard library, whose locks those threads (which
    // run the cells' shared one) never hold, and the allocator, which the C library's `fork` leaves usable.
    Ok(unsafe { nix::unistd::fork() }?)
}

/// How many bytes wait in a pipe.
pub(crate) fn waiting(pipe: impl AsFd) -> usize {
    let mut count = 0;
    // SAFETY: FIONREAD writes one int, and `count` is one.
    let asked = unsafe { ioctl::fionread(pipe.as_fd().as_raw_fd(), &mut count) };
    asked.ok().and_then(|_| usize::try_from(count).ok()).unwrap_or(0)
}

/// A pipe (read end, write end) that programs started by the cells do not inherit.
pub(crate) fn pipe() -> io::Result<(File, File)> {
    let (read, write) = nix::unistd::pipe()?;
    for end in [&read, &write] {
        nix::fcntl::fcntl(end, nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::FD_CLOEXEC))?;
    }
    Ok((File::from(read), File::from(write)))
}

/// Reads and writes of this end return at once.
pub(crate) fn set_nonblocking(end: impl AsFd) -> io::Result<()> {
    nix::fcntl::fcntl(end, nix::fcntl::FcntlArg::F_SETFL(nix::fcntl::OFlag::O_NONBLOCK))?;
    Ok(())
}

/// What the runtime was asked by is not for the programs that a cell starts.
pub(crate) fn forget_asked() {
    // SAFETY: called in the runner before any other thread exists.
    unsafe { std::env::remove_var(crate::settings::ASKED) };
}

static CHILD_ENDED: AtomicI32 = AtomicI32::new(-1);

/// The read end of a pipe that becomes readable when a child ends.
pub(crate) fn child_ended() -> io::Result<File> {
    let (read, write) = pipe()?;
    set_nonblocking(&read)?;
    set_nonblocking(&write)?;
    // The handler writes to it for as long as the process lives.
    CHILD_ENDED.store(write.into_raw_fd(), Ordering::Relaxed);
    set_handler(Signal::SIGCHLD, SigHandler::Handler(on_child_ended), SaFlags::SA_RESTART)?;
    Ok(read)
}

extern "C" fn on_child_ended(_: libc::c_int) {
    let errno = nix::errno::Errno::last_raw();
    // SAFETY: write(2) is async-signal-safe and the byte is static.
    unsafe { libc::write(CHILD_ENDED.load(Ordering::Relaxed), b"c".as_ptr().cast(), 1) };
    nix::errno::Errno::set_raw(errno);
}

/// Ignores a signal, or restores its default.
pub(crate) fn dispose(signal: Signal, how: SigHandler) -> io::Result<()> {
    set_handler(signal, how, SaFlags::empty())
}

/// Installs a handler. It must only do what is async-signal-safe.
pub(crate) fn set_handler(signal: Signal, handler: SigHandler, flags: SaFlags) -> io::Result<()> {
    let action = SigAction::new(handler, flags, SigSet::empty());
    // SAFETY: all handlers of this crate call async-signal-safe functions only.
    unsafe { sigaction(signal, &action) }?;
    Ok(())
}

/// Ends this process at once: no destructors, no exit handlers.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: _exit never returns and touches nothing of ours.
    unsafe { libc::_exit(code) }
}

/// The kernel ends this process when its parent ends; if the parent is another than `parent`, it has ended.
pub(crate) fn end_with(parent: Pid) {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_pdeathsig(Signal::SIGKILL);
    if nix::unistd::getppid() != parent {
        exit_now(1);
    }
}
