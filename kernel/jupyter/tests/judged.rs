//! The toy kernel before judges that nobody here wrote.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

use kakunin_judges::{KernelSpec, KernelTest, kernel_test, run_notebook};
use serde_json::{Value, json};

fn spec() -> KernelSpec {
    KernelSpec {
        name: "echo".into(),
        language: "echo".into(),
        argv: vec![env!("CARGO_BIN_EXE_echo_kernel").into(), "{connection_file}".into()],
        env: Vec::new(),
    }
}

#[test]
fn jupyters_own_conformance_tests_pass_with_every_sample_given() {
    let Value::Object(samples) = json!({
        "language_name": "echo",
        "file_extension": ".echo",
        "code_hello_world": "print hello, world",
        "code_stderr": "err oh",
        "completion_samples": [{ "text": "pa", "matches": ["page", "panic", "password"] }, { "text": "show a fa", "matches": ["fail"] }],
        "complete_code_samples": ["print x", ""],
        "incomplete_code_samples": ["print \\"],
        "invalid_code_samples": [")"],
        "code_page_something": "page the manual",
        "code_generate_error": "fail",
        "code_execute_result": [
            { "code": "result 1+1", "result": "1+1" },
            { "code": "result 2+2", "result": "2+2" },
            { "code": "result 3*3", "result": "3*3" },
            { "code": "picture <svg/>", "mime": "image/svg+xml" },
        ],
        "code_display_data": [
            { "code": "show text/html <b>x</b>", "mime": "text/html" },
            { "code": "show image/png eA==", "mime": "image/png" },
        ],
        "code_history_pattern": "result 1?1",
        "supported_history_operations": ["tail", "range", "search"],
        "code_inspect_sample": "print",
        "code_clear_output": "clear",
    }) else {
        unreachable!("the samples are an object");
    };
    kernel_test(&KernelTest { spec: spec(), samples }).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn nbclient_runs_a_notebook_and_stops_at_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let cell = |id: &str, code: &str| json!({ "cell_type": "code", "id": id, "source": code, "metadata": {}, "outputs": [], "execution_count": null });
    let notebook = |cells: Vec<Value>| {
        json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells }).to_string()
    };
    let good = folder.path().join("good.ipynb");
    std::fs::write(&good, notebook(vec![cell("a", "print hello"), cell("b", "result 42")])).unwrap();
    let ran: Value = serde_json::from_str(&run_notebook(&spec(), &good, 60).unwrap()).unwrap();
    assert_eq!(ran["cells"][0]["outputs"][0]["text"], json!(["hello\n"]));
    assert_eq!(ran["cells"][1]["outputs"][0]["data"]["text/plain"], json!(["42"]));
    assert_eq!(ran["cells"][1]["execution_count"], 2);

    let bad = folder.path().join("bad.ipynb");
    std::fs::write(&bad, notebook(vec![cell("a", "fail")])).unwrap();
    let said = run_notebook(&spec(), &bad, 60).unwrap_err();
    assert!(said.contains("Failure: as asked"), "{said}");
}
