//! How a cell fails: one error, which points at the learner's own line.

use serde_json::json;

use crate::notebook::notebook;

#[test]
fn a_panic_is_one_error_that_names_the_line() {
    let mut notebook = notebook();
    let ran = notebook.run("let y = 5;\n\npanic!(\"だめ {y}\");");
    let failed = ran.failed();
    assert_eq!((failed.name.as_str(), failed.value.as_str()), ("panic", "だめ 5"));
    assert!(failed.traceback.contains("In[1]:3\n     3 | panic!(\"だめ {y}\");"), "{}", failed.traceback);
    assert_eq!(ran.stderr(), "");
}

#[test]
fn a_panic_in_a_function_of_an_earlier_cell_names_that_cells_line() {
    let mut notebook = notebook();
    notebook.ok("fn element(v: &[i32]) -> i32 {\n    let a = 1;\n    v[7] + a\n}");
    let failed = notebook.run("let v = vec![1, 2];\nelement(&v)").failed();
    assert_eq!(failed.value, "index out of bounds: the len is 2 but the index is 7");
    assert!(failed.traceback.contains("In[1]:3\n     3 |     v[7] + a"), "{}", failed.traceback);
}

#[test]
fn a_question_mark_that_meets_an_error_is_one_error() {
    let mut notebook = notebook();
    let ran = notebook.run("println!(\"before\");\nlet n: i32 = \"x\".parse()?;\nprintln!(\"after\");");
    let failed = ran.failed();
    assert_eq!(failed.name, "Error");
    assert!(failed.value.contains("invalid digit found in string"), "{}", failed.value);
    assert!(
        failed.traceback.contains("In[1]:2\n     2 | let n: i32 = \"x\".parse()?;"),
        "{}",
        failed.traceback
    );
    assert_eq!((ran.stdout().as_str(), ran.stderr().as_str()), ("before\n", ""));
}

#[test]
fn a_place_is_found_by_where_it_is_and_not_by_what_it_says() {
    let mut notebook = notebook();
    notebook.ok("fn first(v: &[i32]) -> i32 {\n    v[0]\n}");
    let failed =
        notebook.run("// v[0]\nlet v: Vec<i32> = vec![]; let n = first(&v);\nlet m = first(&v);").failed();
    assert!(failed.traceback.contains("In[1]:2\n     2 |     v[0]"), "{}", failed.traceback);
    assert!(failed.traceback.contains("In[2]:2\n     2 | let v"), "{}", failed.traceback);
    assert!(
        !failed.traceback.contains("In[2]:1") && !failed.traceback.contains("In[2]:3"),
        "{}",
        failed.traceback
    );
}

#[test]
fn a_final_value_without_debug_is_named_with_what_to_do() {
    let mut notebook = notebook();
    notebook.ok("struct Point { x: f64 }");
    let ran = notebook.run("let p = Point { x: 1.0 };\nvec![p]");
    let failed = ran.failed();
    assert_eq!(failed.value, "この値は表示できません（Point に Debug がありません）。");
    assert!(
        failed.traceback.contains("In[2]:2:1") && failed.traceback.contains("2 │ vec![p]"),
        "{}",
        failed.traceback
    );
    assert!(failed.traceback.contains("#[derive(Debug)]"), "{}", failed.traceback);
    assert!(!failed.traceback.contains("evcxr"), "{}", failed.traceback);
}

#[test]
fn a_cell_that_does_not_compile_shows_carets_under_its_own_line() {
    let mut notebook = notebook();
    let failed = notebook.run("let a = 1;\n\nlet n: i32 = \"abc\";").failed();
    assert_eq!((failed.name.as_str(), failed.value.as_str()), ("error[E0308]", "mismatched types"));
    let lines: Vec<&str> = failed.traceback.lines().collect();
    let source = lines.iter().position(|line| line.starts_with("3 │ let n")).unwrap();
    assert!(lines[1].ends_with("In[1]:3:14"), "{}", failed.traceback);
    assert_eq!(column(lines[source + 1], '━'), column(lines[source], '"'), "{}", failed.traceback);
    assert!(lines[source + 1].contains("━━━━━ expected `i32`, found `&str`"), "{}", failed.traceback);
}

#[test]
fn columns_are_right_behind_japanese_text() {
    let mut notebook = notebook();
    let failed = notebook.run("let 変数 = \"日本語\"; let n: i32 = 'x';").failed();
    let lines: Vec<&str> = failed.traceback.lines().collect();
    assert!(lines[1].ends_with("In[1]:1:30"), "{}", failed.traceback);
    let source = lines.iter().position(|line| line.starts_with("1 │ let")).unwrap();
    assert_eq!(column(lines[source + 1], '━'), column(lines[source], '\''), "{}", failed.traceback);
}

/// Where a character first stands on a terminal, on which Japanese characters are two columns wide.
fn column(line: &str, wanted: char) -> usize {
    let before = line.chars().take_while(|&c| c != wanted);
    before.map(|c| if ('\u{3000}'..'\u{a000}').contains(&c) { 2 } else { 1 }).sum()
}

#[test]
fn every_error_of_a_cell_is_shown() {
    let mut notebook = notebook();
    let failed = notebook.run("let a: i32 = \"a\";\nlet b: u8 = \"b\";\nunknown();").failed();
    for place in ["In[1]:1:14", "In[1]:2:13", "In[1]:3:1"] {
        assert!(failed.traceback.contains(place), "{}", failed.traceback);
    }
}

#[test]
fn a_cell_that_does_not_compile_changes_nothing() {
    let mut notebook = notebook();
    notebook.ok("let v = vec![1];");
    notebook.run("let v = vec![2]; fn broken() -> i32 { \"x\" }").failed();
    assert_eq!(notebook.value("v"), "[1]");
}

#[test]
fn cells_queued_behind_a_failed_one_are_aborted_unless_the_front_end_says_otherwise() {
    let mut notebook = notebook();
    let cells: Vec<String> =
        ["let x = 1;", "panic!()", "let x = 2;"].into_iter().map(|code| notebook.start(code)).collect();
    let statuses: Vec<_> = cells.iter().map(|id| notebook.finish(id).reply["status"].clone()).collect();
    assert_eq!(statuses, ["ok", "error", "aborted"]);
    assert_eq!(notebook.value("x"), "1");

    let failing = notebook.start_with(json!({ "code": "panic!()", "stop_on_error": false }));
    let next = notebook.start("x + 1");
    notebook.finish(&failing).failed();
    assert_eq!(notebook.finish(&next).result(), "2");
}
