//! Nothing lingers: no process, no zombie, no directory.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kakunin_runtime::{Channel, Event};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::notebook::{Evcxr, Notebook, await_descendants, await_end};

#[test]
fn when_evcxr_closes_its_pipe_every_process_ends() {
    let mut notebook = Notebook::new();
    notebook.run("start_server");
    let below = await_descendants(notebook.supervisor(), 3);
    notebook.close();
    below.into_iter().for_each(await_end);
}

#[test]
fn when_the_supervisor_is_killed_every_process_ends() {
    let mut notebook = Notebook::new();
    notebook.run("start_server");
    let below = await_descendants(notebook.supervisor(), 3);
    kill(Pid::from_raw(notebook.supervisor()), Signal::SIGKILL).unwrap();
    below.into_iter().for_each(await_end);
}

#[test]
fn after_a_killed_supervisor_evcxr_starts_another_that_finds_the_channel() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    kill(Pid::from_raw(notebook.supervisor()), Signal::SIGKILL).unwrap();
    assert_eq!(notebook.run("push").evcxr, Evcxr::Restarts);
    assert_eq!(notebook.numbers(), "[]");
}

#[test]
fn a_session_that_ends_says_nothing_about_its_runner() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    notebook.close();
    notebook.channel.begin_cell();
    notebook.channel.end_cell();
    assert_eq!(notebook.event(), Event::Settled);
}

#[test]
fn when_the_kernel_is_killed_no_process_and_no_directory_stays() {
    let mut kernel = Command::new(env!("CARGO_BIN_EXE_runtime-for-tests"))
        .arg("kernel")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(kernel.stdout.take().unwrap()).lines().map(Result::unwrap);
    let socket = PathBuf::from(lines.next().unwrap());
    let directory = socket.parent().unwrap();
    assert!(directory.exists());
    let below = await_descendants(kernel.id().try_into().unwrap(), 3);
    kernel.kill().unwrap();
    kernel.wait().unwrap();
    below.into_iter().for_each(await_end);
    assert!(!directory.exists());
}

#[test]
fn the_socket_goes_with_the_channel() {
    let channel = Channel::listen().unwrap();
    let command = channel.command(Path::new("runtime"), &Default::default());
    let socket =
        command.get_envs().find(|(name, _)| *name == "KAKUNIN_CHANNEL").unwrap().1.unwrap().to_owned();
    let directory = Path::new(&socket).parent().unwrap();
    assert!(directory.exists());
    drop(channel);
    assert!(!directory.exists());
}
