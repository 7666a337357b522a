use kakunin_runtime::{Reason, Settings, Variables};

use crate::notebook::{Notebook, settings};

fn answered(cell: &str, answer: Option<&str>) -> ((String, bool), String) {
    let mut notebook = Notebook::new();
    notebook.start(cell);
    let asked = notebook.await_input();
    notebook.channel.answer(answer.map(str::to_owned));
    (asked, notebook.finish().stdout())
}

#[test]
fn a_request_of_evcxr_input_is_answered() {
    let (asked, text) = answered("ask", Some("学"));
    assert_eq!(asked, ("name: ".to_owned(), false));
    assert_eq!(text, "4 \"学\\n\"\n");
}

#[test]
fn a_request_for_a_password_says_so() {
    let (asked, text) = answered("ask_password", Some("s"));
    assert_eq!(asked, ("key".to_owned(), true));
    assert_eq!(text, "2 \"s\\n\"\n");
}

#[test]
fn a_plain_read_of_stdin_asks_too() {
    let (asked, text) = answered("read", Some("me"));
    assert_eq!(asked, ("who? ".to_owned(), false));
    assert_eq!(text, "3 \"me\\n\"\n");
}

#[test]
fn a_long_answer_arrives_whole() {
    let (_, text) = answered("read", Some(&"x".repeat(200_000)));
    assert!(text.starts_with("200001 "), "{}", &text[..20]);
}

#[test]
fn every_read_asks_anew() {
    let mut notebook = Notebook::new();
    notebook.start("read_twice");
    for answer in ["a", "b"] {
        notebook.await_input();
        notebook.channel.answer(Some(answer.to_owned()));
    }
    assert_eq!(notebook.finish().stdout(), "2 \"a\\n\" 2 \"b\\n\"\n");
}

#[test]
fn a_line_that_was_begun_is_the_question_and_no_output() {
    let (asked, text) = answered("prompt_and_read", Some("me"));
    assert_eq!(asked, ("name? ".to_owned(), false));
    assert_eq!(text, "3 \"me\\n\"\n");
}

#[test]
fn a_cell_that_asks_where_nobody_answers_fails_and_nothing_is_lost() {
    let mut notebook = Notebook::new();
    notebook.start("prompt_and_read");
    notebook.await_input();
    notebook.channel.answer(None);
    let outcome = notebook.finish();
    let failure = outcome.failure();
    assert_eq!(
        (&failure.reason, failure.variables),
        (&Reason::NoInput, Variables::AsBefore { threads_lost: 0 })
    );
    assert_eq!(outcome.stdout(), "name? ");
}

#[test]
fn without_a_snapshot_it_reads_the_end_of_the_file_instead() {
    let mut notebook = Notebook::with(&Settings { checkpoint: false, ..settings() });
    notebook.start("read_twice");
    notebook.await_input();
    notebook.channel.answer(None);
    assert_eq!(notebook.finish().stdout(), "0 \"\" 0 \"\"\n");
}

#[test]
fn the_next_cell_may_ask_again() {
    let mut notebook = Notebook::new();
    notebook.start("ask");
    notebook.await_input();
    notebook.channel.answer(None);
    notebook.finish();
    notebook.start("read");
    notebook.await_input();
    notebook.channel.answer(Some("b".to_owned()));
    assert!(notebook.finish().stdout().contains("2 \"b\\n\""));
}
