//! What a cell shows.

use serde_json::json;

use crate::installed::Installed;
use crate::notebook::{Notebook, notebook};

/// A training short enough for a test.
pub(crate) const SHORT: &str = "use kakunin::prelude::*;\nlet data = mnist()?;\n\
    let short = Experiment { iterations: 20, test_rows: 1_000, ..optimizer::BASE };";

#[test]
fn the_final_expression_is_the_result() {
    let mut notebook = notebook();
    let ran = notebook.ok("let x = 41;\nx + 1");
    assert_eq!(ran.result(), "42");
    assert_eq!(ran.all("execute_result")[0]["execution_count"], 1);
    assert!(notebook.ok("x;").results().is_empty());
    assert!(notebook.ok("()").results().is_empty());
}

#[test]
fn a_value_that_the_final_expression_moves_is_a_result_too() {
    let mut notebook = notebook();
    notebook.ok("let s = String::from(\"ab\");");
    assert_eq!(notebook.value("match s { t => t.len() }"), "2");
}

#[test]
fn a_record_of_a_training_is_a_picture_and_text() {
    let mut notebook = notebook();
    notebook.ok(SHORT);
    let ran = notebook.ok("short.run(0, &data)?");
    let result = ran.results()[0];
    assert!(result["text/html"].as_str().unwrap().contains("<svg"), "{result}");
    assert!(!result["text/plain"].as_str().unwrap().is_empty());
    assert!(ran.displays().is_empty());
}

#[test]
fn so_it_is_in_a_first_cell_with_question_marks() {
    let mut notebook = notebook();
    let ran = notebook.ok(&format!("{SHORT}\nshort.run(0, &data)?"));
    let result = ran.results()[0];
    assert!(result["text/html"].as_str().unwrap().contains("<svg"), "{result}");
}

#[test]
fn so_is_one_that_the_final_expression_moves() {
    let mut notebook = notebook();
    notebook.ok(&format!("{SHORT}\nlet history = short.run(0, &data)?;"));
    notebook.ok("fn same(history: History) -> History { history }");
    let ran = notebook.ok("same(history)");
    assert!(ran.results()[0]["text/html"].as_str().unwrap().contains("<svg"), "{ran:?}");
}

#[test]
fn a_large_value_is_cut_with_a_note() {
    let mut notebook = notebook();
    let text = notebook.value("vec![0_u8; 1_000_000]");
    assert!(text.len() < 70_000 && text.ends_with("（64 KiB を超えたので、ここまで）"), "{}", text.len());
}

#[test]
fn output_beyond_the_limit_is_counted_and_said() {
    let mut notebook = Notebook::with(Installed::shared(), &[("KAKUNIN_OUTPUT", "1M")]);
    let ran = notebook.ok("for i in 0..1_000_000 { println!(\"{i:010}\"); }");
    assert!(ran.stdout().len() <= 1 << 20, "{}", ran.stdout().len());
    let omitted = 1_000_000 - ran.stdout().matches('\n').count();
    assert!(ran.stderr().contains(&format!("{omitted} 行")), "{}", ran.stderr());
    assert_eq!(notebook.ok("println!(\"a\");").stdout(), "a\n");
}

#[test]
fn two_pictures_of_one_cell_are_two_displays_in_order_with_the_text_between() {
    let mut notebook = notebook();
    let ran = notebook.ok(
        "use kakunin::notebook::Output;\nOutput::new().plain(\"p\").html(\"<b>p</b>\").show();\nprint!(\"between\");\n\
         Output::new().plain(\"q\").show();\n7",
    );
    let shown: Vec<_> = ran.published.iter().map(|(msg_type, _)| msg_type.as_str()).collect();
    assert_eq!(shown[2..], ["display_data", "stream", "display_data", "execute_result"], "{shown:?}");
    assert_eq!(
        ran.displays(),
        [&json!({ "text/plain": "p", "text/html": "<b>p</b>" }), &json!({ "text/plain": "q" })]
    );
    assert_eq!((ran.stdout().as_str(), ran.result()), ("between", "7"));
}

