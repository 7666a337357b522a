//! Registering the kernel with Jupyter.

use crate::args::Place;
use crate::asking::printed;
use crate::failure::Failure;
use crate::fill;
use crate::layout::TemplateDir;
use crate::template::{self, Progress, Sources};
use indicatif::{ProgressBar, ProgressStyle};
use kakunin::Lang;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The program beside its `kernel.json`, so that the repository may go.
const PROGRAM: &str = "kakunin-kernel";

/// Where an installation lies.
pub(crate) struct Installation {
    /// holds kernel.json, the program and the icon
    pub(crate) spec: PathBuf,
    /// holds the templates
    pub(crate) templates: PathBuf,
}

impl Installation {
    pub(crate) fn at(place: &Place, name: &str) -> Result<Installation, Failure> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(fits) {
            return Err(Failure::BadName(name.to_owned()));
        }
        let (jupyter, templates) = match place {
            Place::User => (user_jupyter().ok_or(Failure::NoJupyterFolder)?, template::default_root()),
            Place::SysPrefix => shared(&python_prefix()?),
            Place::Prefix(prefix) => shared(&std::path::absolute(prefix).unwrap_or_else(|_| prefix.clone())),
        };
        Ok(Installation { spec: jupyter.join("kernels").join(name), templates })
    }

    /// The template that kernel.json names.
    pub(crate) fn template(&self) -> Option<TemplateDir> {
        let text = fs::read(self.spec.join("kernel.json")).ok()?;
        let spec: serde_json::Value = serde_json::from_slice(&text).ok()?;
        Some(TemplateDir::new(spec["env"][TemplateDir::ENV].as_str()?))
    }
}

fn shared(prefix: &Path) -> (PathBuf, PathBuf) {
    (prefix.join("share").join("jupyter"), prefix.join("share").join("kakunin"))
}

/// Jupyter's own rule: `JUPYTER_DATA_DIR`, else a folder that depends on the system.
fn user_jupyter() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("JUPYTER_DATA_DIR").filter(|dir| !dir.is_empty()) {
        return Some(dir.into());
    }
    if cfg!(target_os = "macos") {
        return dirs::home_dir().map(|home| home.join("Library").join("Jupyter"));
    }
    dirs::data_dir().map(|dir| dir.join("jupyter"))
}

/// `sys.prefix` of the Python in use.
fn python_prefix() -> Result<PathBuf, Failure> {
    let python = if cfg!(windows) { "python" } else { "python3" };
    printed(Command::new(python).args(["-c", "import sys; print(sys.prefix)"]))
        .map(PathBuf::from)
        .map_err(|_| Failure::ToolMissing(python.to_owned()))
}

/// Prepares the template and writes the kernel's registration.
pub(crate) fn install(place: &Place, name: &str, source: Option<&Path>) -> Result<(), Failure> {
    let installation = Installation::at(place, name)?;
    let sources = source.map_or_else(Sources::built_in, Sources::at);
    let template = with_bar(|show| template::make(&sources, &installation.templates, show))?;
    compile_notebooks(&sources, &template);
    register(&installation, &template)?;
    remove_older(&installation.templates, &template);
    println!(
        "{}",
        Lang::current().pick(
            format!(
                "「Rust (kakunin)」を {} に登録しました。JupyterLab を開くと一覧にあります。",
                installation.spec.display()
            ),
            format!(
                "\"Rust (kakunin)\" is registered in {}; JupyterLab lists it.",
                installation.spec.display()
            ),
        )
    );
    Ok(())
}

/// The course's notebooks compiled ahead, once for each template. Without it their cells are compiled when they are run.
fn compile_notebooks(sources: &Sources, template: &TemplateDir) {
    let done = fs::read_dir(template.cells()).is_ok_and(|mut cells| cells.next().is_some());
    let notebooks = if done { Vec::new() } else { fill::notebooks(&sources.root().join("notebooks")) };
    for (at, notebook) in notebooks.iter().enumerate() {
        let name = notebook.file_name().unwrap_or_default().to_string_lossy();
        let of = notebooks.len();
        let said = Lang::current().pick(
            format!("ノートブックのセルをコンパイルしています {}/{of}: {name}", at + 1),
            format!("Compiling the cells of the notebooks {}/{of}: {name}", at + 1),
        );
        eprintln!("{said}");
        if let Err(error) = fill::compile(notebook, template) {
            eprintln!("{name}: {error}");
        }
    }
}

