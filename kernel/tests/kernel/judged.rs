//! The kernel before judges that nobody here wrote.

use kakunin_judges::{KernelSpec, KernelTest, kernel_test, run_notebook};
use serde_json::{Value, json};

use crate::installed::Installed;

fn spec() -> KernelSpec {
    let shared = Installed::shared();
    let text = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    KernelSpec {
        name: "kakunin".into(),
        language: "rust".into(),
        argv: vec![text(shared.program()), "{connection_file}".into()],
        env: vec![
            ("KAKUNIN_TEMPLATE".into(), text(shared.template())),
            ("KAKUNIN_CACHE".into(), text(shared.cache.clone())),
            ("KAKUNIN_HISTORY".into(), String::new()),
        ],
    }
}

#[test]
fn jupyters_own_conformance_tests_pass_with_every_sample_given() {
    let Value::Object(samples) = json!({
        "language_name": "rust",
        "file_extension": ".rs",
        "code_hello_world": "println!(\"hello, world\");",
        "code_stderr": "eprintln!(\"oh\");",
        "completion_samples": [
            { "text": "String::with_cap", "matches": ["with_capacity"] },
            { "text": "kakunin::optimizer::EXP", "matches": ["EXPERIMENTS"] },
        ],
        "complete_code_samples": ["let x = 1;", "x + 1", "fn f() -> i32 {\n    1\n}", ":dep ndarray = \"0.17\"", ""],
        "incomplete_code_samples": ["fn f() {", "let x =", "let s = \"abc", "foo("],
        "invalid_code_samples": ["fn fn", "let x = );"],
        "code_page_something": "String?",
        "code_generate_error": "panic!(\"as asked\");",
        "code_execute_result": [
            { "code": "1 + 1", "result": "2" },
            { "code": "\"あ\".len()", "result": "3" },
            {
                "code": "use kakunin::prelude::*; History::default()",
                "mime": "text/html",
            },
        ],
        "code_display_data": [
            { "code": "kakunin::notebook::Output::new().html(\"<b>x</b>\").show();", "mime": "text/html" },
            { "code": "kakunin::notebook::Output::new().svg(\"<svg/>\").show();", "mime": "image/svg+xml" },
            { "code": "kakunin::notebook::Output::new().png(b\"x\").show();", "mime": "image/png" },
        ],
        "code_history_pattern": "1 ? 1",
        "supported_history_operations": ["tail", "range", "search"],
        "code_inspect_sample": "String::new",
        "code_clear_output": "kakunin::notebook::clear(false);",
    }) else {
        unreachable!("the samples are an object");
    };
    kernel_test(&KernelTest { spec: spec(), samples }).unwrap_or_else(|said| panic!("{said}"));
}

fn notebook(cells: &[(&str, &[&str])]) -> String {
    let cells: Vec<Value> = cells
        .iter()
        .enumerate()
        .map(|(i, (code, tags))| {
            json!({
                "cell_type": "code", "id": format!("cell-{i}"), "source": code,
                "metadata": { "tags": tags }, "outputs": [], "execution_count": null,
            })
        })
        .collect();
    json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells }).to_string()
}

#[test]
fn nbclient_runs_a_notebook_with_a_training_a_figure_and_a_panic_that_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("good.ipynb");
    let text = notebook(&[
        (crate::results::SHORT, &[]),
        ("let history = short.run(0, &data)?;\nOutput::from(&history).show();\nhistory", &[]),
        ("use plotters::prelude::*;\nevcxr_figure((200, 100), |root| { root.fill(&WHITE)?; Ok(()) })", &[]),
        ("panic!(\"as asked\")", &["raises-exception"]),
        ("history.curve.len()", &[]),
    ]);
    std::fs::write(&file, text).unwrap();
    let ran: Value = serde_json::from_str(&run_notebook(&spec(), &file, 300).unwrap()).unwrap();
    let output = |cell: usize| ran["cells"][cell]["outputs"].as_array().unwrap().last().unwrap();
    assert_eq!(ran["cells"][1]["outputs"][0]["output_type"], "display_data");
    assert_eq!(output(1)["output_type"], "execute_result");
    assert!(output(1)["data"]["text/html"].to_string().contains("<svg"));
    assert_eq!(output(2)["output_type"], "execute_result");
    assert!(output(2)["data"]["text/html"].to_string().contains("<svg"));
    assert_eq!((&output(3)["output_type"], &output(3)["ename"]), (&json!("error"), &json!("panic")));
    assert_eq!(output(4)["data"]["text/plain"], json!(["2"]));
}

#[test]
fn nbclient_stops_at_a_panic_that_is_not_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.ipynb");
    std::fs::write(&file, notebook(&[("panic!(\"not asked\")", &[])])).unwrap();
    let said = run_notebook(&spec(), &file, 300).unwrap_err();
    assert!(said.contains("CellExecutionError") && said.contains("not asked"), "{said}");
}
