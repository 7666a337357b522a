//! However a kernel ends, no process and no folder of it is left.

use std::path::PathBuf;

use nix::sys::signal::Signal;

use crate::notebook::{Notebook, left};
use crate::processes::{self, awaited};

/// A kernel with a variable, a child process of a cell, and a cell that runs.
fn busy() -> Notebook {
    let mut notebook = Notebook::new();
    notebook.ok("let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn()?;");
    let id = notebook.start("println!(\"running\");\nloop { std::hint::spin_loop(); }");
    notebook.until_text(&id, "running");
    notebook
}

fn nothing_is_left(notebook: &Notebook) {
    processes::await_end(notebook.folder());
    awaited("an empty folder", || {
        // The meeting place of fronts and backs is shared by all kernels of a user.
        let files: Vec<_> = left(notebook.folder())
            .into_iter()
            .filter(|path| !path.is_dir() || std::fs::read_dir(path).unwrap().next().is_some())
            .collect();
        files.is_empty().then_some(())
    });
}

#[test]
fn after_a_shutdown_nothing_is_left() {
    let mut notebook = Notebook::new();
    notebook.ok("let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn()?;");
    assert!(notebook.shut_down().success());
    nothing_is_left(&notebook);
}

#[test]
fn after_a_shutdown_during_an_endless_analysis_nothing_is_left() {
    let mut notebook = Notebook::new();
    notebook.ok("1 + 1");
    let id = notebook.start(&crate::survival::endless_to_analyse());
    notebook.until(&id, "execute_input");
    notebook.shut_down();
    nothing_is_left(&notebook);
}

#[test]
fn after_a_shutdown_during_an_endless_cell_nothing_is_left() {
    let mut notebook = busy();
    notebook.shut_down();
    nothing_is_left(&notebook);
}

#[test]
fn after_a_shutdown_before_the_kernel_is_warm_nothing_is_left() {
    let mut notebook = Notebook::new();
    notebook.shut_down();
    nothing_is_left(&notebook);
}

#[test]
fn after_a_polite_signal_nothing_is_left() {
    let mut notebook = busy();
    notebook.signal_front(Signal::SIGTERM);
    nothing_is_left(&notebook);
}

#[test]
fn a_front_that_is_killed_takes_all_but_its_own_sockets_with_it() {
    let mut notebook = busy();
    notebook.signal_front(Signal::SIGKILL);
    processes::await_end(notebook.folder());
    awaited("the session's end", || {
        // The front's own sockets are swept away by the next kernel of this user.
        let of_the_session = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("kakunin-") && std::fs::read_dir(path).unwrap().next().is_some()
        };
        left(notebook.folder()).iter().all(|path| !of_the_session(path)).then_some(())
    });
}

#[test]
fn a_back_that_is_killed_is_replaced_and_its_processes_end() {
    let mut notebook = Notebook::new();
    notebook.ok("let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn()?;");
    let id = notebook.start("println!(\"running\");\nloop { std::hint::spin_loop(); }");
    notebook.until_text(&id, "running");
    let old = processes::of(notebook.folder());
    processes::back(notebook.folder()).kill();
    notebook.finish(&id).failed();
    assert_eq!(notebook.value("1 + 1"), "2");
    awaited("the end of the old processes", || {
        let now = processes::of(notebook.folder());
        let old_ones = old.iter().filter(|process| process.pid != notebook.front());
        old_ones.clone().all(|process| !now.iter().any(|other| other.pid == process.pid)).then_some(())
    });
    notebook.shut_down();
    nothing_is_left(&notebook);
}

#[test]
fn a_supervisor_that_is_killed_is_replaced_and_its_processes_end() {
    let mut notebook = Notebook::new();
    notebook.ok("let x = 1;\nlet child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn()?;");
    let id = notebook.start("println!(\"running\");\nloop { std::hint::spin_loop(); }");
    notebook.until_text(&id, "running");
    processes::supervisor(notebook.folder()).kill();
    notebook.finish(&id).failed();
    assert_eq!(notebook.value("1 + 1"), "2");
    notebook.shut_down();
    nothing_is_left(&notebook);
}

#[test]
fn a_kernel_ends_with_the_server_that_started_it() {
    let mut notebook = Notebook::under_a_server();
    notebook.ok("1 + 1");
    notebook.signal_front(Signal::SIGKILL);
    nothing_is_left(&notebook);
}
