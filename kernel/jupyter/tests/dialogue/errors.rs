//! Errors, panics, aborted cells, requests that can't be served.

use kakunin_jupyter::echo::EchoLanguage;
use kakunin_jupyter::history::History;
use kakunin_jupyter::{
    Cell, CellError, CellIo, Channel, CharOffset, Completions, Interpreter, MimeBundle, Outcome, Queued,
};
use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn a_failed_cell_has_one_error_output_and_the_same_in_its_reply() {
    let mut front = FrontEnd::new();
    front.start("print before\nfail\nprint never");
    front.published("stream");
    let error = json!({ "ename": "Failure", "evalue": "as asked", "traceback": ["Failure: as asked"] });
    assert_eq!(front.published("error"), error);
    let reply = front.ended();
    assert_eq!(reply["status"], "error");
    assert_eq!(reply["ename"], error["ename"]);
    assert_eq!(reply["traceback"], error["traceback"]);
    assert_eq!(reply["payload"], json!([]));
    assert_eq!(reply["user_expressions"], json!({}));
}

#[test]
fn a_panic_of_the_interpreter_is_an_error_and_the_session_lives_on() {
    let mut front = FrontEnd::new();
    front.start("panic");
    let error = front.published("error");
    assert_eq!(error["ename"], "InternalError");
    assert!(error["evalue"].as_str().unwrap().contains("再起動"), "{error}");
    assert_eq!(front.ended()["status"], "error");
    assert_eq!(front.quietly("")["status"], "ok");
}

/// Panics wherever it can.
struct Broken;

impl Interpreter for Broken {
    fn execute(&mut self, _: &Cell<'_>, _: &dyn CellIo) -> Result<Outcome, CellError> {
        Ok(Outcome::default())
    }
    fn complete(&mut self, _: &str, _: CharOffset) -> Completions {
        panic!("complete")
    }
    fn inspect(&mut self, _: &str, _: CharOffset, _: u8) -> Option<MimeBundle> {
        panic!("inspect")
    }
    fn evaluate(&mut self, _: &str, _: &dyn CellIo) -> Result<MimeBundle, CellError> {
        panic!("evaluate")
    }
    fn shutdown(&mut self, _: bool) {}
}

#[test]
fn a_panic_in_completion_inspection_or_an_expression_is_an_error_in_the_reply() {
    let mut front = FrontEnd::with(EchoLanguage::default(), Broken, History::in_memory());
    assert_eq!(front.ask("complete_request", json!({ "code": "x", "cursor_pos": 1 }))["status"], "error");
    assert_eq!(front.ask("inspect_request", json!({ "code": "x", "cursor_pos": 1 }))["status"], "error");
    front.send("execute_request", json!({ "code": "", "user_expressions": { "a": "x" } }));
    front.busy();
    front.published("execute_input");
    assert_eq!(front.ended()["user_expressions"]["a"]["ename"], "InternalError");
}

/// Runs a queued cell that fails.
fn fails(front: &mut FrontEnd, cell: Queued) {
    front.handle(cell);
    front.busy();
    front.published("execute_input");
    front.published("error");
    front.ended();
}

#[test]
fn an_error_aborts_the_cells_that_are_queued_already_and_no_later_ones() {
    let mut front = FrontEnd::new();
    let failing = front.queue("execute_request", json!({ "code": "fail" }));
    let queued = front.queue("execute_request", json!({ "code": "print never" }));
    fails(&mut front, failing);

    front.handle(queued);
    front.busy();
    let reply = front.ended();
    assert_eq!(reply["status"], "aborted");
    assert_eq!(reply["execution_count"], 1);

    assert_eq!(front.quietly("")["execution_count"], 2);
}

#[test]
fn completion_is_not_aborted_by_an_error_before_it() {
    let mut front = FrontEnd::new();
    let failing = front.queue("execute_request", json!({ "code": "fail" }));
    let queued = front.queue("complete_request", json!({ "code": "pri", "cursor_pos": 3 }));
    fails(&mut front, failing);
    front.handle(queued);
    front.busy();
    assert_eq!(front.expect(Channel::Shell, "complete_reply")["matches"], json!(["print"]));
    front.idle();
}

#[test]
fn an_error_lets_the_queue_go_on_where_the_front_end_wants_it() {
    let mut front = FrontEnd::new();
    let failing = front.queue("execute_request", json!({ "code": "fail", "stop_on_error": false }));
    let queued = front.queue("execute_request", json!({ "code": "" }));
    fails(&mut front, failing);
    front.handle(queued);
    front.busy();
    front.published("execute_input");
    assert_eq!(front.ended()["status"], "ok");
}

#[test]
fn an_unknown_request_is_answered_with_an_error() {
    let mut front = FrontEnd::new();
    let reply = front.ask("telepathy_request", json!({ "thought": 1 }));
    assert_eq!(reply["status"], "error");
    assert_eq!(reply["ename"], "UnknownRequest");
    assert!(reply["evalue"].as_str().unwrap().contains("telepathy_request"));
}

#[test]
fn an_unknown_message_that_asks_nothing_is_ignored() {
    let mut front = FrontEnd::new();
    front.send("telepathy", json!({}));
    front.busy();
    front.idle();
}

#[test]
fn a_request_whose_content_makes_no_sense_is_answered_with_an_error() {
    let mut front = FrontEnd::new();
    for (msg_type, content) in [
        ("execute_request", json!({ "code": 7 })),
        ("execute_request", json!({})),
        ("history_request", json!({ "hist_access_type": "astrology" })),
        ("is_complete_request", json!([])),
    ] {
        let reply = front.ask(msg_type, content);
        assert_eq!(reply["ename"], "MalformedRequest", "{msg_type}");
        assert!(reply["traceback"].is_array());
    }
}
