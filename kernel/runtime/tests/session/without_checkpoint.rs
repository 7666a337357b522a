use kakunin_runtime::{CellEnd, Event, Failure, Panic, Reason, Settings, Variables};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::notebook::{Evcxr, Notebook, await_descendants, settings};

fn notebook() -> Notebook {
    Notebook::with(&Settings { checkpoint: false, ..settings() })
}

#[test]
fn without_checkpoint_cells_run_in_one_process() {
    let mut notebook = notebook();
    assert_eq!(*notebook.run("push").end(), CellEnd::Completed);
    assert_eq!(notebook.numbers(), "[0]");
    await_descendants(notebook.supervisor(), 1);
}

#[test]
fn without_checkpoint_a_crash_loses_the_variables_and_evcxr_learns_it() {
    let mut notebook = notebook();
    notebook.run("push");
    let outcome = notebook.run("null");
    let reason = Reason::InvalidMemory("SIGSEGV".to_owned());
    assert_eq!(*outcome.failure(), Failure { reason, variables: Variables::Lost });
    assert_eq!(outcome.evcxr, Evcxr::Restarts);
    assert_eq!(notebook.numbers(), "[]");
}

#[test]
fn without_checkpoint_a_panic_keeps_the_process() {
    let mut notebook = notebook();
    notebook.run("push");
    let outcome = notebook.run("panic");
    let Failure { reason: Reason::Panic(Panic { message, .. }), variables } = outcome.failure() else {
        panic!("{outcome:?}")
    };
    assert_eq!((message.as_str(), *variables), ("broken", Variables::Kept));
    assert_eq!(notebook.numbers(), "[0, -1]");
}

#[test]
fn without_checkpoint_a_death_between_cells_is_told() {
    let mut notebook = notebook();
    let runner = notebook.runner();
    kill(Pid::from_raw(runner), Signal::SIGKILL).unwrap();
    let failure = Failure { reason: Reason::Killed, variables: Variables::Lost };
    assert_eq!(notebook.event(), Event::RunnerDied(failure));
    assert_eq!(notebook.run("push").evcxr, Evcxr::Restarts);
    assert_eq!(notebook.numbers(), "[]");
}
