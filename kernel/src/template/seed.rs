//! A session's own target folder, for the day it needs cargo.

use super::sources::{copy_tree_by, is_library};
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
    copy_tree_by(&from, &to, link_or_copy)?;
    fs::copy(template.lock(), crate_dir.join("Cargo.lock"))?;
    Ok(())
}

fn link_or_copy(source: &Path, target: &Path) -> io::Result<()> {
    if is_library(source) && fs::hard_link(source, target).is_ok() {
        return Ok(());
    }
    fs::copy(source, target)?;
    let modified = fs::metadata(source)?.modified()?;
    fs::File::options().append(true).open(target)?.set_modified(modified)
}
