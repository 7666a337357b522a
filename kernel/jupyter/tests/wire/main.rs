//! The kernel over real sockets, with a client that is not ours.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod client;
mod flow;
mod safety;
mod start;
mod while_running;
