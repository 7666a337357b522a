//! The committed notebooks.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use kakunin_notebooks::{compare, ipynb, lessons, read};
use nbformat::v4::Output;
use std::process::Command;

/// Bigger ones load slowly on a forge.
const LARGEST: usize = 2_000_000;

fn build(words: &[&str]) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_kakunin-notebooks")).arg("build").args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_notebook_is_what_its_source_makes_it() {
    build(&["--check"]);
}

#[test]
fn every_cell_was_run_and_none_failed_that_must_not() {
    for lesson in lessons().unwrap() {
        let notebook = ipynb::parse(&read(&lesson.ipynb).unwrap()).unwrap();
        for cell in &notebook.cells {
            let nbformat::v4::Cell::Code { execution_count, outputs, metadata, .. } = cell else { continue };
            let source = cell.source().concat();
            assert!(execution_count.is_some(), "{}: {source}", lesson.name);
            let failed = outputs.iter().any(|output| matches!(output, Output::Error(_)));
            assert_eq!(failed, metadata.tags.is_some(), "{}: {source}", lesson.name);
        }
    }
}

#[test]
fn each_training_of_the_course_is_shown_in_exactly_one_notebook() {
    let said = lessons().unwrap().into_iter().map(|lesson| {
        let notebook = ipynb::parse(&read(&lesson.ipynb).unwrap()).unwrap();
        let texts: Vec<String> =
            ipynb::outputs(&notebook).iter().map(|outputs| compare::text(outputs)).collect();
        (lesson.name, texts.join("\n"))
    });
    let said: Vec<(String, String)> = said.collect();
    for row in kakunin::course::experiments() {
        let begins = format!("{} ", row.id());
        let shows = |text: &str| text.lines().any(|line| line.starts_with(&begins));
        let shown: Vec<&str> =
            said.iter().filter(|(_, text)| shows(text)).map(|(name, _)| name.as_str()).collect();
        assert_eq!(shown.len(), 1, "{}: {shown:?}", row.id());
    }
}

#[test]
fn no_notebook_is_too_big_for_a_forge_to_show() {
    for lesson in lessons().unwrap() {
        let size = read(&lesson.ipynb).unwrap().len();
        assert!(size <= LARGEST, "{}: {size} bytes", lesson.name);
    }
}

#[test]
#[ignore = "builds the kernel and runs all notebooks: many minutes"]
fn every_cell_says_again_what_the_notebook_says() {
    build(&["--run", "--check"]);
}
