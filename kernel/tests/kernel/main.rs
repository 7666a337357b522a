//! The kernel as Jupyter sees it: the program, its processes, its folders.
//!
//! All tests share one installation below the cargo target folder, made on first use (a minute or two). The long ones
//! are ignored: `cargo test -p kakunin-kernel --test kernel -- --include-ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod blocks;
mod commands;
mod dependencies;
mod doctor;
mod endings;
mod errors;
mod faults;
mod help;
mod input;
mod install;
mod installed;
mod judged;
mod notebook;
mod processes;
mod ran;
mod restart;
mod results;
mod shape;
mod start;
mod survival;
