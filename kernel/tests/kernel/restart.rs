//! "Restart Kernel": a new front takes over the warm back of the old one.

use std::path::PathBuf;

use crate::notebook::{Notebook, left, notebook};
use crate::processes;

#[test]
fn a_restart_keeps_the_warm_back_and_forgets_the_session() {
    let mut notebook = Notebook::new();
    notebook.ok("let x = 1;\nfn f() -> i32 { 2 }");
    let (front, back) = (notebook.front(), processes::back(notebook.folder()).pid);
    notebook.restart();
    assert_ne!(notebook.front(), front);
    assert_eq!(notebook.run("x").failed().name, "error[E0425]");
    let ran = notebook.run("f()");
    assert_eq!(ran.failed().name, "error[E0425]");
    assert_eq!(ran.reply["execution_count"], 2);
    assert_eq!(notebook.value("1 + 1"), "2");
    assert_eq!(processes::back(notebook.folder()).pid, back);
}

#[test]
fn a_kernel_is_restarted_again_and_again() {
    let mut notebook = notebook();
    notebook.ok("let x = 1;");
    let back = processes::back(notebook.folder()).pid;
    for i in 0..10 {
        notebook.ok(&format!("let x = {i};"));
        notebook.restart();
        assert_eq!(processes::back(notebook.folder()).pid, back);
    }
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn a_restart_during_an_endless_cell_gives_an_empty_session() {
    let mut notebook = Notebook::new();
    let id = notebook.start("let x = 1;\nprintln!(\"running\");\nloop {}");
    notebook.until_text(&id, "running");
    notebook.restart();
    assert_eq!(notebook.run("x").failed().name, "error[E0425]");
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn the_sockets_of_a_kernel_are_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut notebook = notebook();
    notebook.ok("1 + 1");
    let mode = |path: &PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
    let folders: Vec<PathBuf> = left(notebook.folder()).into_iter().filter(|path| path.is_dir()).collect();
    assert!(folders.len() >= 4, "{folders:?}");
    for folder in folders {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
}
