//! 主張、帯、正誤表、診断のコマンド。

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::run_in;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Claims that take no training, so that they are quick.
const LIGHT: &str = "claims momentum_is_fast_in_a_valley im2col_and_col2im_disagree ada_grad_slows_down";

/// Exit code 2 and one line with all of `parts`.
fn refuses(dir: &Path, args: &str, parts: &[&str]) {
    let (code, stdout, stderr) = run_in(dir, args);
    assert_eq!((code, stdout.as_str()), (2, ""), "{args}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{args}: {stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{args}: {part} is not in {stderr}");
    }
}

/// An evidence file without what the clock said.
fn timeless(path: &Path) -> Value {
    let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for claim in json["claims"].as_array_mut().unwrap() {
        assert!(claim.as_object_mut().unwrap().remove("timing").is_some());
    }
    json
}

#[test]
fn claims_say_their_verdicts_and_two_runs_agree_but_for_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, _) = run_in(dir.path(), &format!("{LIGHT} --seeds 0..4 --json a.json"));
    assert_eq!(code, 0);
    for part in ["谷間についてから", "判定: 支持", "判定: 定義による", "シード: 0..4"] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
    run_in(dir.path(), &format!("{LIGHT} --seeds 0..4 --json b.json --jobs 1"));
    assert_eq!(timeless(&dir.path().join("a.json")), timeless(&dir.path().join("b.json")));
}

#[test]
fn a_resumed_sweep_ends_as_one_that_ran_at_once() {
    let dir = tempfile::tempdir().unwrap();
    run_in(dir.path(), &format!("{LIGHT} --seeds 0..5 --json whole.json"));
    run_in(dir.path(), &format!("{LIGHT} --seeds 0..3 --json part.json"));
    let (code, _, stderr) = run_in(dir.path(), &format!("{LIGHT} --seeds 0..5 --resume part.json"));
    // Two seeds of three claims are left.
    assert_eq!((code, stderr.lines().count()), (0, 6), "{stderr}");
    assert_eq!(timeless(&dir.path().join("part.json")), timeless(&dir.path().join("whole.json")));
}

#[test]
fn a_page_of_claims_needs_nothing_from_outside() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run_in(dir.path(), &format!("{LIGHT} --seeds 0..3 --out pages")).0, 0);
    let html = fs::read_to_string(dir.path().join("pages/index.html")).unwrap();
    assert_eq!(html.matches("<svg").count(), 3);
    for outside in ["<script", "<link", "src=", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(dir.path().join("pages/im2col_and_col2im_disagree.svg").exists());
}

#[test]
fn wrong_names_too_few_seeds_and_altered_evidence_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    refuses(dir, "claims he_helps_relu", &["「he_helps_relu」という主張はありません", "he_helps_only_relu"]);
    refuses(dir, "claims --seeds 3..4 --lang en", &["at least 2 seeds", "there are 1"]);
    refuses(dir, "claims --seeds 3..3", &["--seeds", "A < B"]);
    refuses(dir, "errata sigmoid_hal", &["sigmoid_half"]);
    refuses(dir, "diagnose 2_4/61", &["2_4/60"]);
    refuses(dir, "report", &["--out"]);

    run_in(dir, &format!("{LIGHT} --seeds 0..2 --json a.json"));
    let text = fs::read_to_string(dir.join("a.json")).unwrap();
    fs::write(dir.join("altered.json"), text.replace("\"supported\"", "\"not_supported\"")).unwrap();
    refuses(dir, "claims --resume altered.json", &["altered.json", "書き換えられています"]);
    fs::write(dir.join("old.json"), text.replace("\"version\":1", "\"version\":0")).unwrap();
    refuses(dir, "claims --resume old.json", &["版が違います", "0 ("]);
    refuses(dir, "claims --quick --resume a.json", &["--resume"]);
    refuses(dir, "bands a.json", &["a.json"]);
    refuses(dir, "bands none.json", &["none.json がありません"]);
    refuses(dir, "claims --resume none.json", &["none.json がありません"]);
    refuses(dir, "claims --seeds 0..4000000000 --lang en", &["1000000 at most"]);
}

#[test]
fn errata_are_listed_in_words_and_as_json() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, _) = run_in(dir.path(), "errata sigmoid_half");
    assert_eq!(code, 0);
    assert!(stdout.contains("0.5の時最大なので") && stdout.contains("入力は x = 0"));
    let (_, json, _) = run_in(dir.path(), "errata --json");
    let all: Value = serde_json::from_str(&json).unwrap();
    assert!(all.as_array().unwrap().iter().any(|e| e["evidence"][0]["claim"] == "he_helps_only_relu"));
}

#[test]
fn files_that_make_no_bands_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(run_in(dir, "reproduce 2_4/8 --seeds 3..4 --json one.json").0, 0);
    refuses(dir, "bands one.json --lang en", &["2_4/8", "only seed 3", "two seeds"]);
    refuses(dir, "bands one.json", &["シード 3 しかありません"]);
    let text = fs::read_to_string(dir.join("one.json")).unwrap();
    fs::write(dir.join("exact.json"), text.replace("\"mode\":\"published\"", "\"mode\":\"exact\"")).unwrap();
    refuses(dir, "bands one.json exact.json", &["exact.json: モードが違います"]);
    fs::write(dir.join("other.json"), text.replace("\"data\":\"mnist\"", "\"data\":\"fashion\"")).unwrap();
    refuses(dir, "bands one.json other.json --lang en", &["other.json: The data differs"]);
}

#[test]
fn bands_are_made_of_results_of_several_seeds() {
    let dir = tempfile::tempdir().unwrap();
    let sweep = "reproduce 2_4/8 --seeds 0..3 --json runs.json";
    assert_eq!(run_in(dir.path(), sweep).0, 0);
    let (code, stdout, stderr) = run_in(dir.path(), "bands runs.json --json bands.json --markdown bands.md");
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("2_4/8") && stdout.contains("0..3") && stdout.contains("0.1135"));
    let bands: Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("bands.json")).unwrap()).unwrap();
    let row = &bands["rows"][0];
    assert_eq!((row["last"].as_array().unwrap().len(), row["curve"].as_array().unwrap().len()), (3, 100));
    assert!(
        fs::read_to_string(dir.path().join("bands.md")).unwrap().contains("どの画像にも一つの数字を答える")
    );
}
