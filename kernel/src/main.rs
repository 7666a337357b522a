//! `kakunin-kernel`: the Jupyter kernel "Rust (kakunin)", its installer, and the tools it puts in evcxr's way.
//!
//! One binary in several roles. Jupyter starts the *front*, which answers at once; the front starts the *back*, which
//! owns evcxr; evcxr starts the *runtime*, in which cells run, and calls the *tools* in place of cargo.

mod args;
mod asking;
mod back;
mod completeness;
mod doctor;
mod failure;
mod fill;
mod front;
mod install;
mod layout;
mod rust;
mod stage;
mod template;
mod tool;

use failure::Failure;
use kakunin::Lang;
use kakunin_jupyter::history::History;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kakunin_runtime::run_if_asked();
    if let Some(code) = tool::run_if_asked() {
        return code;
    }
    let lang = Lang::current();
    let ended = match args::read(lang) {
        args::Order::Start(connection) => start(&connection),
        args::Order::Install { place, name, source } => install::install(&place, &name, source.as_deref()),
        args::Order::Uninstall { place, name } => install::uninstall(&place, &name),
        args::Order::Doctor { place, name } => return doctor::run(&place, &name),
        // These two are begun by the kernel itself; what they say is read by it.
        args::Order::Back(socket) => return told(back::run(&socket)),
        args::Order::Inside(socket) => return told(back::inside(&socket)),
        args::Order::FirstSession(dir) => back::first_session(&dir),
        args::Order::FirstSessionInside => back::first_session_inside(),
        args::Order::Fill(notebook) => fill::begin(&notebook),
        args::Order::FillInside(notebook) => fill::inside(&notebook),
        args::Order::Pretend => fill::pretend(),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn told(ended: Result<(), Failure>) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            back::fail(&failure);
            ExitCode::FAILURE
        }
    }
}

/// The kernel for a connection file.
fn start(connection: &Path) -> Result<(), Failure> {
    let stop = Arc::<front::Stop>::default();
    let language = front::RustLanguage { stop: Arc::clone(&stop), version: rust_version() };
    let address = back::Address::for_connection(connection)?;
    let interpreter = move || front::Front::start(address, stop).map_err(|failure| rust::plain(&failure));
    let history = history_file().map_or_else(History::in_memory, History::in_file);
    kakunin_jupyter::run(connection, Arc::new(language), history, interpreter)
        .map(|_| ())
        .map_err(|error| Failure::Connection(error.to_string()))
}

/// rustc's release, from the template; the version this was built with where there is none.
fn rust_version() -> String {
    layout::TemplateDir::from_env()
        .and_then(|template| template::Description::read(&template).ok())
        .and_then(|known| {
            known.toolchain.lines().find_map(|line| line.strip_prefix("release: ").map(str::to_owned))
        })
        .unwrap_or_else(|| env!("CARGO_PKG_RUST_VERSION").to_owned())
}

/// `KAKUNIN_HISTORY` (empty: none is kept), else a file among the user's data.
fn history_file() -> Option<std::path::PathBuf> {
    match std::env::var_os("KAKUNIN_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => dirs::data_dir().map(|dir| dir.join("kakunin").join("history.sqlite")),
    }
}
