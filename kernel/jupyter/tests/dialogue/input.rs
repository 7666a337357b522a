//! "Messages on the stdin channel".

use kakunin_jupyter::{Channel, NoInput};
use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn a_cell_asks_its_user_and_goes_on_with_the_answer() {
    let mut front = FrontEnd::new();
    front.will_answer(Ok("Ada".into()));
    front.start("input name?");
    assert_eq!(
        front.expect(Channel::Stdin, "input_request"),
        json!({ "prompt": "name?", "password": false })
    );
    assert_eq!(front.published("stream")["text"], "Ada\n");
    front.ended();
}

#[test]
fn a_password_is_asked_for_as_one() {
    let mut front = FrontEnd::new();
    front.will_answer(Ok("secret".into()));
    front.start("password key?");
    assert_eq!(front.expect(Channel::Stdin, "input_request")["password"], true);
    front.published("stream");
    front.ended();
}

#[test]
fn a_front_end_without_a_user_is_not_asked_and_the_cell_fails_with_a_clear_sentence() {
    let mut front = FrontEnd::new();
    front.send("execute_request", json!({ "code": "input name?", "allow_stdin": false }));
    front.busy();
    front.published("execute_input");
    let error = front.published("error");
    assert_eq!(error["ename"], "NoInput");
    assert!(error["evalue"].as_str().unwrap().contains("allow_stdin"), "{error}");
    front.ended();
}

#[test]
fn an_interrupt_ends_the_wait_for_input() {
    let mut front = FrontEnd::new();
    front.will_answer(Err(NoInput::Interrupted));
    front.start("input name?");
    front.expect(Channel::Stdin, "input_request");
    assert_eq!(front.published("error")["ename"], "Interrupted");
    front.ended();
}
