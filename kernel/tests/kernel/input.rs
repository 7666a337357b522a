//! Questions of a cell to the learner.

use serde_json::json;

use crate::installed::Installed;
use crate::notebook::{Notebook, notebook};

const READ: &str = "let mut line = String::new();\nprint!(\"名前は? \");\nstd::io::stdin().read_line(&mut line)?;\nprintln!(\"<{}>\", line.trim());";

#[test]
fn a_line_of_standard_input_is_asked_for() {
    let mut notebook = notebook();
    let id = notebook.start(READ);
    let question = notebook.answer("花子");
    assert_eq!((&question["prompt"], &question["password"]), (&json!("名前は? "), &json!(false)));
    assert_eq!(notebook.finish(&id).stdout(), "<花子>\n");
}

#[test]
fn where_nobody_can_be_asked_the_cell_fails_and_says_why() {
    let mut notebook = notebook();
    notebook.ok("let mut v = vec![1];");
    let id = notebook.start_with(json!({ "code": format!("v.push(2);\n{READ}"), "allow_stdin": false }));
    let ran = notebook.finish(&id);
    let failed = ran.failed();
    assert_eq!(failed.name, "NoInput");
    assert!(failed.value.contains("allow_stdin"), "{}", failed.value);
    assert_eq!(ran.stdout(), "名前は? ");
    assert_eq!(notebook.value("v"), "[1]");
}

#[test]
fn without_a_way_back_the_input_is_at_its_end_and_the_learner_is_told_why() {
    let mut notebook = Notebook::with(Installed::shared(), &[("KAKUNIN_CHECKPOINT", "0")]);
    let id = notebook.start_with(json!({ "code": READ, "allow_stdin": false }));
    let ran = notebook.finish(&id);
    assert_eq!(ran.stdout(), "名前は? <>\n");
    assert!(ran.stderr().contains("allow_stdin"), "{}", ran.stderr());
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn an_interrupt_ends_the_wait_for_an_answer() {
    let mut notebook = notebook();
    notebook.ok("let x = 1;");
    let id = notebook.start(READ);
    notebook.until_question();
    notebook.interrupt();
    notebook.finish(&id).failed();
    assert_eq!(notebook.value("x"), "1");
}
