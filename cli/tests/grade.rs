//! `kakunin grade`: one line in, one line out.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::run_in;

fn graded(lines: &str) -> (i32, Vec<serde_json::Value>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("answers.jsonl"), lines).unwrap();
    let (code, stdout, stderr) = run_in(dir.path(), "grade answers.jsonl --json");
    assert_eq!(stderr, "");
    (code, stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn every_answer_gets_its_line_in_order_and_wrong_ones_are_no_failure() {
    let (code, lines) = graded(concat!(
        "{\"q\": \"ct1\", \"answer\": \"2x+2y\"}\n\n",
        "{\"q\": \"ct8_conv_size\", \"answer\": \"49\"}\n",
        "{\"q\": \"ct3\", \"answer\": \"学習が進まない\"}\n",
        "{\"q\": \"ct2\", \"answer\": \"\"}\n",
    ));
    assert_eq!(code, 0);
    let verdicts: Vec<_> = lines.iter().map(|line| (&line["q"], &line["verdict"], &line["score"])).collect();
    assert_eq!(
        serde_json::json!(verdicts),
        serde_json::json!([
            ["ct1_chain_rule", "accept", 1.0],
            ["ct8_conv_size", "reject", 0.0],
            ["ct3_zero_init", "partial", 0.5],
            ["ct2_sigmoid_max", "invalid", 0.0],
        ])
    );
}

#[test]
fn broken_lines_and_unknown_questions_get_an_error_in_their_place() {
    let (code, lines) = graded(
        "{\"q\": \"ct1\"\n{\"q\": \"ct8_conv_siz3\", \"answer\": \"7×7\"}\n{\"q\": \"ct8\", \"answer\": \"7×7\"}\n",
    );
    assert_eq!(code, 0);
    assert_eq!(lines[0]["line"], 1);
    assert!(lines[0]["error"].as_str().unwrap().starts_with("この行は答えとして読めません"), "{}", lines[0]);
    assert!(lines[1]["error"].as_str().unwrap().contains("ct8_conv_size"), "{}", lines[1]);
    assert_eq!(lines[2]["verdict"], "accept");
}

#[test]
fn a_figure_drawn_mirrored_is_graded_by_its_seed() {
    let lines: String =
        (0..20).map(|seed| format!("{{\"q\":\"ct7\",\"answer\":\"右\",\"seed\":{seed}}}\n")).collect();
    let accepted = graded(&lines).1.iter().filter(|line| line["verdict"] == "accept").count();
    assert!((5..=15).contains(&accepted), "{accepted} of 20");
}

#[test]
fn a_file_that_is_not_there_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run_in(dir.path(), "grade none.jsonl");
    assert_eq!((code, stdout.as_str(), stderr.lines().count()), (2, "", 1), "{stderr}");
    assert!(stderr.contains("none.jsonl"), "{stderr}");
}