fn register(installation: &Installation, template: &TemplateDir) -> Result<(), Failure> {
    let dir = &installation.spec;
    let writing = |error: std::io::Error| Failure::writing(dir, &error);
    fs::create_dir_all(dir).map_err(writing)?;
    let program = dir.join(PROGRAM);
    let exe = std::env::current_exe().map_err(writing)?;
    // The file's time is a part of the address at which a kernel finds its warm back: an equal file stays.
    if exe != program && !equal(&exe, &program) {
        // A kernel may be running: the file is replaced, not written into.
        let copy = dir.join(format!("{PROGRAM}.new"));
        fs::copy(&exe, &copy).and_then(|_| fs::rename(&copy, &program)).map_err(writing)?;
    }
    let spec = json!({
        "argv": [program, "{connection_file}"],
        "display_name": "Rust (kakunin)",
        "language": "rust",
        "interrupt_mode": "message",
        "env": { TemplateDir::ENV: template.root() },
        "metadata": { "debugger": false },
    });
    let text = serde_json::to_string_pretty(&spec).map_err(|error| writing(error.into()))?;
    fs::write(dir.join("kernel.json"), text + "\n").map_err(writing)?;
    fs::write(dir.join("logo-svg.svg"), include_str!("logo.svg")).map_err(writing)
}

/// Whether two files hold the same bytes.
fn equal(one: &Path, other: &Path) -> bool {
    let size = |path: &Path| fs::metadata(path).map(|about| about.len()).ok();
    size(one) == size(other)
        && fs::read(one).ok().zip(fs::read(other).ok()).is_some_and(|(one, other)| one == other)
}

/// Templates of older toolchains or sources; a session that still uses one keeps its files open or makes a new one.
fn remove_older(root: &Path, kept: &TemplateDir) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        let older = TemplateDir::new(&path);
        if path != kept.root() && older.description().is_file() {
            let _ = fs::remove_dir_all(&path);
            let _ = fs::remove_file(path.with_extension("lock"));
        }
    }
}

/// Removes the registration, and the templates unless another registration uses them.
pub(crate) fn uninstall(place: &Place, name: &str) -> Result<(), Failure> {
    let installation = Installation::at(place, name)?;
    if !installation.spec.join("kernel.json").is_file() {
        return Err(Failure::NotInstalled(installation.spec));
    }
    let template = installation.template();
    let writing = |path: &Path, error: std::io::Error| Failure::writing(path, &error);
    fs::remove_dir_all(&installation.spec).map_err(|error| writing(&installation.spec, error))?;
    if let Some(template) = template
        && !used_elsewhere(&installation, &template)
        && template.root().exists()
    {
        fs::remove_dir_all(template.root()).map_err(|error| writing(template.root(), error))?;
        let _ = fs::remove_file(template.root().with_extension("lock"));
    }
    println!(
        "{}",
        Lang::current().pick(
            format!("{} から登録を消しました。", installation.spec.display()),
            format!("The registration in {} was removed.", installation.spec.display()),
        )
    );
    Ok(())
}

fn used_elsewhere(installation: &Installation, template: &TemplateDir) -> bool {
    let kernels = installation.spec.parent().map(fs::read_dir);
    kernels.into_iter().flatten().flatten().flatten().any(|entry| {
        let other = Installation { spec: entry.path(), templates: installation.templates.clone() };
        other.template().is_some_and(|other| other.root() == template.root())
    })
}

/// Shows what is being made, on a terminal as one moving line, else as lines.
fn with_bar<T>(work: impl FnOnce(&mut dyn FnMut(Progress)) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(120));
    let done = work(&mut |progress| {
        if bar.is_hidden() {
            eprintln!("{progress}");
        } else {
            bar.set_message(progress.to_string());
        }
    });
    bar.finish_and_clear();
    done
}
