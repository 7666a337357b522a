//! `kakunin site` and `kakunin read`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{kakunin, run_in};
use std::path::Path;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_notebook_and_the_questions_become_pages_that_need_nothing_from_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run_in(dir.path(), "site --out course");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let course = dir.path().join("course");
    let index = read(&course.join("index.html"));
    let notebooks = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("notebooks");
    let mut pages = vec!["questions.html".to_owned(), "errata.html".to_owned()];
    for notebook in std::fs::read_dir(notebooks).unwrap().map(|entry| entry.unwrap().path()) {
        if notebook.extension().is_some_and(|extension| extension == "ipynb") {
            pages.push(format!("{}.html", notebook.file_stem().unwrap().to_str().unwrap()));
        }
    }
    assert!(pages.len() > 1);
    for page in &pages {
        assert!(index.contains(&format!("href=\"{page}\"")), "{page}");
        let html = read(&course.join(page));
        for outside in ["src=\"http", "<link", "@import", "url("] {
            assert!(!html.contains(outside), "{page}: {outside}");
        }
    }
}

#[test]
fn the_errata_lead_to_cells_that_are_there() {
    let dir = tempfile::tempdir().unwrap();
    run_in(dir.path(), "site --out course");
    let course = dir.path().join("course");
    let errata = read(&course.join("errata.html"));
    let links: Vec<(&str, &str)> = errata
        .split("<a href=\"")
        .skip(1)
        .filter_map(|piece| piece.split_once('"')?.0.split_once('#'))
        .collect();
    assert!(links.len() > 20, "{links:?}");
    for (page, cell) in links {
        assert!(read(&course.join(page)).contains(&format!("id=\"{cell}\"")), "{page} {cell}");
    }
    assert!(
        errata.contains("id=\"erratum-sigmoid_half\"")
            && errata.contains("<code>lab::activations</code></a>")
    );
}

#[test]
fn a_second_time_replaces_the_pages() {
    let dir = tempfile::tempdir().unwrap();
    run_in(dir.path(), "site --out course");
    let first = read(&dir.path().join("course/index.html"));
    assert_eq!(run_in(dir.path(), "site --out course").0, 0);
    assert_eq!(read(&dir.path().join("course/index.html")), first);
}

#[test]
fn a_file_where_the_folder_should_be_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "").unwrap();
    let (code, _, said) = run_in(dir.path(), "site --out file --lang en");
    assert!(code == 2 && said.lines().count() == 1 && said.contains("file"), "{said}");
    let (code, _, said) = run_in(dir.path(), "site");
    assert!(code == 2 && said.contains("--out"), "{said}");
}

#[cfg(unix)]
#[test]
fn without_a_browser_the_place_to_open_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let output = kakunin("read")
        .env("PATH", "")
        .env_remove("BROWSER")
        .env("KAKUNIN_CACHE", dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.trim(), dir.path().join("site/index.html").to_str().unwrap());
    assert!(String::from_utf8(output.stderr).unwrap().contains("ブラウザー"));
}
