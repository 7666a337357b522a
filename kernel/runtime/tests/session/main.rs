//! Whole sessions: a test double of evcxr and the kernel, the real runtime, cells compiled by rustc.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "the helpers are test code as well")]

mod notebook;
mod sources;

mod crashes;
mod endings;
mod faults;
mod input;
mod interrupts;
mod output;
mod panics;
mod without_checkpoint;
