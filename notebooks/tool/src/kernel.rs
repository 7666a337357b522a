//! Running the cells: the kernel of this working tree, under nbclient, an outside judge of it.

use crate::ipynb;
use kakunin_judges::{KernelSpec, run_notebook};
use nbformat::v4::Notebook;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// As long as this may a cell take before it counts as hanging.
const SECONDS_PER_CELL: u32 = 600;

/// A kernel that can be started.
#[derive(Debug, Clone)]
pub struct Kernel(KernelSpec);

impl Kernel {
    /// The kernel of this working tree, built with the profile of this program and installed below the target folder.
    ///
    /// # Errors
    /// If it can't be built or installed.
    pub fn ours() -> Result<Kernel, String> {
        let home = kakunin_judges::target_folder()?.join("notebooks");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["run", "--quiet", "--package", "kakunin-kernel"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        cargo.args(["--", "install", "--prefix"]).arg(&home);
        cargo.env("KAKUNIN_CACHE", home.join("cache")).env("KAKUNIN_LANG", "en");
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        match cargo.status() {
            Ok(status) if status.success() => {
                Kernel::at(&home.join("share/jupyter/kernels/kakunin/kernel.json"))
            }
            Ok(status) => Err(format!("the kernel could not be installed ({status})")),
            Err(error) => Err(format!("cargo does not start ({error})")),
        }
    }

    /// The kernel that a `kernel.json` describes.
    ///
    /// # Errors
    /// If that is no description of a kernel.
    pub fn at(spec: &Path) -> Result<Kernel, String> {
        let bad = |why: &dyn std::fmt::Display| format!("{}: {why}", spec.display());
        let known: Value = serde_json::from_str(&crate::read(spec)?).map_err(|e| bad(&e))?;
        let words = |value: &Value| value.as_str().map(str::to_owned);
        let argv: Option<Vec<String>> =
            known["argv"].as_array().and_then(|argv| argv.iter().map(words).collect());
        let env = known["env"].as_object().into_iter().flatten();
        Ok(Kernel(KernelSpec {
            name: "kakunin".into(),
            language: "rust".into(),
            argv: argv.ok_or_else(|| bad(&"no argv"))?,
            env: env.filter_map(|(name, value)| Some((name.clone(), words(value)?))).collect(),
        }))
    }

    /// Runs a notebook from top to bottom, in the notebooks' folder and in nobody's name: answers, compiled cells and
    /// history are not those of the one who builds.
    ///
    /// # Errors
    /// If a cell fails that must not, or the kernel does; what nbclient says about it.
    pub fn run(&self, notebook: Notebook) -> Result<Notebook, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let file = folder.path().join("notebook.ipynb");
        std::fs::write(&file, ipynb::text(notebook)?).map_err(|e| e.to_string())?;
        let mut spec = self.0.clone();
        let path = |path: PathBuf| path.to_string_lossy().into_owned();
        spec.env.extend([
            ("KAKUNIN_LANG".to_owned(), "ja".to_owned()),
            ("KAKUNIN_HISTORY".to_owned(), String::new()),
            ("KAKUNIN_STATE".to_owned(), path(folder.path().join("state.json"))),
            ("KAKUNIN_CACHE".to_owned(), path(kakunin_judges::target_folder()?.join("notebooks/cache"))),
        ]);
        ipynb::parse(&run_notebook(&spec, &file, SECONDS_PER_CELL)?)
    }
}
