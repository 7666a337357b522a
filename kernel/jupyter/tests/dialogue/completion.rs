//! "Completion", "Introspection".

use kakunin_jupyter::CharOffset;
use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn positions_are_code_points_also_behind_japanese_text() {
    let mut front = FrontEnd::new();
    let reply = front.ask("complete_request", json!({ "code": "日本語 pri ×", "cursor_pos": 7 }));
    assert_eq!(
        reply,
        json!({ "status": "ok", "matches": ["print"], "cursor_start": 4, "cursor_end": 7, "metadata": {} })
    );
}

#[test]
fn without_a_position_the_end_is_meant() {
    let mut front = FrontEnd::new();
    assert_eq!(front.ask("complete_request", json!({ "code": "日本 pri" }))["cursor_end"], 6);
}

#[test]
fn a_position_behind_the_end_is_the_end() {
    let mut front = FrontEnd::new();
    let reply = front.ask("complete_request", json!({ "code": "pri", "cursor_pos": 99 }));
    assert_eq!(reply["matches"], json!(["print"]));
}

#[test]
fn a_known_word_is_explained_and_an_unknown_one_is_not_found() {
    let mut front = FrontEnd::new();
    let found = front.ask("inspect_request", json!({ "code": "print", "cursor_pos": 2, "detail_level": 1 }));
    assert_eq!(
        found,
        json!({
            "status": "ok", "found": true, "metadata": {},
            "data": { "text/plain": "print: a command (detail 1)" },
        })
    );
    let missing = front.ask("inspect_request", json!({ "code": "xyzzy", "cursor_pos": 2 }));
    assert_eq!(missing, json!({ "status": "ok", "found": false, "data": {}, "metadata": {} }));
}

#[test]
fn byte_offsets_and_code_points_convert_both_ways() {
    let text = "a日b";
    for (point, byte) in [(0, 0), (1, 1), (2, 4), (3, 5)] {
        assert_eq!(CharOffset(point).byte_in(text), byte);
        assert_eq!(CharOffset::from_byte(text, byte), CharOffset(point));
    }
    assert_eq!(CharOffset::from_byte(text, 2), CharOffset(1), "inside 日");
    assert_eq!(CharOffset::end_of(text), CharOffset(3));
}
