use kakunin_runtime::{Event, Failure, Reason, Settings, Variables};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::notebook::{Evcxr, Notebook, await_descendants, await_end, settings};

/// Two numbers, then the crash, then the numbers are still there and the session goes on.
#[track_caller]
fn assert_survives(notebook: &mut Notebook, cell: &str, reason: &Reason) {
    notebook.run("push");
    notebook.run("push");
    notebook.run(cell).assert_rolled_back(reason);
    assert_eq!(notebook.numbers(), "[0, 1]");
    assert_eq!(notebook.run("push").evcxr, Evcxr::Commits(vec![]));
    assert_eq!(notebook.numbers(), "[0, 1, 2]");
}

#[test]
fn a_stack_overflow_keeps_the_variables() {
    assert_survives(&mut Notebook::new(), "overflow", &Reason::StackOverflow);
}

#[test]
fn a_stack_overflow_in_a_thread_is_told_as_such() {
    assert_survives(&mut Notebook::new(), "overflow_in_thread", &Reason::StackOverflow);
}

#[test]
fn a_write_to_null_keeps_the_variables() {
    assert_survives(&mut Notebook::new(), "null", &Reason::InvalidMemory("SIGSEGV".to_owned()));
}

#[test]
fn an_illegal_instruction_keeps_the_variables() {
    assert_survives(&mut Notebook::new(), "illegal", &Reason::Signal("SIGILL".to_owned()));
}

#[test]
fn exit_with_a_code_keeps_the_variables() {
    assert_survives(&mut Notebook::new(), "exit_3", &Reason::Exit(3));
}

#[test]
fn exit_with_zero_is_a_failure_too() {
    assert_survives(&mut Notebook::new(), "exit_0", &Reason::Exit(0));
}

#[test]
fn abort_keeps_the_variables() {
    assert_survives(&mut Notebook::new(), "abort", &Reason::Signal("SIGABRT".to_owned()));
}

#[test]
fn a_kill_from_outside_keeps_the_variables() {
    assert_survives(&mut Notebook::new(), "killed", &Reason::Killed);
}

#[test]
fn an_allocation_beyond_the_limit_names_the_limit() {
    let mut notebook = Notebook::with(&Settings { memory: Some("2G".to_owned()), ..settings() });
    let reason = Reason::OutOfMemory { limit: Some("2G".to_owned()) };
    assert_survives(&mut notebook, "allocate", &reason);
}

#[test]
fn a_limit_that_is_no_size_is_told_in_one_sentence() {
    let notebook = Notebook::with(&Settings { memory: Some("lots".to_owned()), ..settings() });
    let Event::Problem(problem) = notebook.event() else { panic!("another event") };
    assert!(problem.en.contains("\"lots\"") && problem.ja.contains("「lots」"), "{problem:?}");
}

#[test]
fn a_runner_that_is_killed_while_idle_is_replaced() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    let runner = notebook.runner();
    kill(Pid::from_raw(runner), Signal::SIGKILL).unwrap();
    let variables = Variables::AsBefore { threads_lost: 0 };
    assert_eq!(notebook.event(), Event::RunnerDied(Failure { reason: Reason::Killed, variables }));
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn a_runner_that_is_killed_twice_in_a_row_is_replaced_twice() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    for _ in 0..2 {
        notebook.run("killed").assert_rolled_back(&Reason::Killed);
    }
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn a_crash_in_the_first_cell_leaves_an_empty_session() {
    let mut notebook = Notebook::new();
    notebook.run("overflow").assert_rolled_back(&Reason::StackOverflow);
    assert_eq!(notebook.numbers(), "[]");
}

#[test]
fn threads_that_a_rollback_ends_are_counted() {
    let mut notebook = Notebook::new();
    notebook.run("start_thread");
    let variables = Variables::AsBefore { threads_lost: 1 };
    assert_eq!(
        *notebook.run("null").failure(),
        Failure { reason: Reason::InvalidMemory("SIGSEGV".to_owned()), variables }
    );
    assert_eq!(notebook.numbers(), "[0]");
}

/// Ends the standby, which the runner alone has started.
fn kill_standby(runner: i32) {
    let standby = await_descendants(runner, 1)[0];
    kill(Pid::from_raw(standby), Signal::SIGKILL).unwrap();
    await_end(standby);
}

#[test]
fn a_standby_that_was_killed_is_replaced_before_the_next_cell() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    let runner = notebook.runner();
    kill_standby(runner);
    notebook.run("exit_3").assert_rolled_back(&Reason::Exit(3));
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn a_crash_after_the_death_of_the_standby_loses_everything_and_says_so() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    let runner = notebook.runner();
    notebook.start("spin");
    notebook.await_text("ready");
    kill_standby(runner);
    kill(Pid::from_raw(runner), Signal::SIGKILL).unwrap();
    let outcome = notebook.finish();
    assert_eq!(*outcome.failure(), Failure { reason: Reason::Killed, variables: Variables::Lost });
    assert_eq!(outcome.evcxr, Evcxr::Restarts);
    assert_eq!(notebook.numbers(), "[]");
}

#[test]
fn a_cell_that_cannot_be_loaded_changes_nothing() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    let outcome = notebook.run("no_such_function");
    assert!(
        matches!(&outcome.failure().reason, Reason::NotLoaded(text) if text.contains("no_such_function"))
    );
    assert_eq!(outcome.evcxr, Evcxr::Drops);
    assert_eq!(notebook.numbers(), "[0]");
}
