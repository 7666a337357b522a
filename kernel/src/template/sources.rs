//! The sources a template is made from: the repository, or another template's copy of it.

use crate::layout::TemplateDir;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What the companion and the prelude are made of, below the repository's root.
const PARTS: [&str; 4] = ["src", "prelude/src", "prelude/Cargo.toml", "data"];

/// How a template is made: when this changes, so does every template.
const MADE_BY: [&str; 5] = [
    include_str!("making.rs"),
    include_str!("crates.rs"),
    include_str!("../layout.rs"),
    include_str!("../tool/manifest.rs"),
    include_str!("../tool/notes.rs"),
];

/// A checkout of the repository, or a template's copy of it.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    root: PathBuf,
    lock: PathBuf,
}

impl Sources {
    /// The repository this binary was built in.
    pub(crate) fn built_in() -> Sources {
        Sources::at(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")))
    }

    /// The copy that a template keeps.
    pub(crate) fn of(template: &TemplateDir) -> Sources {
        Sources { root: template.workspace(), lock: template.lock() }
    }

    /// A checkout: the manifest and the lock file side by side.
    pub(crate) fn at(root: &Path) -> Sources {
        Sources { root: root.to_owned(), lock: root.join("Cargo.lock") }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn lock(&self) -> &Path {
        &self.lock
    }

    /// Whether everything a template is made of is there.
    pub(crate) fn complete(&self) -> bool {
        self.lock.is_file()
            && self.root.join("Cargo.toml").is_file()
            && PARTS.iter().all(|part| self.root.join(part).exists())
    }

    /// The key of the template that `toolchain` (`rustc -vV`) makes of these sources.
    pub(crate) fn key(&self, toolchain: &str) -> io::Result<String> {
        let mut hash = Sha256::new();
        for made_by in MADE_BY {
            hash.update(made_by);
        }
        hash.update(toolchain);
        hash.update(fs::read(&self.lock)?);
        hash.update(self.manifest()?);
        for part in PARTS {
            let top = self.root.join(part);
            for entry in WalkDir::new(&top).sort_by_file_name() {
                let entry = entry?;
                if entry.file_type().is_file() {
                    let path = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
                    hash.update(path.as_os_str().as_encoded_bytes());
                    hash.update([0]);
                    hash.update(Sha256::digest(fs::read(entry.path())?));
                }
            }
        }
        Ok(crate::tool::hex(&hash.finalize())[..16].to_owned())
    }

    /// Copies what is needed to `workspace`.
    pub(crate) fn copy_to(&self, workspace: &Path) -> io::Result<()> {
        fs::create_dir_all(workspace)?;
        fs::write(workspace.join("Cargo.toml"), self.manifest()?)?;
        PARTS.iter().try_for_each(|part| copy_tree(&self.root.join(part), &workspace.join(part)))
    }

    /// The repository's manifest without what a template has no use for: other members, tests and benches.
    fn manifest(&self) -> io::Result<String> {
        let text = fs::read_to_string(self.root.join("Cargo.toml"))?;
        let mut manifest: toml::Table = text.parse().map_err(io::Error::other)?;
        if let Some(workspace) = manifest.get_mut("workspace").and_then(toml::Value::as_table_mut) {
            let members = [".", "prelude"].map(|member| toml::Value::String(member.to_owned()));
            workspace.insert("members".to_owned(), toml::Value::Array(members.to_vec()));
            workspace.remove("default-members");
            workspace.remove("exclude");
        }
        for unused in ["bench", "dev-dependencies", "profile"] {
            manifest.remove(unused);
        }
        toml::to_string(&manifest).map_err(io::Error::other)
    }
}

/// Copies a file, or a folder with all that is in it.
pub(super) fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    copy_tree_by(from, to, |source, target| fs::copy(source, target).map(drop))
}

/// The same with another way to copy a file.
pub(super) fn copy_tree_by(
    from: &Path,
    to: &Path,
    copy: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let below = entry.path().strip_prefix(from).unwrap_or(entry.path());
        let target = if below.as_os_str().is_empty() { to.to_owned() } else { to.join(below) };
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Whether a file of a target folder holds compiled code or what rustc knows of it.
pub(super) fn is_library(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| ["rlib", "rmeta", "so", "dylib"].iter().any(|known| extension == *known))
}
