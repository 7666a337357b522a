//! The template: everything of a session that is the same in every session, made once by `install`.
//!
//! Its key is a hash of the toolchain, the companion's sources and the lock file; a changed toolchain makes another
//! template. It holds the sources it was made from, so it can be made again after the repository is gone.

mod crates;
mod making;
mod places;
mod seed;
mod sources;

pub(crate) use making::{Progress, WARMING_UP, make};
pub(crate) use places::{cache, default_root, own_cells};
pub(crate) use seed::seed_target;
pub(crate) use sources::Sources;

use crate::layout::TemplateDir;
use kakunin::Lang;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What a template is: written last, so that a template without it is not one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Description {
    /// hash of all that the compiled libraries depend on
    pub(crate) key: String,
    /// `rustc -vV`
    pub(crate) toolchain: String,
    pub(crate) cargo: PathBuf,
    pub(crate) rustc: PathBuf,
    /// the manifest that evcxr writes for a session without further dependencies
    pub(crate) manifest: String,
    /// crates of the registry that cells find, with their exact versions
    pub(crate) companion: Vec<(String, String)>,
    /// the version of `kakunin`
    pub(crate) version: String,
    /// libstd and the prelude, in the order in which the runner loads them
    pub(crate) libraries: Vec<PathBuf>,
    /// the repository it was made from, for `doctor`
    pub(crate) made_from: PathBuf,
    /// every file a session reads, with its size
    pub(crate) files: Vec<(PathBuf, u64)>,
}

impl Description {
    pub(crate) fn read(template: &TemplateDir) -> io::Result<Description> {
        let path = template.description();
        let text = fs::read(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// The description of the template that this process's session uses.
    pub(crate) fn in_use() -> io::Result<&'static Description> {
        static KNOWN: OnceLock<Description> = OnceLock::new();
        if let Some(known) = KNOWN.get() {
            return Ok(known);
        }
        let template = TemplateDir::from_env()
            .ok_or_else(|| io::Error::other(format!("{} is not set", TemplateDir::ENV)))?;
        let read = Description::read(&template)?;
        Ok(KNOWN.get_or_init(|| read))
    }

    fn write(&self, template: &TemplateDir) -> io::Result<()> {
        let file = tempfile::NamedTempFile::new_in(template.root())?;
        fs::write(file.path(), serde_json::to_vec_pretty(self)?)?;
        // Others who share the template read it.
        let mut permissions = fs::metadata(file.path())?.permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
        fs::set_permissions(file.path(), permissions)?;
        file.persist(template.description())?;
        Ok(())
    }

    /// What is wrong with the template, if anything is.
    pub(crate) fn fault(&self, template: &TemplateDir) -> Option<Fault> {
        match toolchain_version(&self.rustc) {
            Err(_) => return Some(Fault::NoToolchain(self.rustc.clone())),
            Ok(found) if found != self.toolchain => return Some(Fault::OtherToolchain { found }),
            Ok(_) => {}
        }
        let damaged = |path: &Path, size: u64| fs::metadata(path).map_or(true, |about| about.len() != size);
        self.files
            .iter()
            .find(|(path, size)| damaged(&template.root().join(path), *size))
            .map(|(path, _)| Fault::Damaged(path.clone()))
    }
}

/// Why a template cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is none, or it was not finished.
    Missing,
    /// The file that is missing or has another size.
    Damaged(PathBuf),
    /// The compiler it was made with is gone.
    NoToolchain(PathBuf),
    /// The compiler was replaced by another version.
    OtherToolchain { found: String },
}

impl Fault {
    /// The sentence for a template at `root`.
    pub(crate) fn explained(&self, root: &Path) -> String {
        let (ja, en) = match self {
            Fault::Missing => {
                (format!("{} がありません。", root.display()), format!("{} is missing.", root.display()))
            }
            Fault::Damaged(path) => {
                let path = root.join(path);
                (format!("{} が壊れています。", path.display()), format!("{} is damaged.", path.display()))
            }
            Fault::NoToolchain(rustc) => {
                (format!("{} がなくなっています。", rustc.display()), format!("{} is gone.", rustc.display()))
            }
            Fault::OtherToolchain { found } => {
                let found = found.lines().next().unwrap_or_default();
                (format!("Rust が {found} に変わりました。"), format!("Rust is now {found}."))
            }
        };
        Lang::current().pick(ja, en)
    }
}

/// The template's description if it can be used, else what is wrong.
pub(crate) fn examine(template: &TemplateDir) -> Result<Description, Fault> {
    let known = Description::read(template).map_err(|_| Fault::Missing)?;
    if known.manifest.is_empty() {
        return Err(Fault::Missing);
    }
    match known.fault(template) {
        None => Ok(known),
        Some(fault) => Err(fault),
    }
}

/// `rustc -vV`
pub(crate) fn toolchain_version(rustc: &Path) -> io::Result<String> {
    let output = Command::new(rustc).arg("-vV").output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
