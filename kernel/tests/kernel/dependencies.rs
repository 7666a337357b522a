//! Crates that a cell asks for. What is not built in comes from crates.io.

use crate::notebook::{Notebook, notebook};
use crate::processes;
use std::fs;
use std::path::Path;

#[test]
fn what_is_built_in_is_there_whatever_way_it_is_asked_for() {
    let mut notebook = notebook();
    for line in [":dep ndarray = \"0.17\"", ":dep ndarray", ":dep kakunin = { path = \"..\" }"] {
        notebook.ok(line);
    }
    assert_eq!(notebook.value("ndarray::arr1(&[1, 2]).sum()"), "3");
}

#[test]
fn another_version_of_what_is_built_in_is_refused_in_one_sentence() {
    let mut notebook = notebook();
    let failed = notebook.run(":dep ndarray = \"0.16\"\nlet a = 1;").failed();
    assert_eq!(failed.value.lines().count(), 1);
    assert!(failed.value.contains("0.16") && failed.value.contains("0.17"), "{}", failed.value);
    assert_eq!(notebook.run("a").failed().name, "error[E0425]");
}

#[test]
fn a_further_crate_is_fetched_and_earlier_variables_stay() {
    let mut notebook = Notebook::new();
    notebook.ok("let v = vec![1, 2, 3];\nuse kakunin::prelude::*;");
    notebook.ok(":dep itoa = \"1\"");
    assert_eq!(notebook.value("itoa::Buffer::new().format(v.len()).to_owned()"), "\"3\"");
    assert_eq!(notebook.value("array![1.0, 2.0].sum()"), "3.0");
    notebook.run("panic!()").failed();
    assert_eq!(notebook.value("v"), "[1, 2, 3]");
}

#[test]
fn a_crate_that_does_not_exist_is_an_error_and_the_session_goes_on() {
    let mut notebook = Notebook::new();
    notebook.ok("let x = 1;");
    let failed = notebook.run(":dep this-crate-does-not-exist-anywhere = \"1\"").failed();
    assert!(failed.traceback.contains("this-crate-does-not-exist-anywhere"), "{}", failed.traceback);
    assert_eq!(notebook.value("x"), "1");
}

/// Writes a crate with one constant and this build script.
fn write_crate(folder: &Path, build_script: &str) {
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"slow\"\nedition = \"2024\"\n").unwrap();
    fs::write(folder.join("src/lib.rs"), "pub const ONE: i32 = 1;\n").unwrap();
    fs::write(folder.join("build.rs"), build_script).unwrap();
}

#[test]
fn an_interrupt_ends_the_build_of_a_crate_which_can_be_asked_for_again() {
    let mut notebook = Notebook::new();
    notebook.ok("let x = 1;");
    let folder = notebook.folder().to_owned();
    let slow = folder.join("slow");
    let building = || processes::of(&folder).into_iter().find(|process| process.runs("build-script-build"));
    write_crate(&slow, "fn main() { loop { std::thread::park(); } }");
    let dep = format!(":dep slow = {{ path = {slow:?} }}");
    let id = notebook.start(&dep);
    processes::awaited("the build script", building);
    notebook.interrupt();
    assert_eq!(notebook.finish(&id).failed().name, "Interrupted");
    processes::awaited("the end of the build script", || building().is_none().then_some(()));
    assert_eq!(notebook.value("x"), "1");
    write_crate(&slow, "fn main() {}");
    notebook.ok(&dep);
    assert_eq!(notebook.value("slow::ONE + x"), "2");
}

#[test]
#[ignore = "builds tokio: about a minute"]
fn a_cell_may_wait_for_a_future() {
    let mut notebook = Notebook::new();
    notebook.ok("let x = 1;");
    notebook.ok(":dep tokio = { version = \"1\", features = [\"rt\", \"rt-multi-thread\", \"time\"] }");
    let waits = "tokio::time::sleep(std::time::Duration::from_millis(10)).await;\nlet y = x + 1;";
    notebook.ok(waits);
    assert_eq!(notebook.value("y"), "2");
}
