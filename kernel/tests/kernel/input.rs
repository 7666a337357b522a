//! Questions of a cell to the learner.

use serde_json::json;

use crate::notebook::notebook;

const READ: &str = "let mut line = String::new();\nprint!(\"名前は? \");\nstd::io::stdin().read_line(&mut line)?;\nprintln!(\"<{}>\", line.trim());";

#[test]
fn a_line_of_standard_input_is_asked_for() {
    let mut notebook = notebook();
    let id = notebook.start(READ);
    assert_eq!(notebook.answer("花子")["password"], false);
    let ran = notebook.finish(&id);
    assert!(ran.stdout().ends_with("<花子>\n"), "{}", ran.stdout());
}

#[test]
fn where_nobody_can_be_asked_the_input_is_at_its_end_and_the_learner_is_told_why() {
    let mut notebook = notebook();
    let id = notebook.start_with(json!({ "code": READ, "allow_stdin": false }));
    let ran = notebook.finish(&id);
    assert_eq!(ran.stdout(), "名前は? <>\n");
    assert!(ran.stderr().contains("allow_stdin"), "{}", ran.stderr());
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn a_cell_that_fails_because_nobody_can_be_asked_says_so() {
    let mut notebook = notebook();
    let code = format!("{READ}\nlet n: i32 = line.trim().parse()?;");
    let id = notebook.start_with(json!({ "code": code, "allow_stdin": false }));
    let failed = notebook.finish(&id).failed();
    assert_eq!(failed.name, "NoInput");
    assert!(failed.value.contains("allow_stdin"), "{}", failed.value);
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
