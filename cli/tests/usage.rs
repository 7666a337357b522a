//! Wrong use: one sentence in the chosen language, exit code 2, nothing on stdout.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{kakunin, run_in};
use predicates::str::contains;

/// Exit code 2, and one line on stderr with all of `parts`.
fn refuses(args: &str, parts: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run_in(dir.path(), args);
    assert_eq!((code, stdout.as_str()), (2, ""), "{args}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{args}: {stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{args}: {part} is not in {stderr}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{args} left a file");
}

#[test]
fn unknown_experiments_are_refused_with_the_nearest() {
    refuses("reproduce 2_4/61", &["「2_4/61」という実験はありません", "2_4/60"]);
    refuses("reproduce 2_7 --lang en", &["There is no experiment \"2_7\"", "2_4"]);
}

#[test]
fn seeds_that_cannot_be_are_refused() {
    for seed in ["-1", "4294967296", "x", "1.5", "--jobs"] {
        refuses(&format!("reproduce 2_4/8 --seed {seed}"), &["--seed", seed, "0 から 4294967295"]);
    }
    for seeds in ["5..5", "6..5", "5", "a..b", "-1..3", "0..4294967297"] {
        refuses(&format!("reproduce 2_4/8 --seeds {seeds}"), &["--seeds", seeds, "A < B"]);
    }
    refuses("reproduce --seed 1 --seeds 0..3", &["--seed と --seeds は一緒に使えません"]);
    refuses("reproduce --seeds 0..4294967296", &["201863462912 回", "--shard"]);
}

#[test]
fn shards_and_jobs_that_cannot_be_are_refused() {
    for shard in ["0/3", "4/3", "x", "1", "1/0"] {
        refuses(&format!("reproduce --shard {shard}"), &["--shard", &format!("「{shard}」")]);
    }
    refuses("reproduce --jobs 0", &["--jobs", "1 以上"]);
    refuses("reproduce --jobs many --lang=en", &["--jobs takes an integer of at least 1", "many"]);
}

#[test]
fn unknown_options_and_commands_are_refused_with_the_nearest() {
    refuses(
        "reproduce --sed 1",
        &["--sed というオプションはありません", "--seed", "kakunin reproduce --help"],
    );
    refuses("reprodce", &["「reprodce」というコマンドはありません", "もしかして reproduce"]);
    refuses("--lang en reprodce", &["There is no command", "did you mean reproduce?", "kakunin --help"]);
    refuses("data imprt x y", &["imprt", "import"]);
    refuses("clean now", &["「now」は余分です"]);
}

#[test]
fn options_used_wrongly_are_refused() {
    refuses("reproduce --json", &["--json の値がありません"]);
    refuses("reproduce --exact=yes", &["--exact は値を取りません", "yes"]);
    refuses("reproduce --exact --exact --lang en", &["--exact was given twice"]);
    refuses("reproduce --lang fr", &["--lang", "fr", "ja, en"]);
    refuses("experiments --measure", &["--slips も要ります"]);
    refuses("merge", &["FILE がありません", "kakunin merge --help"]);
    refuses("data import name --lang en", &["DIR is missing"]);
    refuses("completions tcsh", &["tcsh", "bash, elvish, fish, powershell, zsh"]);
}

#[test]
fn files_that_cannot_be_read_or_written_are_refused_before_training() {
    refuses("reproduce 2_4/8 --json no/such.json", &["no/such.json に書けません"]);
    refuses("reproduce 2_4/8 --json . --lang en", &[". is a folder"]);
    refuses("reproduce 2_4/8 --resume none.json", &["none.json がありません", "--json"]);
    refuses("merge none.json --lang en", &["There is no none.json"]);
    refuses("reproduce 2_4/8 --data mnits", &["mnits", "mnist"]);
}

#[test]
fn a_data_file_cut_short_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let original = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/mnist");
    for file in std::fs::read_dir(original).unwrap().map(|file| file.unwrap()) {
        std::fs::copy(file.path(), data.join(file.file_name())).unwrap();
    }
    let labels = data.join("t10k-labels-idx1-ubyte.gz");
    std::fs::write(&labels, &std::fs::read(&labels).unwrap()[..999]).unwrap();
    kakunin("reproduce 2_4/8 --json runs.json")
        .current_dir(dir.path())
        .env("KAKUNIN_DATA", &data)
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("t10k-labels-idx1-ubyte.gz"));
    assert!(!dir.path().join("runs.json").exists());
}

#[test]
fn the_help_follows_the_language() {
    kakunin("--help").assert().code(0).stdout(contains("使い方: kakunin コマンド"));
    kakunin("--help --lang en").assert().code(0).stdout(contains("Usage: kakunin COMMAND"));
    kakunin("reproduce --lang=en -h").assert().code(0).stdout(contains("trainings run side by side"));
    kakunin("data --help").env("KAKUNIN_LANG", "en").assert().code(0).stdout(contains("take in data"));
    kakunin("data --help --lang ja").env("KAKUNIN_LANG", "en").assert().stdout(contains("取り込む"));
    for command in ["", "reproduce", "merge", "experiments", "data", "data import", "clean", "completions"] {
        let help = kakunin(&format!("{command} --help --lang en")).output().unwrap().stdout;
        let help = String::from_utf8(help).unwrap();
        assert!(help.is_ascii() || help.chars().all(|c| c.is_ascii() || c == '−'), "{command}: {help}");
        let japanese = kakunin(&format!("{command} --help")).output().unwrap().stdout;
        let japanese = String::from_utf8(japanese).unwrap();
        assert!(!japanese.contains("Usage") && !japanese.contains("Options"), "{japanese}");
    }
}

#[test]
fn without_a_command_the_help_comes_with_exit_code_2() {
    kakunin("").assert().code(2).stdout("").stderr(contains("reproduce"));
    kakunin("data --lang en").assert().code(2).stderr(contains("The command is missing"));
}

#[test]
fn version_and_completions_are_printed() {
    kakunin("--version").assert().code(0).stdout("kakunin 0.1.0\n");
    kakunin("completions bash").assert().code(0).stdout(contains("--resume"));
    kakunin("completions zsh").assert().code(0).stdout(contains("学習を再現する"));
}

#[test]
fn the_47_rows_are_listed() {
    kakunin("experiments").assert().code(0).stdout(contains("Adam ε=0.01 β₁=0.9 β₂=0.999"));
    let json = kakunin("experiments --json --lang en").output().unwrap().stdout;
    let rows: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 47);
    assert_eq!(rows[0]["id"], "2_2_1/8");
    assert_eq!(rows[0]["differs"], "the base");
    kakunin("experiments --slips").assert().code(0).stdout(contains("シード 0"));
    kakunin("experiments --slips --lang en").assert().code(0).stdout(contains("mended"));
}

#[test]
fn the_data_commands_print_and_report() {
    kakunin("data list").assert().code(0).stdout(contains("mnist"));
    kakunin("data verify").assert().code(0).stdout(contains("✓"));
    kakunin("data remove none --lang en").assert().code(2).stdout("");
    kakunin("clean --dry-run").assert().code(0);
}
