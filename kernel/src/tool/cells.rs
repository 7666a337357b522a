//! Libraries of cells compiled before: by what they were compiled from, not by when or where.

use super::plan::{Plan, hex};
use super::settings::CellSettings;
use crate::layout::TemplateDir;
use crate::template::Description;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The learner's own store is kept below this size; the oldest go first.
const STORE_BYTES: u64 = 256 << 20;

/// The stores, and all that a cell's key holds apart from its text.
pub(super) struct Cells {
    /// The learner's store, then the template's (filled at installation, read-only).
    stores: Vec<PathBuf>,
    /// Toolchain, companion and prelude (the template's key), rustc's flags and dependencies.
    conditions: String,
}

impl Cells {
    pub(super) fn open(
        template: &TemplateDir,
        known: &Description,
        plan: &Plan,
        settings: &CellSettings,
    ) -> Cells {
        let filling = std::env::var_os(crate::fill::FILLING_ENV).is_some();
        let own = (!filling).then(|| crate::template::own_cells(known));
        Cells {
            stores: own.into_iter().chain([template.cells()]).collect(),
            conditions: format!("{}\n{}\n{plan:?}", known.key, settings.opt_level),
        }
    }

    fn name(&self, source: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.conditions);
        hash.update([0]);
        hash.update(source);
        hex(&hash.finalize()) + ".so"
    }

    /// Puts the library of `source` at `library`, if one is kept.
    ///
    /// A copy: two libraries with one inode are one library to the dynamic loader, and a cell that runs twice must
    /// have its statics twice.
    pub(super) fn fetch(&self, source: &str, library: &Path) -> bool {
        let name = self.name(source);
        self.stores.iter().filter(|_| is_all_there(source)).any(|store| {
            let kept = store.join(&name);
            let found = fs::copy(&kept, library).is_ok();
            if found {
                // For the age by which the store is cleared; a read-only store has none.
                let _ = fs::File::options()
                    .append(true)
                    .open(&kept)
                    .and_then(|file| file.set_modified(SystemTime::now()));
            }
            found
        })
    }

    /// Keeps the library of `source`, if the store can be written.
    pub(super) fn keep(&self, source: &str, library: &Path) {
        if let Some(store) = self.stores.first().filter(|_| is_all_there(source)) {
            // A full or read-only disk only means that the cell is compiled again next time.
            let _ = put(store, &self.name(source), library);
        }
    }
}

/// Whether the library depends on nothing but the text: macros such as `include_str!` and `env!` read other things.
fn is_all_there(source: &str) -> bool {
    !["include", "env!"].iter().any(|reads| source.contains(reads))
}

/// Written beside and renamed: another session never sees half a library.
fn put(store: &Path, name: &str, library: &Path) -> io::Result<()> {
    fs::create_dir_all(store)?;
    let file = tempfile::NamedTempFile::new_in(store)?;
    fs::copy(library, file.path())?;
    file.persist(store.join(name))?;
    Ok(())
}

/// Deletes the libraries that were not used for longest, down to the store's size.
pub(crate) fn clear_old(store: &Path) -> io::Result<()> {
    let mut kept: Vec<(SystemTime, u64, PathBuf)> = fs::read_dir(store)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let about = entry.metadata().ok()?;
            Some((about.modified().ok()?, about.len(), entry.path()))
        })
        .collect();
    kept.sort_by_key(|kept| std::cmp::Reverse(kept.0));
    let mut total = 0;
    for (_, bytes, path) in kept {
        total += bytes;
        if total > STORE_BYTES {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    /// A folder with a compiled cell, and a store of compiled cells in it.
    fn store() -> (tempfile::TempDir, Cells, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("lib.so");
        fs::write(&library, "compiled").unwrap();
        let cells = Cells {
            stores: vec![folder.path().join("own"), folder.path().join("shared")],
            conditions: "conditions".to_owned(),
        };
        (folder, cells, library)
    }

    #[test]
    fn a_kept_library_is_found_again_as_a_copy() {
        let (folder, cells, library) = store();
        let fetched = folder.path().join("fetched.so");
        assert!(!cells.fetch("source", &fetched));
        cells.keep("source", &library);
        assert!(cells.fetch("source", &fetched));
        assert_eq!(fs::read(&fetched).unwrap(), b"compiled");
        let kept = cells.stores[0].join(cells.name("source"));
        assert_ne!(fs::metadata(&fetched).unwrap().ino(), fs::metadata(&kept).unwrap().ino());
    }

    #[test]
    fn another_text_and_other_conditions_are_other_cells() {
        let (folder, cells, library) = store();
        let fetched = folder.path().join("fetched.so");
        cells.keep("source", &library);
        assert!(!cells.fetch("source ", &fetched));
        let other = Cells { conditions: "other".to_owned(), stores: cells.stores };
        assert!(!other.fetch("source", &fetched));
    }

    #[test]
    fn the_shared_store_is_read_and_never_written() {
        let (folder, cells, library) = store();
        put(&cells.stores[1], &cells.name("shared"), &library).unwrap();
        assert!(cells.fetch("shared", &folder.path().join("fetched.so")));
        cells.keep("own", &library);
        assert_eq!(fs::read_dir(&cells.stores[1]).unwrap().count(), 1);
    }

    #[test]
    fn without_a_store_nothing_is_kept() {
        let (folder, _, library) = store();
        let cells = Cells { stores: Vec::new(), conditions: String::new() };
        cells.keep("source", &library);
        assert!(!cells.fetch("source", &folder.path().join("fetched.so")));
    }

    #[test]
    fn the_libraries_that_were_not_used_for_longest_go_first() {
        let (folder, _, _) = store();
        let store = folder.path().join("full");
        fs::create_dir(&store).unwrap();
        for age in 0..3_u64 {
            // Files without content: each as large as half the store.
            let file = fs::File::create(store.join(age.to_string())).unwrap();
            file.set_len(STORE_BYTES / 2).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(3600 * (age + 1))).unwrap();
        }
        clear_old(&store).unwrap();
        let mut left: Vec<_> =
            fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["0", "1"]);
    }
}
