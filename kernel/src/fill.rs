//! Compiling the cells of notebooks ahead: at installation, for the course's own.
//!
//! A cell's library is known by its text, so a learner who runs one of these notebooks finds all of it compiled. Only
//! the types of variables matter for the cells behind them: nothing is run, and the place of the process that runs cells
//! is taken by one that says it has.

use crate::failure::Failure;
use crate::layout::{SessionDir, TemplateDir};
use crate::rust::{Interrupter, Rust};
use crate::stage;
use crate::template::Description;
use kakunin_jupyter::{Cell, Interpreter as _, Nobody};
use kakunin_runtime::Channel;
use serde_json::Value;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// Set while cells are compiled ahead: their libraries go to the template.
pub(crate) const FILLING_ENV: &str = "KAKUNIN_FILL_CELLS";

/// The notebooks of a folder, in the order of their names.
pub(crate) fn notebooks(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "ipynb")).collect();
    found.sort();
    found
}

/// Compiles the cells of a notebook into the template.
pub(crate) fn compile(notebook: &Path, template: &TemplateDir) -> io::Result<()> {
    let session = tempfile::tempdir()?;
    let status = Command::new(std::env::current_exe()?)
        .arg("fill")
        .arg(notebook)
        .env(TemplateDir::ENV, template.root())
        .env(SessionDir::ENV, session.path())
        .env(FILLING_ENV, "1")
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// The first half: sets the stage, and begins again in its environment.
pub(crate) fn begin(notebook: &Path) -> Result<(), Failure> {
    let unset = |name: &str| Failure::Evaluator(format!("{name} is not set"));
    let template = TemplateDir::from_env().ok_or_else(|| unset(TemplateDir::ENV))?;
    let known = Description::read(&template).map_err(|error| Failure::reading(template.root(), &error))?;
    let session = SessionDir::from_env().ok_or_else(|| unset(SessionDir::ENV))?;
    let writing = |error: io::Error| Failure::writing(session.root(), &error);
    let session = SessionDir::new(fs::canonicalize(session.root()).map_err(writing)?);
    let mut again = stage::set(&session, &template, &known).map_err(writing)?;
    Err(Failure::Evaluator(again.arg("fill-inside").arg(notebook).exec().to_string()))
}

/// The second half: compiles cell after cell. One that does not compile (an exercise) is left out.
pub(crate) fn inside(notebook: &Path) -> Result<(), Failure> {
    let session = SessionDir::from_env().ok_or_else(|| Failure::Evaluator(SessionDir::ENV.to_owned()))?;
    let failed = |error: io::Error| Failure::Evaluator(error.to_string());
    let channel = Arc::new(Channel::listen().map_err(failed)?);
    let mut pretender = Command::new(std::env::current_exe().map_err(failed)?);
    pretender.arg("pretend");
    let mut rust = Rust::over(pretender, session.clone(), &Interrupter::new(channel, session))?;
    let text = fs::read(notebook).map_err(|error| Failure::reading(notebook, &error))?;
    for (at, code) in cells(&text).iter().enumerate() {
        // What it would show, or why it does not compile, is for the learner.
        let _ = rust.execute(&Cell { code, count: at + 1, silent: true, id: None }, &Nobody);
    }
    Ok(())
}

/// Stands in for the process that runs cells: says of each that it has run.
pub(crate) fn pretend() -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Evaluator(error.to_string());
    for line in io::stdin().lock().lines() {
        line.map_err(failed)?;
        let mut out = io::stdout().lock();
        out.write_all(b"EVCXR_EXECUTION_COMPLETE\n").and_then(|()| out.flush()).map_err(failed)?;
    }
    Ok(())
}

/// The code cells of a notebook file.
fn cells(notebook: &[u8]) -> Vec<String> {
    let notebook: Value = serde_json::from_slice(notebook).unwrap_or_default();
    let cells = notebook["cells"].as_array().into_iter().flatten();
    cells.filter(|cell| cell["cell_type"] == "code").map(|cell| text(&cell["source"])).collect()
}

/// nbformat keeps a text whole, or as a list of lines.
fn text(source: &Value) -> String {
    match source {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_cells_of_a_notebook_are_read_in_both_forms() {
        let notebook = br##"{"cells":[
            {"cell_type":"markdown","source":"# title"},
            {"cell_type":"code","source":["let x = 1;\n","x"]},
            {"cell_type":"code","source":"x + 1"}]}"##;
        assert_eq!(cells(notebook), ["let x = 1;\nx", "x + 1"]);
        assert_eq!(cells(b"no notebook"), [""; 0]);
    }

    #[test]
    fn a_folder_without_notebooks_has_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("readme.md"), "").unwrap();
        assert!(notebooks(folder.path()).is_empty() && notebooks(&folder.path().join("no")).is_empty());
    }
}
