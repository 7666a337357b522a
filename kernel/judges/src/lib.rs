//! Outside judges for tests: programs that nobody here wrote, and a front end over a client that nobody here wrote.
//!
//! A private Python environment is made under the cargo target folder on first use, with the versions pinned in
//! `requirements.txt`, and shared by all tests. Where it can't be made, the judge says so, with the names of the
//! tests that could not run: nothing is skipped silently.

pub mod client;
mod kernelspec;
mod python;

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};

pub use kernelspec::KernelSpec;
pub use python::{python, target_folder};

/// Jupyter's conformance tests on one kernel, with every sample they ask for.
#[derive(Debug, Clone)]
pub struct KernelTest {
    /// The kernel.
    pub spec: KernelSpec,
    /// The samples: attributes of `jupyter_kernel_test.KernelTests`. A test without its sample counts as failed.
    pub samples: Map<String, Value>,
}

/// Runs all of jupyter_kernel_test, the iopub welcome class included. The error is the judge's own output.
pub fn kernel_test(test: &KernelTest) -> Result<(), String> {
    let python = python::for_tests("jupyter_kernel_test")?;
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let mut samples = test.samples.clone();
    samples.insert("kernel_name".into(), json!(test.spec.name));
    let file = folder.path().join("samples.json");
    write(&file, &Value::Object(samples).to_string())?;
    let mut judge = Command::new(python);
    judge.arg("-c").arg(include_str!("../python/kernel_test.py")).arg(&file);
    finished(test.spec.install(&mut judge, folder.path())?).map(drop)
}

/// Runs a notebook from top to bottom with nbclient; gives its text with outputs. The error is nbclient's own output.
pub fn run_notebook(spec: &KernelSpec, notebook: &Path, seconds_per_cell: u32) -> Result<String, String> {
    let python = python::for_tests("nbclient")?;
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let mut judge = Command::new(python);
    judge.arg("-c").arg(include_str!("../python/run_notebook.py"));
    judge.arg(notebook).arg(&spec.name).arg(seconds_per_cell.to_string());
    finished(spec.install(&mut judge, folder.path())?)
}

/// Runs a judge to its end; gives what it printed, as an error where it was not content.
fn finished(judge: &mut Command) -> Result<String, String> {
    let output = judge.output().map_err(|e| format!("the judge did not start: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(said),
        false => Err(format!("{said}\n{}", String::from_utf8_lossy(&output.stderr))),
    }
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|e| format!("can't write {}: {e}", file.display()))
}
