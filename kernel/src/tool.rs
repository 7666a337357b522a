//! This binary under other names: what evcxr and rust-analyzer call instead of cargo and rustup.
//!
//! evcxr's linker setting `mold` makes it run a program of that name for each of its cargo calls; rust-analyzer looks
//! for `$CARGO_HOME/bin/cargo`. In a session both lead here. What we know better is answered here (a cell is
//! compiled by rustc itself, questions about the template are answered from notes), all else goes to the real tool.

mod attempt;
mod build;
mod canonical;
mod cells;
mod diagnostics;
mod display;
mod manifest;
mod notes;
mod places;
mod plan;
mod progress;
mod question_mark;
mod real;
mod rewrite;
mod settings;
mod shapes;

pub(crate) use cells::clear_old;
pub(crate) use diagnostics::{NOT_DEBUG, WHOLE};
pub(crate) use display::DISPLAY_OPENS;
pub(crate) use manifest::REGISTRY_COMPANION;
pub(crate) use notes::NOTING_ENV;
pub(crate) use places::{Place, marker};
pub(crate) use plan::{Plan, hex};
pub(crate) use progress::Progress;
pub(crate) use real::{forget_stop, restore, saved_environment, stop};
pub(crate) use settings::CellSettings;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

/// The names this binary answers to, as links in a session's `bin`.
pub(crate) const NAMES: [&str; 4] = ["mold", "cargo", "rustup", plan::RECORDER];

/// A cell begins: what was left of the one before is forgotten.
pub(crate) fn begin(session: &crate::layout::SessionDir) {
    attempt::Attempt::forget(session);
}

/// Runs as the tool that the program's name stands for, if it does.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let mut args = std::env::args_os();
    let name = args.next()?;
    let name = Path::new(&name).file_name().and_then(OsStr::to_str)?.to_owned();
    let args: Vec<OsString> = args.collect();
    let code = match name.as_str() {
        // mold -run <cargo> <arguments>
        "mold" => build::cargo_for_evcxr(args.get(2..).unwrap_or_default()),
        "cargo" => notes::cargo_for_rust_analyzer(&args),
        "rustup" => real::rustup(&args),
        plan::RECORDER => plan::record(&args),
        _ => return None,
    };
    Some(code.unwrap_or_else(|error| {
        eprintln!("error: {name}: {error}");
        ExitCode::FAILURE
    }))
}
