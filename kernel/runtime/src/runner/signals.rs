//! The runner's signal handlers: the interrupt, and the last word of a crashing process.
//!
//! Handlers only load atomics, write static bytes and leave: nothing else is safe in them.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::IntoRawFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

use nix::libc;
use nix::sys::signal::{SaFlags, SigHandler, Signal};

use crate::sys;

/// Where handlers report to.
static CONTROL: AtomicI32 = AtomicI32::new(-1);
/// Whether a cell runs.
static RUNNING: AtomicBool = AtomicBool::new(false);
/// An interrupt came after the supervisor's order to run, before the cell ran.
static EARLY: AtomicBool = AtomicBool::new(false);
/// The prelude's `kakunin_interrupt`, or null.
static LISTENER: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

/// The prelude's `kakunin_flush`, or null.
static FLUSH: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

const INTERRUPTED: &[u8] = b"\"Interrupted\"\n";
const COOPERATIVE: &[u8] = b"\"Cooperative\"\n";
const OVERFLOW: &[u8] = b"{\"Crash\":{\"overflow\":true}}\n";
const CRASH: &[u8] = b"{\"Crash\":{\"overflow\":false}}\n";

/// Handlers run on a stack of their own, since the usual one may be what overflowed.
const HANDLER_STACK: usize = 64 * 1024;
/// An access so close to the stack pointer is the stack's growth.
const NEAR_STACK: usize = 64 * 1024;

/// Installs all handlers.
pub(super) fn install(control: &UnixStream) -> io::Result<()> {
    // Open as long as the process lives.
    CONTROL.store(control.try_clone()?.into_raw_fd(), Ordering::Relaxed);
    sys::dispose(Signal::SIGCHLD, SigHandler::SigDfl)?;
    sys::set_handler(Signal::SIGINT, SigHandler::Handler(on_interrupt), SaFlags::SA_RESTART)?;
    sys::set_handler(sys::FLUSH, SigHandler::Handler(on_flush), SaFlags::SA_RESTART)?;

    let stack: &'static mut [u8] = Box::leak(vec![0; HANDLER_STACK].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: HANDLER_STACK };
    // SAFETY: the memory is leaked, so it outlives every handler, and nothing else uses it.
    if unsafe { libc::sigaltstack(&stack, std::ptr::null_mut()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    for signal in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGILL, Signal::SIGFPE] {
        sys::set_handler(signal, SigHandler::SigAction(on_crash), SaFlags::SA_ONSTACK)?;
    }
    Ok(())
}

/// From now on interrupts ask this function first; it must be async-signal-safe.
pub(super) fn set_listener(listener: extern "C" fn() -> bool) {
    LISTENER.store(listener as *mut (), Ordering::Relaxed);
}

/// From now on this function writes out what the cell has printed, when the supervisor asks for it.
pub(super) fn set_flush(flush: extern "C" fn()) {
    FLUSH.store(flush as *mut (), Ordering::Relaxed);
}

/// Marks the time in which an interrupt ends the process.
pub(super) fn while_running<T>(cell: impl FnOnce() -> T) -> T {
    RUNNING.store(true, Ordering::SeqCst);
    if EARLY.swap(false, Ordering::SeqCst) {
        on_interrupt(libc::SIGINT);
    }
    let result = cell();
    RUNNING.store(false, Ordering::SeqCst);
    result
}

/// An interrupt that came too late for its cell is not meant for the next one.
pub(super) fn forget_early_interrupt() {
    EARLY.store(false, Ordering::SeqCst);
}

extern "C" fn on_interrupt(_: libc::c_int) {
    if !RUNNING.load(Ordering::SeqCst) {
        EARLY.store(true, Ordering::SeqCst);
        return;
    }
    let errno = nix::errno::Errno::last_raw();
    let listener = LISTENER.load(Ordering::Relaxed);
    // SAFETY: a pointer that is not null was stored by `set_listener`, from a function of this type.
    let cooperates =
        !listener.is_null() && unsafe { std::mem::transmute::<*mut (), extern "C" fn() -> bool>(listener) }();
    if !cooperates {
        report(INTERRUPTED);
        sys::exit_now(130);
    }
    report(COOPERATIVE);
    nix::errno::Errno::set_raw(errno);
}

/// Sent only while the main thread waits in `read(0, …)`: it is not in the allocator, nor in the middle of a write, so
/// flushing is safe here as nowhere else in a handler.
extern "C" fn on_flush(_: libc::c_int) {
    let errno = nix::errno::Errno::last_raw();
    let flush = FLUSH.load(Ordering::Relaxed);
    if !flush.is_null() {
        // SAFETY: a pointer that is not null was stored by `set_flush`, from a function of this type.
        let flush = unsafe { std::mem::transmute::<*mut (), extern "C" fn()>(flush) };
        flush();
    }
    nix::errno::Errno::set_raw(errno);
}

extern "C" fn on_crash(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the system passes a valid siginfo for this signal, in which the address is set.
    let address = unsafe { (*info).si_addr() } as usize;
    let overflow = matches!(signal, libc::SIGSEGV | libc::SIGBUS)
        && stack_pointer(context).is_some_and(|pointer| pointer.abs_diff(address) < NEAR_STACK);
    report(if overflow { OVERFLOW } else { CRASH });
    // SAFETY: signal and raise are async-signal-safe. The signal is blocked until this handler returns, and
    // then ends the process.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn stack_pointer(context: *mut libc::c_void) -> Option<usize> {
    // SAFETY: the third argument of a SA_SIGINFO handler is the interrupted thread's ucontext_t.
    let registers = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    usize::try_from(registers[libc::REG_RSP as usize]).ok()
}

#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
fn stack_pointer(context: *mut libc::c_void) -> Option<usize> {
    // SAFETY: the third argument of a SA_SIGINFO handler is the interrupted thread's ucontext_t.
    usize::try_from(unsafe { (*context.cast::<libc::ucontext_t>()).uc_mcontext.sp }).ok()
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn stack_pointer(_: *mut libc::c_void) -> Option<usize> {
    None
}

fn report(line: &'static [u8]) {
    // SAFETY: write(2) is async-signal-safe, and the bytes are static.
    unsafe { libc::write(CONTROL.load(Ordering::Relaxed), line.as_ptr().cast(), line.len()) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Report;

    fn parsed(line: &[u8]) -> Report {
        serde_json::from_slice(line).unwrap()
    }

    #[test]
    fn handlers_write_what_the_supervisor_reads() {
        assert_eq!(parsed(INTERRUPTED), Report::Interrupted);
        assert_eq!(parsed(COOPERATIVE), Report::Cooperative);
        assert_eq!(parsed(OVERFLOW), Report::Crash { overflow: true });
        assert_eq!(parsed(CRASH), Report::Crash { overflow: false });
    }
}
