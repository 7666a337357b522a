//! Trainings from the command line: the same file every time, parts that join, and Ctrl-C.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{pairs, run_in, without_seconds};
use std::path::Path;

/// Runs it, wants exit code 0, and gives the results file.
fn reproduce(dir: &Path, args: &str, file: &str) -> serde_json::Value {
    let (code, _, stderr) = run_in(dir, args);
    assert_eq!(code, 0, "{stderr}");
    without_seconds(&dir.join(file))
}

#[test]
fn the_file_is_the_same_for_any_number_of_jobs() {
    let dir = tempfile::tempdir().unwrap();
    let one = reproduce(dir.path(), "reproduce 2_4/10 2_4/8 --jobs 1 --json one.json", "one.json");
    let two = reproduce(dir.path(), "reproduce 2_4/8 2_4/10 --jobs 2 --json two.json", "two.json");
    assert_eq!(one, two);
    assert_eq!(pairs(&one), ["2_4/8 0", "2_4/10 0"]);
    assert_eq!((&one["complete"], &one["mode"]), (&true.into(), &"published".into()));
    assert_eq!(one["runs"][0]["loss"].as_array().unwrap().len(), 1000);
    assert_eq!(one["runs"][0]["iterations"].as_array().unwrap().len(), 100);
}

#[test]
fn a_resumed_run_equals_an_uninterrupted_one() {
    let dir = tempfile::tempdir().unwrap();
    let whole = reproduce(dir.path(), "reproduce 2_4/8 2_4/10 --json whole.json", "whole.json");
    // As a kill leaves it: the second run is not there yet.
    let text = std::fs::read_to_string(dir.path().join("whole.json")).unwrap();
    let first = text.find(",\n{\"id\":\"2_4/10\"").unwrap();
    let before = text[..first].replace("\"complete\":true", "\"complete\":false") + "\n]}\n";
    std::fs::write(dir.path().join("part.json"), &before).unwrap();

    let elsewhere = "reproduce 2_4/8 2_4/10 --resume part.json --json rest.json";
    let (code, stdout, stderr) = run_in(dir.path(), elsewhere);
    assert_eq!((code, stderr.lines().count()), (0, 1), "only the missing row is trained: {stderr}");
    assert!(stderr.starts_with("[1/1] 2_4/10 シード 0: 検証 0."), "{stderr}");
    assert!(stdout.contains("2_4/8") && stdout.contains("2_4/10"), "{stdout}");
    assert_eq!(without_seconds(&dir.path().join("rest.json")), whole);
    assert_eq!(std::fs::read_to_string(dir.path().join("part.json")).unwrap(), before);

    let back = reproduce(dir.path(), "reproduce 2_4/8 2_4/10 --resume part.json", "part.json");
    assert_eq!(back, whole);
}

#[test]
fn files_of_another_kind_are_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    reproduce(dir.path(), "reproduce 2_4/8 --json runs.json", "runs.json");
    let text = std::fs::read_to_string(dir.path().join("runs.json")).unwrap();
    let broken = [
        ("exact", text.replace("\"published\"", "\"exact\""), "モードが違います"),
        ("data", text.replace("\"mnist\"", "\"fashion\""), "データが違います"),
        ("version", text.replace("\"version\":1", "\"version\":9"), "版が違います"),
        ("cut", text[..text.len() / 2].to_owned(), "途中で切れています"),
        ("foreign", "{\"cells\": []}".to_owned(), "結果のファイルの形ではありません"),
        ("altered", text.replacen("\"test\":[0.", "\"test\":[0.12345678,0.", 1), "壊れています"),
    ];
    for (name, text, sentence) in broken {
        std::fs::write(dir.path().join(name), &text).unwrap();
        let (code, stdout, stderr) = run_in(dir.path(), &format!("reproduce 2_4/8 --resume {name}"));
        assert_eq!((code, stdout.as_str()), (2, ""), "{name}: {stderr}");
        assert!(stderr.contains(sentence) && stderr.contains(name), "{name}: {stderr}");
        assert_eq!(std::fs::read_to_string(dir.path().join(name)).unwrap(), text, "{name} was touched");
    }
}

#[test]
fn shards_join_to_the_whole_and_what_is_missing_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for k in 1..=2 {
        let args = format!("reproduce 2_4/8 2_4/10 --seeds 1..3 --shard {k}/2 --json {k}.json");
        reproduce(dir.path(), &args, &format!("{k}.json"));
    }
    let (code, stdout, stderr) = run_in(dir.path(), "merge 2.json 1.json --json all.json");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("中央値"), "{stdout}");
    let all = without_seconds(&dir.path().join("all.json"));
    assert_eq!(pairs(&all), ["2_4/8 1", "2_4/8 2", "2_4/10 1", "2_4/10 2"]);
    assert_eq!(all["complete"], true);

    // The last run is taken away.
    let text = std::fs::read_to_string(dir.path().join("2.json")).unwrap();
    let last = text.find(",\n{\"id\":\"2_4/10\"").unwrap();
    std::fs::write(dir.path().join("less.json"), format!("{}\n]}}\n", &text[..last])).unwrap();
    let (code, _, stderr) = run_in(dir.path(), "merge 1.json less.json --json some.json");
    assert_eq!(code, 0);
    assert!(stderr.contains("足りない学習が 1 回あります: 2_4/10 シード 2"), "{stderr}");
    assert_eq!(without_seconds(&dir.path().join("some.json"))["complete"], false);

    let (code, stdout, stderr) = run_in(dir.path(), "merge 1.json all.json --lang en");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("2_4/8 seed 1 is in both 1.json and all.json"), "{stderr}");
}

#[test]
fn exact_runs_and_published_runs_are_not_merged() {
    let dir = tempfile::tempdir().unwrap();
    let exact = reproduce(dir.path(), "reproduce 2_4/12 --exact --json exact.json", "exact.json");
    assert_eq!(exact["mode"], "exact");
    let text = std::fs::read_to_string(dir.path().join("exact.json")).unwrap();
    std::fs::write(dir.path().join("published.json"), text.replace("\"exact\"", "\"published\"")).unwrap();
    let (code, _, stderr) = run_in(dir.path(), "merge published.json exact.json");
    assert_eq!(code, 2);
    assert!(stderr.contains("モードが違います"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished_and_exits_with_130() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("runs.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(["reproduce", "2_4/8", "2_6", "--lang", "en", "--json", "runs.json"])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The other training takes many times as long as the one that is through.
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("2_4/8") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "it ended by itself");
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130));
    assert!(stdout.contains("2_4/8"), "{stdout}");
    assert!(rest.contains("1 of 2 trainings") && rest.contains("--resume runs.json"), "{rest}");
    let json = without_seconds(&file);
    assert_eq!((&json["complete"], pairs(&json)), (&false.into(), vec!["2_4/8 0".to_owned()]));
}
