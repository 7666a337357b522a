//! Help while writing: completion, inspection, `name?`.

use serde_json::{Value, json};

use crate::notebook::{Notebook, notebook};

fn complete(notebook: &mut Notebook, code: &str) -> Value {
    notebook.ask("complete_request", json!({ "code": code, "cursor_pos": code.chars().count() }))
}

fn inspect(notebook: &mut Notebook, code: &str) -> Value {
    notebook.ask(
        "inspect_request",
        json!({ "code": code, "cursor_pos": code.chars().count(), "detail_level": 0 }),
    )
}

#[test]
fn a_name_is_completed_and_its_place_is_counted_in_characters() {
    let mut notebook = notebook();
    notebook.ok("let 平均値 = vec![1.0];");
    let code = "let 合計 = 平均値.pu";
    let found = complete(&mut notebook, code);
    let matches: Vec<_> = found["matches"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    assert!(matches.contains(&"push"), "{matches:?}");
    let end = code.chars().count();
    assert_eq!((&found["cursor_start"], &found["cursor_end"]), (&json!(end - 2), &json!(end)));
}

#[test]
fn a_japanese_name_is_completed() {
    let mut notebook = notebook();
    notebook.ok("let 平均値 = 1.0;");
    let found = complete(&mut notebook, "let x = 平均");
    assert_eq!(found["matches"], json!(["平均値"]));
    assert_eq!((&found["cursor_start"], &found["cursor_end"]), (&json!(8), &json!(10)));
}

#[test]
fn the_companion_is_completed_and_every_match_is_a_plain_name() {
    let mut notebook = notebook();
    let found = complete(&mut notebook, "kakunin::optimizer::");
    let matches: Vec<_> = found["matches"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    assert!(matches.contains(&"EXPERIMENTS"), "{matches:?}");
    assert!(matches.iter().all(|m| m.chars().all(|c| c.is_alphanumeric() || c == '_')), "{matches:?}");
}

#[test]
fn the_kernels_commands_are_completed() {
    let mut notebook = notebook();
    let found = complete(&mut notebook, "// measured\n:ti");
    assert_eq!((&found["matches"], &found["cursor_start"]), (&json!([":time", ":timing"]), &json!(12)));
}

#[test]
fn names_of_the_kernels_own_are_not_offered() {
    let mut notebook = notebook();
    notebook.ok("struct P;\nimpl P { fn a(&self) {} }");
    for code in ["KAKUNIN_", "evcxr_", "kakunin_p"] {
        assert_eq!(complete(&mut notebook, code)["matches"], json!([]), "{code}");
    }
}

#[test]
fn a_variable_is_inspected_with_its_type_and_value() {
    let mut notebook = notebook();
    notebook.ok("let 数 = vec![1, 2];");
    let found = inspect(&mut notebook, "println!(\"{:?}\", 数");
    assert_eq!(found["found"], true);
    let text = found["data"]["text/plain"].as_str().unwrap();
    assert!(text.starts_with("数: Vec<i32> = [1, 2]"), "{text}");
}

#[test]
fn inspecting_neither_counts_nor_changes_anything() {
    let mut notebook = notebook();
    notebook.ok("let v = vec![1];");
    inspect(&mut notebook, "v");
    let ran = notebook.ok("v");
    assert_eq!((ran.result(), &ran.reply["execution_count"]), ("[1]", &json!(2)));
}

#[test]
fn a_function_of_the_companion_is_inspected_with_its_documentation() {
    let mut notebook = notebook();
    let text = inspect(&mut notebook, "kakunin::mnist")["data"]["text/plain"].as_str().unwrap().to_owned();
    assert!(text.contains("MNIST"), "{text}");
}

#[test]
fn an_unknown_name_is_not_found() {
    let mut notebook = notebook();
    assert_eq!(inspect(&mut notebook, "nowhere_to_be_seen")["found"], false);
}

#[test]
fn a_name_with_a_question_mark_fills_the_pager() {
    let mut notebook = notebook();
    notebook.ok("let x = 41;");
    let page = |notebook: &mut Notebook, code: &str| {
        let payload = notebook.ok(code).reply["payload"].clone();
        assert_eq!(payload[0]["source"], "page");
        payload[0]["data"]["text/plain"].as_str().unwrap().to_owned()
    };
    assert!(page(&mut notebook, "x?").starts_with("x: i32 = 41"));
    assert!(page(&mut notebook, "nowhere?").contains("nowhere"));
}
