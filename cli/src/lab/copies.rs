//! 作業フォルダー: ノートブックの写し。学習者が変えたものには触らない。

use crate::output::{Target, check_folder};
use kakunin::{Error, ErrorKind, Lang};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// What was last copied: name → SHA-256 of the copy.
const RECORD: &str = ".kakunin.json";

/// Brings the copies in `folder` up to date; gives what the learner should know.
///
/// A copy that is still as it was written is replaced by a newer notebook. One that was changed is kept, whatever
/// became of the notebook.
pub(super) fn copy(repository: &Path, folder: &Path) -> Result<Vec<String>, Error> {
    check_folder(folder)?;
    let record = folder.join(RECORD);
    let mut copied: Map<String, Value> =
        fs::read(&record).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let mut remarks = vec![];
    for source in notebooks_in(&repository.join("notebooks"))? {
        let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&source).map_err(|e| unreadable(&source, &e))?;
        let text = with_absolute_path(&text, repository);
        let copy = folder.join(&name);
        let found = fs::read(&copy).ok().map(|found| digest(&found));
        let (known, new) = (copied.get(&name).and_then(Value::as_str), digest(text.as_bytes()));
        match &found {
            Some(found) if *found == new => {}
            Some(found) if known != Some(found) => {
                if known != Some(&new) {
                    remarks.push(kept(&copy));
                }
                continue;
            }
            _ => Target::check(&copy)?.write(&text)?,
        }
        copied.insert(name, new.into());
    }
    Target::check(&record)?.write(&format!("{:#}\n", Value::Object(copied)))?;
    Ok(remarks)
}

/// The notebooks of a folder, in order.
pub(crate) fn notebooks_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(|e| unreadable(folder, &e))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ipynb"))
        .collect();
    found.sort();
    if found.is_empty() {
        return Err(unreadable(folder, &std::io::ErrorKind::NotFound.into()));
    }
    Ok(found)
}

/// The library is named relative to the repository's own notebooks; a copy lies elsewhere.
fn with_absolute_path(notebook: &str, repository: &Path) -> String {
    // A string of TOML within a string of JSON.
    let within = |text: &str| {
        let quoted = Value::from(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let here = format!("path = {}", Value::from(repository.to_string_lossy()));
    notebook.replace(&within("path = \"..\""), &within(&here))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kept(copy: &Path) -> String {
    let copy = copy.display();
    Lang::current().pick(
        format!("{copy} は変更されているので、そのままにしました。新しい版が要るときは、名前を変えてから、もう一度実行してください。"),
        format!("{copy} was changed and is kept as it is; to get the new edition, rename it and run this again."),
    )
}

fn unreadable(path: &Path, e: &std::io::Error) -> Error {
    let path = path.display();
    Error::new(
        ErrorKind::Data,
        format!("ノートブックを {path} から読めません（{e}）。リポジトリを取得しなおしてください。"),
        format!("The notebooks can't be read from {path} ({e}); get the repository again."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one notebook, and a working folder.
    fn folders(text: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let (repository, folder) = (dir.path().join("repository \"a\\b\""), dir.path().join("work"));
        fs::create_dir_all(repository.join("notebooks")).unwrap();
        edit(&repository, text);
        (dir, repository, folder)
    }

    fn edit(repository: &Path, text: &str) {
        fs::write(repository.join("notebooks/01.ipynb"), text).unwrap();
    }

    fn copied(folder: &Path) -> String {
        fs::read_to_string(folder.join("01.ipynb")).unwrap()
    }

    #[test]
    fn a_copy_names_the_library_by_its_absolute_path() {
        let (_dir, repository, folder) = folders(r#"{"source": [":dep kakunin = { path = \"..\" }"]}"#);
        assert!(copy(&repository, &folder).unwrap().is_empty());
        let copied: Value = serde_json::from_str(&copied(&folder)).unwrap();
        let line = copied["source"][0].as_str().unwrap();
        let named: Value =
            serde_json::from_str(line.split_once("path = ").unwrap().1.trim_end_matches(" }")).unwrap();
        assert_eq!(named.as_str(), repository.to_str());
    }

    #[test]
    fn a_copy_that_nobody_changed_follows_the_notebook() {
        let (_dir, repository, folder) = folders("one");
        copy(&repository, &folder).unwrap();
        edit(&repository, "two");
        assert!(copy(&repository, &folder).unwrap().is_empty());
        assert_eq!(copied(&folder), "two");
    }

    #[test]
    fn a_copy_that_was_changed_is_kept_and_a_new_edition_is_told() {
        let (_dir, repository, folder) = folders("one");
        copy(&repository, &folder).unwrap();
        fs::write(folder.join("01.ipynb"), "mine").unwrap();
        assert!(copy(&repository, &folder).unwrap().is_empty(), "there is no new edition");
        edit(&repository, "two");
        for _ in 0..2 {
            assert_eq!(copy(&repository, &folder).unwrap().len(), 1);
            assert_eq!(copied(&folder), "mine");
        }
    }

    #[test]
    fn a_file_of_that_name_that_was_never_copied_is_kept() {
        let (_dir, repository, folder) = folders("one");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("01.ipynb"), "mine").unwrap();
        assert_eq!(copy(&repository, &folder).unwrap().len(), 1);
        assert_eq!(copied(&folder), "mine");
    }

    #[test]
    fn a_copy_that_was_deleted_comes_back() {
        let (_dir, repository, folder) = folders("one");
        copy(&repository, &folder).unwrap();
        fs::remove_file(folder.join("01.ipynb")).unwrap();
        copy(&repository, &folder).unwrap();
        assert_eq!(copied(&folder), "one");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_said_in_one_sentence() {
        let (dir, repository, _) = folders("one");
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let error = copy(&repository, &file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Output);
    }
}
