use kakunin_runtime::{CellEnd, CellError, Failure, Panic, Reason, Settings, StreamKind, Variables};

use crate::notebook::{Evcxr, Notebook, settings};

#[test]
fn a_panic_keeps_the_variables_and_tells_where() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    let outcome = notebook.run("panic");
    let Reason::Panic(Panic { message, file, line, frames, .. }) = &outcome.failure().reason else {
        panic!("{outcome:?}")
    };
    assert_eq!(message, "broken");
    assert!(file.as_ref().is_some_and(|file| file.ends_with("cells.rs")) && line.is_some());
    assert_eq!(frames, &[(7, 9)]);
    outcome.assert_rolled_back(&outcome.failure().reason);
    assert_eq!(outcome.text(StreamKind::Stderr), "");
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn a_panic_without_the_prelude_is_read_from_stderr() {
    let mut notebook = Notebook::with(&Settings { prelude: None, ..settings() });
    let outcome = notebook.run("panic");
    let Reason::Panic(panic) = &outcome.failure().reason else { panic!("{outcome:?}") };
    assert_eq!(panic.message, "broken");
    assert!(panic.line.is_some());
}

#[test]
fn a_panic_while_older_threads_run_keeps_the_process_as_evcxr_does() {
    let mut notebook = Notebook::new();
    notebook.run("start_thread");
    let runner = notebook.runner();
    let outcome = notebook.run("panic");
    assert_eq!(outcome.failure().variables, Variables::Kept);
    assert_eq!(outcome.evcxr, Evcxr::Commits(vec!["EVCXR_PANIC_NOTIFICATION".to_owned()]));
    assert_eq!(notebook.numbers(), "[0, -1]");
    assert_eq!(notebook.runner(), runner);
}

#[test]
fn a_question_mark_keeps_the_variables() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    let error = CellError {
        message: "bad digit".to_owned(),
        type_name: Some("ParseIntError".to_owned()),
        ..CellError::default()
    };
    notebook.run("question_mark").assert_rolled_back(&Reason::Error(error));
    assert_eq!(notebook.numbers(), "[0]");
}

#[test]
fn a_question_mark_while_older_threads_run_is_passed_on_to_evcxr() {
    let mut notebook = Notebook::new();
    notebook.run("start_thread");
    let outcome = notebook.run("question_mark");
    assert_eq!(outcome.failure().variables, Variables::Kept);
    assert_eq!(outcome.evcxr, Evcxr::Commits(vec!["EVCXR_ERROR_OCCURRED".to_owned()]));
}

#[test]
fn a_panic_that_only_ends_a_thread_is_told_on_stderr() {
    let outcome = Notebook::new().run("panic_in_thread");
    assert_eq!(*outcome.end(), CellEnd::Completed);
    assert!(outcome.text(StreamKind::Stderr).contains("only a thread"), "{outcome:?}");
}

#[test]
fn a_changed_type_is_passed_on_to_evcxr() {
    let outcome = Notebook::new().run("type_changed");
    assert_eq!(*outcome.end(), CellEnd::TypesChanged(vec!["x".to_owned()]));
    assert_eq!(outcome.evcxr, Evcxr::Commits(vec!["EVCXR_VARIABLE_CHANGED_TYPE:x".to_owned()]));
}

#[test]
fn a_panic_after_a_crash_is_rolled_back_too() {
    let mut notebook = Notebook::new();
    notebook.run("push");
    notebook.run("null");
    let outcome = notebook.run("panic");
    assert_eq!(
        *outcome.failure(),
        Failure {
            reason: outcome.failure().reason.clone(),
            variables: Variables::AsBefore { threads_lost: 0 }
        }
    );
    assert_eq!(notebook.numbers(), "[0]");
}
