//! The messaging specification, section by section, as dialogues with a strict front end: no sockets, no waiting.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod comms;
mod completion;
mod control;
mod errors;
mod execute;
mod front_end;
mod history;
mod info;
mod input;
mod outputs;
