//! The lines that begin with a colon.

use crate::notebook::notebook;

#[test]
fn variables_are_a_table_in_text_and_in_html() {
    let mut notebook = notebook();
    notebook.ok("let 平均 = 1.5;\nlet a: Vec<u8> = vec![1];");
    let ran = notebook.ok(":vars");
    assert_eq!(ran.result(), "a     Vec<u8>\n平均  f64");
    let html = ran.results()[0]["text/html"].as_str().unwrap();
    assert_eq!(html.matches("<tr>").count(), html.matches("</tr>").count(), "{html}");
}

#[test]
fn the_time_is_said_of_the_cell_that_asks_and_of_no_other() {
    let mut notebook = notebook();
    let ran = notebook.ok(":time\nlet x = 1;\nx + 1");
    assert!(ran.stdout().contains("コンパイル") && ran.stdout().contains("実行"), "{}", ran.stdout());
    assert_eq!(ran.result(), "2");
    assert_eq!(notebook.ok("x").stdout(), "");
}

#[test]
fn a_benchmark_says_how_long_a_run_takes() {
    let mut notebook = notebook();
    let said = notebook.ok(":bench\n(0..100_u64).sum::<u64>()").stdout();
    assert!(said.contains("中央値") && said.contains("回"), "{said}");
}

#[test]
fn the_optimisation_is_chosen_for_a_cell_or_for_the_session() {
    let mut notebook = notebook();
    let settings = notebook.session().join("settings.json");
    let level = || {
        let text = std::fs::read_to_string(&settings).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["opt_level"].clone()
    };
    notebook.ok(":opt 2\nlet a = 1;");
    assert_eq!(level(), "2");
    notebook.ok("let b = 1;");
    assert_eq!(level(), "0");
    notebook.ok(":opt 3");
    notebook.ok("let c = 1;");
    assert_eq!(level(), "3");
    let failed = notebook.run(":opt 7").failed();
    assert!(failed.value.contains('7'), "{}", failed.value);
}

#[test]
fn the_last_error_is_shown_again() {
    let mut notebook = notebook();
    assert_eq!(notebook.ok(":last_error").stdout(), "");
    let traceback = notebook.run("panic!(\"そのとき\")").failed().traceback;
    notebook.ok("1 + 1");
    assert_eq!(crate::ran::plain(&notebook.ok(":last_error").stdout()), traceback + "\n");
}

#[test]
fn help_lists_our_commands_and_evcxrs() {
    let mut notebook = notebook();
    let ran = notebook.ok(":help");
    assert!(ran.stdout().contains(":bench") && ran.stdout().contains(":last_error"), "{}", ran.stdout());
    assert!(ran.result().contains(":vars"), "{}", ran.result());
}

#[test]
fn clear_forgets_the_variables_and_items() {
    let mut notebook = notebook();
    notebook.ok("let x = 1;\nfn f() -> i32 { 2 }");
    notebook.ok(":clear");
    assert_eq!(notebook.run("x").failed().name, "error[E0425]");
    assert_eq!(notebook.run("f()").failed().name, "error[E0425]");
    notebook.ok("let x = 3;");
}

#[test]
fn restart_gives_a_new_process_and_the_next_cell_runs() {
    let mut notebook = notebook();
    let before = notebook.value("std::process::id()");
    notebook.ok(":restart");
    assert_ne!(notebook.value("std::process::id()"), before);
}

#[test]
fn values_are_shown_in_the_format_that_was_chosen() {
    let mut notebook = notebook();
    // The advice that rustc gives for a missing trait points at this line.
    notebook.ok("use std::collections::HashMap;");
    notebook.ok(":fmt {:#?}");
    assert_eq!(notebook.value("vec![1]"), "[\n    1,\n]");
    notebook.ok(":fmt {:?}");
    assert_eq!(notebook.value("vec![1]"), "[1]");
}

#[test]
fn types_are_shown_when_asked_for() {
    let mut notebook = notebook();
    notebook.ok("use std::collections::HashMap;");
    notebook.ok(":types");
    assert_eq!(notebook.value("1.5"), ": f64 = 1.5");
}

#[test]
fn commands_that_would_take_the_session_off_its_template_are_refused() {
    let mut notebook = notebook();
    for command in [":linker lld", ":toolchain nightly", ":cache 500", ":quit"] {
        let failed = notebook.run(command).failed();
        assert_eq!(failed.value.lines().count(), 1, "{}", failed.value);
    }
    assert_eq!(notebook.value("1 + 1"), "2");
}
