//! What the tests of the command share.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file takes what it needs; a test may panic")]

use assert_cmd::Command;
use std::path::Path;

/// The command, speaking Japanese whatever the environment says.
pub(crate) fn kakunin(args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakunin"));
    command.env_remove("KAKUNIN_LANG").args(args.split_whitespace());
    command
}

/// Runs it in `dir` and gives the exit code, stdout and stderr.
pub(crate) fn run_in(dir: &Path, args: &str) -> (i32, String, String) {
    let output = kakunin(args).current_dir(dir).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A results file as JSON, without the seconds.
pub(crate) fn without_seconds(path: &Path) -> serde_json::Value {
    let mut json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for run in json["runs"].as_array_mut().unwrap() {
        assert!(run.as_object_mut().unwrap().remove("seconds").unwrap().as_f64().unwrap() > 0.0);
    }
    json
}

/// The rows and seeds of a results file.
pub(crate) fn pairs(json: &serde_json::Value) -> Vec<String> {
    let name = |run: &serde_json::Value| format!("{} {}", run["id"].as_str().unwrap(), run["seed"]);
    json["runs"].as_array().unwrap().iter().map(name).collect()
}
