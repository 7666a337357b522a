//! Crates that a cell asks for. What is not built in comes from crates.io.

use crate::notebook::{Notebook, notebook};

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
