//! `kakunin quiz`, `drill`, `export`, `appeals` and `check-content`, without a terminal.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::kakunin;
use kakunin::quiz::{Did, Progress};

/// Exit code, stdout and stderr, with a record of its own.
fn run(state: &std::path::Path, args: &str) -> (i32, String, String) {
    let output = kakunin(args).env("KAKUNIN_STATE", state).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn state() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quiz.json");
    (folder, path)
}

#[test]
fn without_a_terminal_the_quiz_points_to_grade() {
    let (_folder, state) = state();
    let (code, stdout, stderr) = run(&state, "quiz ct1");
    assert_eq!((code, stdout.as_str(), stderr.lines().count()), (2, "", 1), "{stderr}");
    assert!(stderr.contains("kakunin grade"), "{stderr}");
}

#[test]
fn nothing_is_due_before_the_first_answer_and_a_reset_keeps_the_old_record() {
    let (_folder, state) = state();
    assert!(run(&state, "quiz --due").1.contains("いま復習する問題はありません"));
    assert!(run(&state, "quiz --reset").1.contains("記録はまだありません"));
    Progress::at(&state).check("ct1", "2(x+y)", None).unwrap();
    assert!(run(&state, "quiz --due --lang en").1.contains("The next review is in 2 days."));
    assert!(run(&state, "quiz --reset").1.contains("quiz.json.old1"));
}

#[test]
fn appeals_are_printed_one_json_a_line() {
    let (_folder, state) = state();
    let (answer, verdict) = ("学習が\n進まない".to_owned(), kakunin::quiz::Verdict::Partial);
    Progress::at(&state).record("ct3_zero_init", Did::Appeal { answer, verdict, why: String::new() });
    let (code, stdout, _) = run(&state, "appeals");
    let line: serde_json::Value = serde_json::from_str(stdout.trim_end()).unwrap();
    assert_eq!(code, 0);
    assert_eq!(
        (&line["q"], &line["answer"], &line["verdict"]),
        (&"ct3_zero_init".into(), &"学習が\n進まない".into(), &"partial".into())
    );
}

#[test]
fn a_drill_is_asked_checked_and_solved() {
    let (_folder, state) = state();
    assert!(run(&state, "drill").1.contains("conv-size"));
    let (code, stdout, _) = run(&state, "drill norm --seed 7 --answer 0.0001 --solution");
    assert_eq!(code, 0);
    assert!(stdout.contains("不正解") && stdout.contains(" = "), "{stdout}");
    assert_eq!(run(&state, "drill norm --seed -1").0, 2);
    assert!(run(&state, "drill nrom").2.contains("norm"));
}

#[test]
fn exports_hold_every_question_and_jupyterquiz_the_choices_and_numbers() {
    let (_folder, state) = state();
    let all = kakunin::quiz::questions().unwrap().len();
    let anki = run(&state, "export --format anki").1;
    assert_eq!(anki.lines().filter(|line| !line.starts_with('#')).count(), all);
    assert!(anki.lines().skip(5).all(|line| line.split('\t').count() == 3), "{anki}");
    let quiz: Vec<serde_json::Value> =
        serde_json::from_str(&run(&state, "export --format jupyterquiz").1).unwrap();
    for entry in &quiz {
        let answers = entry["answers"].as_array().unwrap();
        assert_eq!(answers.iter().filter(|answer| answer["correct"] == true).count(), 1, "{entry}");
        assert!(answers.iter().all(|answer| !answer["feedback"].as_str().unwrap().is_empty()), "{entry}");
    }
    let csv = run(&state, "export --format csv --lang en").1;
    assert!(csv.starts_with("id,section,points,question,answer") && csv.contains("s5_year"), "{csv}");
}

#[test]
fn the_questions_that_come_along_are_checked() {
    let (_folder, state) = state();
    let (code, stdout, _) = run(&state, "check-content");
    assert_eq!((code, stdout.contains("直すところはありません")), (0, true), "{stdout}");
}
