use std::time::Duration;

use kakunin_runtime::{CellEnd, Reason, Settings};

use crate::notebook::{Evcxr, Notebook, await_end, processes, settings};

#[test]
fn an_endless_loop_that_is_interrupted_keeps_the_variables() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    notebook.start("spin");
    notebook.await_text("ready");
    notebook.channel.interrupt();
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn an_interrupt_before_the_cell_is_compiled_refuses_its_run() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    notebook.channel.begin_cell();
    notebook.channel.interrupt();
    notebook.load_and_run("spin_unready");
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn an_interrupt_while_no_cell_runs_is_ignored() {
    let mut notebook = Notebook::new();
    notebook.channel.interrupt();
    assert_eq!(*notebook.run("push").end(), CellEnd::Completed);
}

#[test]
fn an_interrupt_whose_cell_did_not_compile_is_not_meant_for_the_next_one() {
    let mut notebook = Notebook::new();
    notebook.channel.begin_cell();
    notebook.channel.interrupt();
    notebook.channel.end_cell();
    assert_eq!(notebook.event(), kakunin_runtime::Event::Settled);
    assert_eq!(*notebook.run("push").end(), CellEnd::Completed);
}

#[test]
fn a_cell_that_notices_the_interrupt_ends_by_itself() {
    let mut notebook = Notebook::new();
    notebook.start("listen");
    notebook.await_text("ready");
    notebook.channel.interrupt();
    let outcome = notebook.finish();
    assert_eq!(*outcome.end(), CellEnd::Cooperative);
    assert_eq!(outcome.evcxr, Evcxr::Commits(vec![]));
    assert_eq!(outcome.stdout(), "stopped\n");
    assert_eq!(notebook.numbers(), "[7]");
}

#[test]
fn a_cell_that_does_not_stop_by_itself_in_time_is_ended() {
    let mut notebook = Notebook::with(&Settings { grace: Duration::from_millis(50), ..settings() });
    notebook.start("listen_badly");
    notebook.await_text("ready");
    notebook.channel.interrupt();
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
    assert_eq!(notebook.numbers(), "[]");
}

#[test]
fn a_second_interrupt_does_not_wait() {
    let mut notebook = Notebook::with(&Settings { grace: Duration::from_secs(1_000_000), ..settings() });
    notebook.start("listen_badly");
    notebook.await_text("ready");
    notebook.channel.interrupt();
    notebook.channel.interrupt();
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
}

#[test]
fn a_cell_that_waits_for_input_can_be_interrupted() {
    let mut notebook = Notebook::new();
    notebook.start("ask");
    notebook.await_input();
    notebook.channel.interrupt();
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
    notebook.channel.answer(Some("too late".to_owned()));
    assert_eq!(notebook.numbers(), "[]");
}

#[test]
fn the_programs_that_an_interrupted_cell_started_end_with_it() {
    let mut notebook = Notebook::new();
    notebook.start("start_children");
    let text = notebook.await_text("ready");
    let children: Vec<i32> = text.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(children.len(), 2, "{text}");
    notebook.channel.interrupt();
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
    children.into_iter().for_each(await_end);
}

#[test]
fn a_program_that_an_earlier_cell_started_outlives_an_interrupt() {
    let mut notebook = Notebook::new();
    let server: i32 = notebook.run("start_server").stdout().trim().parse().unwrap();
    notebook.start("spin");
    notebook.await_text("ready");
    notebook.channel.interrupt();
    notebook.finish().assert_rolled_back(&Reason::Interrupted);
    assert!(processes().iter().any(|&(pid, state, _)| pid == server && state == 'S'));
    notebook.close();
    await_end(server);
}
