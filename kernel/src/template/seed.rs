//! A session's own target folder, for the day it needs cargo.

use crate::layout::TemplateDir;
use std::fs;
use std::io;
use std::path::Path;

/// Gives the session what cargo built for the template, so that a further dependency does not build the companion
/// again. Libraries are linked (cargo replaces them, it does not write into them), the rest is copied with its times,
/// by which cargo knows that nothing changed.
pub(crate) fn seed_target(template: &TemplateDir, crate_dir: &Path) -> io::Result<()> {
    let (from, to) = (template.target(), crate_dir.join("target"));
    if std::env::var_os(crate::tool::NOTING_ENV).is_some() || to.join("debug").exists() || !from.is_dir() {
        return Ok(());
    }
    copy_tree(&from, &to)?;
    fs::copy(template.lock(), crate_dir.join("Cargo.lock"))?;
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_tree(&source, &target)?;
        } else if !is_library(&source) || fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target)?;
            let modified = entry.metadata()?.modified()?;
            fs::File::options().append(true).open(&target)?.set_modified(modified)?;
        }
    }
    Ok(())
}

fn is_library(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| ["rlib", "rmeta", "so", "dylib"].iter().any(|known| extension == *known))
}
