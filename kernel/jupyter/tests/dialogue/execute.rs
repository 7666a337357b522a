//! "Execute": counters, silence, history, expressions, payloads.

use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn a_cell_is_announced_shows_its_output_and_is_answered_between_busy_and_idle() {
    let mut front = FrontEnd::new();
    front.send("execute_request", json!({ "code": "print hello\nresult 42" }));
    front.busy();
    assert_eq!(
        front.published("execute_input"),
        json!({ "code": "print hello\nresult 42", "execution_count": 1 })
    );
    assert_eq!(front.published("stream"), json!({ "name": "stdout", "text": "hello\n" }));
    assert_eq!(
        front.published("execute_result"),
        json!({ "execution_count": 1, "data": { "text/plain": "42" }, "metadata": {} })
    );
    assert_eq!(
        front.ended(),
        json!({ "status": "ok", "execution_count": 1, "payload": [], "user_expressions": {} })
    );
}

#[test]
fn the_counter_goes_up_by_one_with_each_cell_even_with_one_that_fails() {
    let mut front = FrontEnd::new();
    assert_eq!(front.quietly("")["execution_count"], 1);
    front.start("fail");
    front.published("error");
    assert_eq!(front.ended()["execution_count"], 2);
    assert_eq!(front.quietly("")["execution_count"], 3);
}

#[test]
fn a_cell_that_is_not_stored_shows_its_output_and_leaves_the_counter() {
    let mut front = FrontEnd::new();
    front.quietly("");
    front.send("execute_request", json!({ "code": "print x", "store_history": false }));
    front.busy();
    assert_eq!(front.published("execute_input")["execution_count"], 1);
    front.published("stream");
    assert_eq!(front.ended()["execution_count"], 1);
    let tail = front.ask("history_request", json!({ "hist_access_type": "tail", "n": 9 }));
    assert_eq!(tail["history"], json!([[1, 1, ""]]));
}

#[test]
fn a_silent_cell_publishes_nothing_counts_nothing_and_stores_nothing() {
    let mut front = FrontEnd::new();
    let code = "print x\nshow text/html y\nclear\nresult 1";
    let reply = front.ask("execute_request", json!({ "code": code, "silent": true, "store_history": true }));
    assert_eq!(reply["status"], "ok");
    assert_eq!(reply["execution_count"], 0);
    assert_eq!(front.quietly("")["execution_count"], 1);
    let tail = front.ask("history_request", json!({ "hist_access_type": "tail", "n": 9 }));
    assert_eq!(tail["history"], json!([[1, 1, ""]]));
}

#[test]
fn a_silent_cell_that_fails_says_so_in_its_reply_only() {
    let mut front = FrontEnd::new();
    let reply = front.ask("execute_request", json!({ "code": "fail", "silent": true }));
    assert_eq!(reply["ename"], "Failure");
}

#[test]
fn user_expressions_are_evaluated_after_a_cell_each_with_its_own_status() {
    let mut front = FrontEnd::new();
    let expressions = json!({ "a": "x + y", "b": "fail" });
    front.send("execute_request", json!({ "code": "", "user_expressions": expressions }));
    front.busy();
    front.published("execute_input");
    let values = &front.ended()["user_expressions"];
    assert_eq!(values["a"], json!({ "status": "ok", "data": { "text/plain": "x + y" }, "metadata": {} }));
    assert_eq!(values["b"]["status"], "error");
    assert_eq!(values["b"]["ename"], "Failure");
}

#[test]
fn user_expressions_of_a_failed_cell_are_not_evaluated() {
    let mut front = FrontEnd::new();
    front.send("execute_request", json!({ "code": "fail", "user_expressions": { "a": "x" } }));
    front.busy();
    front.published("execute_input");
    front.published("error");
    assert_eq!(front.ended()["user_expressions"], json!({}));
}

#[test]
fn null_expressions_are_none() {
    let mut front = FrontEnd::new();
    front.send("execute_request", json!({ "code": "", "user_expressions": null }));
    front.busy();
    front.published("execute_input");
    assert_eq!(front.ended()["user_expressions"], json!({}));
}

#[test]
fn a_page_and_the_next_cell_are_payloads() {
    let mut front = FrontEnd::new();
    assert_eq!(
        front.quietly("page the manual\nnext print 1")["payload"],
        json!([
            { "source": "page", "data": { "text/plain": "the manual" }, "start": 0 },
            { "source": "set_next_input", "text": "print 1", "replace": false },
        ])
    );
}

#[test]
fn a_result_always_has_plain_text() {
    let mut front = FrontEnd::new();
    front.start("picture <svg/>");
    let data = &front.published("execute_result")["data"];
    assert_eq!(data, &json!({ "image/svg+xml": "<svg/>", "text/plain": "<image/svg+xml>" }));
    front.ended();
}
