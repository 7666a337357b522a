//! Where things lie: the folder of a session, and the template all sessions share.
//!
//! ```text
//! session/            private to one kernel, removed with it
//!   bin/              cargo, mold, rustup: this binary under the names that evcxr and rust-analyzer call
//!   home/bin/cargo    the same, where rust-analyzer looks first (CARGO_HOME)
//!   crate/            the crate that evcxr writes: Cargo.toml, src/lib.rs
//!   cell/             the cell as it is compiled: src/lib.rs, places.json, and the libraries
//!   plans/            how rustc is to be called for a manifest with more dependencies
//!   settings.json     what the next cell is to be compiled with
//! template/           made by `install`, read-only for sessions
//!   workspace/        the companion's and the prelude's sources, and data/
//!   crates/           sources of the crates they use, for rust-analyzer
//!   target/           what cargo built of them
//!   Cargo.lock, plan.json, answers/, cells/, template.json
//! ```

use std::path::{Path, PathBuf};

/// The folder of one session.
#[derive(Debug, Clone)]
pub(crate) struct SessionDir(PathBuf);

impl SessionDir {
    /// Names the session's folder in the environment of every tool it starts.
    pub(crate) const ENV: &str = "KAKUNIN_SESSION";

    pub(crate) fn new(root: impl Into<PathBuf>) -> SessionDir {
        SessionDir(root.into())
    }

    /// The session this process was started for, if any.
    pub(crate) fn from_env() -> Option<SessionDir> {
        std::env::var_os(SessionDir::ENV).map(SessionDir::new)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    pub(crate) fn bin(&self) -> PathBuf {
        self.0.join("bin")
    }

    pub(crate) fn cargo_home(&self) -> PathBuf {
        self.0.join("home")
    }

    pub(crate) fn crate_dir(&self) -> PathBuf {
        self.0.join("crate")
    }

    pub(crate) fn cell_dir(&self) -> PathBuf {
        self.0.join("cell")
    }

    /// Where each line of the compiled cell comes from.
    pub(crate) fn places(&self) -> PathBuf {
        self.cell_dir().join("places.json")
    }

    pub(crate) fn plans(&self) -> PathBuf {
        self.0.join("plans")
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    /// The socket on which cargo's progress is told.
    pub(crate) fn progress(&self) -> PathBuf {
        self.0.join("progress")
    }

    /// There if the present cell did not compile: what was tried, and what rustc said.
    pub(crate) fn attempt(&self) -> PathBuf {
        self.0.join("attempt.json")
    }

    /// There while the present cell is to stop: no tool begins to work.
    pub(crate) fn stopped(&self) -> PathBuf {
        self.0.join("stopped")
    }

    /// The process id of the compiler that is at work, for an interrupt.
    pub(crate) fn compiler(&self) -> PathBuf {
        self.0.join("compiler.pid")
    }
}

/// The template all sessions of one toolchain share.
#[derive(Debug, Clone)]
pub(crate) struct TemplateDir(PathBuf);

impl TemplateDir {
    pub(crate) const ENV: &str = "KAKUNIN_TEMPLATE";

    pub(crate) fn new(root: impl Into<PathBuf>) -> TemplateDir {
        TemplateDir(root.into())
    }

    pub(crate) fn from_env() -> Option<TemplateDir> {
        std::env::var_os(TemplateDir::ENV).map(TemplateDir::new)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.0.join("workspace")
    }

    pub(crate) fn prelude(&self) -> PathBuf {
        self.workspace().join("prelude")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.workspace().join("data")
    }

    pub(crate) fn crates(&self) -> PathBuf {
        self.0.join("crates")
    }

    pub(crate) fn target(&self) -> PathBuf {
        self.0.join("target")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("Cargo.lock")
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.0.join("plan.json")
    }

    pub(crate) fn answers(&self) -> PathBuf {
        self.0.join("answers")
    }

    pub(crate) fn cells(&self) -> PathBuf {
        self.0.join("cells")
    }

    pub(crate) fn description(&self) -> PathBuf {
        self.0.join("template.json")
    }
}
