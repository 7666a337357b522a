//! The notebooks: `notebooks/src/*.md` is what is written, `notebooks/*.ipynb` is made of it, outputs included.
//!
//! In reading order: [`source`] (Markdown → cells), [`ipynb`] (cells and outputs → the file, and back), [`kernel`]
//! (cells → outputs), [`compare`] (do the cells still say what the file says).

pub mod compare;
pub mod ipynb;
pub mod kernel;
pub mod source;

use std::path::{Path, PathBuf};

/// The folder of the notebooks.
pub fn folder() -> PathBuf {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR"));
    tool.parent().unwrap_or(tool).to_owned()
}

/// One notebook: its name, its source and its file.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// `01_勾配消失`
    pub name: String,
    /// the Markdown
    pub source: PathBuf,
    /// the notebook
    pub ipynb: PathBuf,
}

/// All notebooks that have a source, by name.
///
/// # Errors
/// If the folder can't be read.
pub fn lessons() -> Result<Vec<Lesson>, String> {
    let folder = folder();
    let sources = folder.join("src");
    let entries = std::fs::read_dir(&sources).map_err(|e| format!("{}: {e}", sources.display()))?;
    let mut lessons: Vec<Lesson> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|source| {
            let name = source.file_stem()?.to_str()?.to_owned();
            Some(Lesson { ipynb: folder.join(format!("{name}.ipynb")), name, source })
        })
        .collect();
    lessons.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(lessons)
}

/// The text of a file.
///
/// # Errors
/// If it can't be read.
pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
