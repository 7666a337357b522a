//! `kakunin lab` without JupyterLab, network or kernel: stand-ins on the path.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command in a world of its own: only the programs in `dir/bin`, nothing of the user's.
fn lab(dir: &Path, args: &[&str]) -> Command {
    let bin = dir.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakunin"));
    command
        .args(["lab", "--no-browser", "--dir"])
        .arg(dir.join("work"))
        .args(args)
        .env("PATH", bin)
        .env("JUPYTER_DATA_DIR", dir.join("jupyter"))
        .env("XDG_CACHE_HOME", dir.join("cache"))
        .env_remove("KAKUNIN_LANG")
        .stdin(Stdio::null());
    command
}

/// A program of that name which runs this.
fn program(dir: &Path, name: &str, script: &str) {
    let file = dir.join("bin").join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The exit code, and the last line on stderr.
fn ended(output: &Output) -> (i32, String) {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    (output.status.code().unwrap(), said.lines().next_back().unwrap_or_default().to_owned())
}

/// A JupyterLab that listens to nobody, and notes how it ends.
const JUPYTER: &str = r#"
if [ "$1" = --version ]; then echo 4.6.6; exit; fi
trap 'echo ended > "$(dirname "$0")/../ended"; exit 0' TERM
echo '{"url": "http://localhost:1234/", "token": "a token"}' > "$JUPYTER_RUNTIME_DIR/jpserver-1.json"
while :; do sleep 0.1; done
"#;

#[test]
fn ports_that_cannot_be_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for port in ["0", "65536", "x", "-1"] {
        let (code, said) = ended(&lab(dir.path(), &["--port", port]).output().unwrap());
        assert!(code == 2 && said.contains("--port") && said.contains(port), "{said}");
    }
}

#[test]
fn a_port_that_is_taken_is_said_before_anything_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = ended(&lab(dir.path(), &["--port", &port]).output().unwrap());
    assert!(code == 2 && said.contains(&port) && said.contains("--port"), "{said}");
    assert!(!dir.path().join("work").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("work"), "a file").unwrap();
    let (code, said) = ended(&lab(dir.path(), &[]).output().unwrap());
    assert!(code == 2 && said.contains("work") && said.contains("書けません"), "{said}");
}

#[test]
fn without_python_the_course_can_still_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let (code, said) = ended(&lab(dir.path(), &[]).output().unwrap());
    assert!(code == 1 && said.contains("Python") && said.contains("kakunin read"), "{said}");
}

#[test]
fn where_nothing_can_be_fetched_it_is_said_what_to_install_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    program(
        dir.path(),
        "uv",
        "case $1 in --version | venv) ;; *) echo 'ERROR: no route to PyPI' >&2; exit 1 ;; esac",
    );
    let (code, said) = ended(&lab(dir.path(), &[]).output().unwrap());
    assert!(
        code == 1 && said.contains("no route to PyPI") && said.contains("pip install jupyterlab"),
        "{said}"
    );
}

#[test]
fn data_that_is_missing_is_said_first() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("nowhere");
    let (code, said) = ended(&lab(dir.path(), &[]).env("KAKUNIN_DATA", &nowhere).output().unwrap());
    assert!(code == 2 && said.contains("nowhere"), "{said}");
}

#[test]
fn a_kernel_that_cannot_be_built_is_said_and_nothing_is_started() {
    let dir = tempfile::tempdir().unwrap();
    program(dir.path(), "jupyter-lab", JUPYTER);
    program(dir.path(), "cargo", "exit 101");
    let (code, said) = ended(&lab(dir.path(), &[]).output().unwrap());
    assert!(code == 1 && said.contains("cargo") && said.contains("101"), "{said}");
}

#[test]
fn a_jupyter_that_does_not_start_is_said_with_its_last_words() {
    let dir = tempfile::tempdir().unwrap();
    program(
        dir.path(),
        "jupyter-lab",
        "if [ \"$1\" = --version ]; then echo 4.6.6; else echo 'no such option' >&2; exit 1; fi",
    );
    program(dir.path(), "cargo", "exit 0");
    let (code, said) = ended(&lab(dir.path(), &[]).output().unwrap());
    assert!(code == 1 && said.contains("no such option"), "{said}");
}

#[test]
fn ctrl_c_ends_jupyter_and_is_a_good_end() {
    let dir = tempfile::tempdir().unwrap();
    program(dir.path(), "jupyter-lab", JUPYTER);
    program(dir.path(), "cargo", "echo \"$@\" > \"$(dirname \"$0\")/../built\"");
    let mut running = lab(dir.path(), &[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    assert!(url.contains("http://127.0.0.1:1234/lab/tree/00_") && url.ends_with("token=a+token"), "{url}");
    let built = std::fs::read_to_string(dir.path().join("built")).unwrap();
    assert_eq!(built.trim(), "run --release --package kakunin-kernel -- install");
    assert!(std::fs::read_dir(dir.path().join("work")).unwrap().count() > 1);

    let pid = nix::unistd::Pid::from_raw(running.id().try_into().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(0));
    assert!(dir.path().join("ended").exists());
}
