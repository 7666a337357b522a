//! An interpreter that lives in another process, so that it can outlive the kernel's front.
//!
//! One Unix socket, one JSON object a line. The client sends calls, one at a time, and at any time `interrupt` and the
//! answers to questions; the server sends what a running call shows, and then the call's answer. A warm interpreter
//! can serve one client after another: see [`Warming`] and [`serve_interpreter`].

mod client;
mod protocol;
mod server;
mod warming;

pub use client::{Interrupter, RemoteInterpreter};
pub use server::{Cause, Ended, Stop, serve_interpreter};
pub use warming::{State, Warming};
