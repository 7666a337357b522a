//! "Streams", "Display data", "Update display data", "Clear output".

use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn output_keeps_its_order_across_streams_and_displays() {
    let mut front = FrontEnd::new();
    front.start("print a\nerr b\nshow text/html <i>c</i>\nprint d");
    assert_eq!(front.published("stream"), json!({ "name": "stdout", "text": "a\n" }));
    assert_eq!(front.published("stream"), json!({ "name": "stderr", "text": "b\n" }));
    assert_eq!(
        front.published("display_data"),
        json!({ "data": { "text/html": "<i>c</i>" }, "metadata": {}, "transient": {} })
    );
    assert_eq!(front.published("stream"), json!({ "name": "stdout", "text": "d\n" }));
    front.ended();
}

#[test]
fn text_without_a_newline_arrives() {
    let mut front = FrontEnd::new();
    front.start("write ab");
    assert_eq!(front.published("stream"), json!({ "name": "stdout", "text": "ab" }));
    front.ended();
}

#[test]
fn empty_text_is_no_message() {
    let mut front = FrontEnd::new();
    front.quietly("write");
}

#[test]
fn a_named_display_is_replaced_by_its_name() {
    let mut front = FrontEnd::new();
    front.start("named bar 1 %\nupdate bar 2 %");
    assert_eq!(
        front.published("display_data"),
        json!({ "data": { "text/plain": "1 %" }, "metadata": {}, "transient": { "display_id": "bar" } })
    );
    assert_eq!(
        front.published("update_display_data"),
        json!({ "data": { "text/plain": "2 %" }, "metadata": {}, "transient": { "display_id": "bar" } })
    );
    front.ended();
}

#[test]
fn output_is_cleared_at_once_or_when_more_comes() {
    let mut front = FrontEnd::new();
    front.start("clear\nclear wait");
    assert_eq!(front.published("clear_output"), json!({ "wait": false }));
    assert_eq!(front.published("clear_output"), json!({ "wait": true }));
    front.ended();
}
