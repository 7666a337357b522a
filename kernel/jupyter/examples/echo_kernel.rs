//! A kernel for the toy language: `echo_kernel <connection file> [<history file>]`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use kakunin_jupyter::echo::{Echo, EchoLanguage};
use kakunin_jupyter::history::History;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(connection_file) = arguments.next() else {
        eprintln!("usage: echo_kernel <connection file> [<history file>]");
        return ExitCode::from(2);
    };
    let history = arguments.next().map_or_else(History::in_memory, History::in_file);
    let language = Arc::new(EchoLanguage::default());
    let interpreter = Echo::of(&language);
    match kakunin_jupyter::run(&connection_file, language, history, move || Ok(interpreter)) {
        Ok(_) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