#[test]
fn a_display_is_replaced_in_place_from_a_later_cell() {
    let mut notebook = notebook();
    let shown = notebook
        .ok("use kakunin::notebook::Output;\nlet shown = Output::new().plain(\"0\").show_updatable();");
    let id = &shown.all("display_data")[0]["transient"]["display_id"];
    assert!(id.is_string(), "{shown:?}");
    let updated = notebook.ok("shown.update(&Output::new().plain(\"1\"));");
    let update = updated.all("update_display_data")[0];
    assert_eq!((&update["transient"]["display_id"], &update["data"]["text/plain"]), (id, &json!("1")));
    assert!(updated.displays().is_empty());
}

#[test]
fn a_training_that_is_watched_is_one_picture_that_grows() {
    let mut notebook = notebook();
    notebook.ok(SHORT);
    let ran = notebook.ok("let history = short.watch(0, &data)?;");
    assert_eq!(ran.displays().len(), 1);
    let updates = ran.all("update_display_data");
    let last = updates.last().unwrap();
    assert_eq!(last["transient"], ran.all("display_data")[0]["transient"]);
    assert!(last["data"]["text/html"].as_str().unwrap().contains("<svg"));
    assert!(!last["data"]["text/html"].as_str().unwrap().contains("<progress"));
}

#[test]
fn a_cell_clears_its_own_output() {
    let mut notebook = notebook();
    let ran = notebook.ok("println!(\"a\");\nkakunin::notebook::clear(true);\nprintln!(\"b\");");
    let shown: Vec<_> = ran.published.iter().map(|(msg_type, _)| msg_type.as_str()).collect();
    assert_eq!(shown[2..], ["stream", "clear_output", "stream"], "{shown:?}");
    assert_eq!(ran.all("clear_output"), [&json!({ "wait": true })]);
}

#[test]
fn a_silent_cell_shows_nothing_and_is_not_counted() {
    let mut notebook = notebook();
    let id = notebook.start_with(json!({ "code": "let x = 1; println!(\"a\"); x", "silent": true }));
    let ran = notebook.finish(&id);
    assert_eq!(ran.reply["status"], "ok");
    assert!(ran.published.iter().all(|(msg_type, _)| msg_type == "status"), "{ran:?}");
    assert_eq!(notebook.ok("x").all("execute_result")[0]["execution_count"], 1);
}

#[test]
fn expressions_of_the_front_end_have_values_or_errors_of_their_own() {
    let mut notebook = notebook();
    let id = notebook.start_with(json!({
        "code": "let x = 41;",
        "user_expressions": { "next": "x + 1", "wrong": "y", "fails": "[x][x as usize]" },
    }));
    let reply = notebook.finish(&id).reply;
    assert_eq!(reply["status"], "ok");
    let values = &reply["user_expressions"];
    assert_eq!(values["next"]["data"]["text/plain"], "42");
    assert_eq!(values["wrong"]["ename"], "error[E0425]");
    assert_eq!(values["fails"]["ename"], "panic");
    assert_eq!(notebook.value("x"), "41");
}

#[test]
fn bytes_that_are_not_text_are_shown_as_such() {
    let mut notebook = notebook();
    let ran = notebook
        .ok("use std::io::Write;\nstd::io::stdout().write_all(b\"ab\\xff\\xfecd\\n\")?;\nprintln!(\"あ\");");
    assert_eq!(ran.stdout(), "ab\u{fffd}\u{fffd}cd\nあ\n");
}

#[test]
fn a_hundred_thousand_lines_arrive_whole_and_in_order() {
    let mut notebook = notebook();
    let ran = notebook.ok("for i in 0..100_000 { println!(\"{i}\"); }");
    assert!(ran.stdout() == (0..100_000).map(|i| format!("{i}\n")).collect::<String>());
}

#[test]
fn stdout_without_a_newline_and_stderr_are_not_lost() {
    let mut notebook = notebook();
    let ran = notebook.ok("print!(\"ab\");\neprint!(\"cd\");");
    assert_eq!((ran.stdout().as_str(), ran.stderr().as_str()), ("ab", "cd"));
}
