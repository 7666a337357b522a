//! "Custom messages": this kernel has no comm targets.

use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn there_are_no_comms() {
    let mut front = FrontEnd::new();
    assert_eq!(front.ask("comm_info_request", json!({})), json!({ "status": "ok", "comms": {} }));
    let of_one_target = json!({ "target_name": "jupyter.widget" });
    assert_eq!(front.ask("comm_info_request", of_one_target), json!({ "status": "ok", "comms": {} }));
}

#[test]
fn a_comm_to_an_unknown_target_is_closed_at_once() {
    let mut front = FrontEnd::new();
    front.send("comm_open", json!({ "comm_id": "c1", "target_name": "jupyter.widget", "data": {} }));
    front.busy();
    assert_eq!(front.published("comm_close"), json!({ "comm_id": "c1", "data": {} }));
    front.idle();
}

#[test]
fn messages_over_comms_that_do_not_exist_are_ignored() {
    let mut front = FrontEnd::new();
    for msg_type in ["comm_msg", "comm_close"] {
        front.send(msg_type, json!({ "comm_id": "c1", "data": { "x": 1 } }));
        front.busy();
        front.idle();
    }
}
