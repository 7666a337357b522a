//! The start of a kernel, and what it does where something is missing.

use std::path::Path;
use std::process::{Command, Output};

use kakunin_judges::client::connection_in;

use crate::installed::{Installed, PROGRAM, complaint, repository};
use crate::notebook::Notebook;

fn start(file: &Path) -> Output {
    Command::new(PROGRAM).arg(file).env("KAKUNIN_LANG", "en").env("KAKUNIN_HISTORY", "").output().unwrap()
}

#[test]
fn a_first_cell_may_come_long_after_the_start() {
    let mut notebook = Notebook::new();
    // Longer than an evaluator waits for the front that a restart has promised.
    std::thread::sleep(std::time::Duration::from_secs(35));
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn a_connection_file_that_is_missing_or_wrong_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connection.json");
    assert!(complaint(&start(&file)).starts_with("Can't read the connection file"));
    std::fs::write(&file, "{}").unwrap();
    assert!(complaint(&start(&file)).contains("is not a Jupyter connection file"));
}

#[test]
fn an_address_that_is_taken_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let info = connection_in(folder.path());
    let file = folder.path().join("connection.json");
    std::fs::write(&file, serde_json::to_string(&info).unwrap()).unwrap();
    let taken = folder.path().join("kernel-1");
    let _listener = std::os::unix::net::UnixListener::bind(&taken).unwrap();
    assert!(complaint(&start(&file)).contains(taken.to_str().unwrap()));
}

#[test]
fn questions_are_answered_while_the_kernel_warms_up() {
    let mut notebook = Notebook::new();
    let info = notebook.ask("kernel_info_request", serde_json::json!({}));
    assert_eq!(
        (&info["implementation"], &info["language_info"]["name"]),
        (&"kakunin".into(), &"rust".into())
    );
    let complete = notebook.ask("is_complete_request", serde_json::json!({ "code": "fn f() {" }));
    assert_eq!(complete["status"], "incomplete");
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn without_a_toolchain_on_the_path_the_installed_one_is_used() {
    let mut notebook = Notebook::with(Installed::shared(), &[("PATH", "/nowhere")]);
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn without_any_toolchain_each_cell_says_where_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut notebook = Notebook::with(
        Installed::shared(),
        &[
            ("PATH", "/nowhere"),
            ("KAKUNIN_TEMPLATE", folder.path().to_str().unwrap()),
            ("KAKUNIN_LANG", "en"),
        ],
    );
    for _ in 0..2 {
        let failed = notebook.run("1 + 1").failed();
        assert!(failed.value.contains("https://rustup.rs"), "{}", failed.value);
        assert_eq!(failed.value.matches("https://rustup.rs").count(), 1, "{}", failed.value);
    }
}

#[test]
fn a_cache_that_cannot_be_written_only_means_that_cells_are_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut notebook = Notebook::with(Installed::shared(), &[("KAKUNIN_CACHE", file.to_str().unwrap())]);
    notebook.ok("let x = 1;");
    assert_eq!(notebook.value("x + 1"), "2");
}

#[test]
#[ignore = "makes a template: a minute or two"]
fn a_damaged_template_is_made_again_with_a_message_and_the_cell_runs() {
    let folder = tempfile::tempdir().unwrap();
    let own = Installed::nothing_in(folder.path());
    own.succeed(&["install"]);
    std::fs::write(own.template().join("plan.json"), "{").unwrap();
    let mut notebook = Notebook::with(&own, &[("KAKUNIN_LANG", "en")]);
    let ran = notebook.ok("1 + 1");
    assert_eq!(ran.result(), "2");
    assert!(ran.stderr().contains("plan.json is damaged. Preparing anew"), "{}", ran.stderr());
    assert!(ran.stderr().contains("Compiling"), "{}", ran.stderr());
}

#[test]
#[ignore = "makes a template: a minute or two"]
fn two_sessions_that_find_no_template_make_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let shared = Installed::shared();
    let cold = Installed { cache: folder.path().join("cache"), jupyter: shared.jupyter.clone() };
    let missing = folder.path().join("missing");
    let environment = [("KAKUNIN_TEMPLATE", missing.to_str().unwrap()), ("KAKUNIN_LANG", "en")];
    let mut notebooks = [(); 2].map(|()| Notebook::with(&cold, &environment));
    let cells = notebooks.each_mut().map(|notebook| notebook.start("1 + 1"));
    let ran: Vec<_> = notebooks.iter_mut().zip(&cells).map(|(notebook, id)| notebook.finish(id)).collect();
    assert!(ran.iter().all(|ran| ran.result() == "2"));
    assert_eq!(ran.iter().filter(|ran| ran.stderr().contains("Compiling")).count(), 1, "{ran:?}");
    assert_eq!(ran.iter().filter(|ran| ran.stderr().contains("waiting for it")).count(), 1, "{ran:?}");
}

#[test]
#[ignore = "makes a template: a minute or two"]
fn a_repository_that_was_deleted_is_remarked_on_and_the_kernel_works_with_its_copy() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("clone");
    for part in ["Cargo.toml", "Cargo.lock", "src", "prelude", "data"] {
        copy(&repository().join(part), &source.join(part));
    }
    let own = Installed::nothing_in(folder.path());
    own.succeed(&["install".as_ref(), "--source".as_ref(), source.as_os_str()]);
    std::fs::remove_dir_all(&source).unwrap();
    let doctor = own.output(&["doctor"]);
    assert!(doctor.status.success());
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(said.contains(&format!("! sources: {} is gone", source.display())), "{said}");
    let mut notebook = Notebook::with(&own, &[]);
    notebook.ok(crate::results::SHORT);
    assert_eq!(notebook.value("short.run(0, &data)?.curve.len()"), "2");
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        let target = if entry.path() == from { to.to_owned() } else { target };
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
        } else {
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

#[test]
#[ignore = "ten kernels: half a gigabyte each"]
fn ten_sessions_at_once_do_not_meet() {
    let mut notebooks: Vec<Notebook> = (0..10).map(|_| Notebook::new()).collect();
    let cells: Vec<String> = notebooks
        .iter_mut()
        .enumerate()
        .map(|(i, notebook)| notebook.start(&format!("let x = {i};")))
        .collect();
    for (notebook, id) in notebooks.iter_mut().zip(&cells) {
        assert_eq!(notebook.finish(id).reply["status"], "ok");
    }
    for (i, notebook) in notebooks.iter_mut().enumerate() {
        assert_eq!(notebook.value("x"), i.to_string());
    }
}
