//! "History", within a session and across sessions, and what happens to a history that can't be kept.

use std::path::Path;

use kakunin_jupyter::history::History;
use serde_json::{Value, json};

use crate::front_end::FrontEnd;

/// A session that has run these cells.
fn having_run(history: History, cells: &[&str]) -> FrontEnd {
    let mut front = FrontEnd::with_history(history);
    for code in cells {
        front.start(code);
        if code.starts_with("result") {
            front.published("execute_result");
        }
        front.ended();
    }
    front
}

fn ask(front: &mut FrontEnd, question: Value) -> Value {
    let mut reply = front.ask("history_request", question);
    assert_eq!(reply["status"], "ok");
    reply["history"].take()
}

fn shared(file: &Path) -> History {
    History::in_file(file)
}

#[test]
fn the_tail_is_the_last_cells_oldest_first() {
    let mut front = having_run(History::in_memory(), &["next x"; 3]);
    let tail = ask(&mut front, json!({ "hist_access_type": "tail", "n": 2, "raw": true }));
    assert_eq!(tail, json!([[1, 2, "next x"], [1, 3, "next x"]]));
}

#[test]
fn outputs_come_with_the_cells_when_asked_for() {
    let mut front = having_run(History::in_memory(), &["result 42", "next x"]);
    let tail = ask(&mut front, json!({ "hist_access_type": "tail", "n": 2, "output": true }));
    assert_eq!(tail, json!([[1, 1, ["result 42", "42"]], [1, 2, ["next x", null]]]));
}

#[test]
fn a_range_goes_from_start_to_before_stop() {
    let mut front = having_run(History::in_memory(), &["next 1", "next 2", "next 3"]);
    let range = json!({ "hist_access_type": "range", "session": 1, "start": 2, "stop": 3 });
    assert_eq!(ask(&mut front, range), json!([[1, 2, "next 2"]]));
    let open = json!({ "hist_access_type": "range", "session": 0, "start": 2, "stop": null });
    assert_eq!(ask(&mut front, open), json!([[1, 2, "next 2"], [1, 3, "next 3"]]));
}

#[test]
fn sessions_that_share_a_file_are_numbered_and_counted_back_from_the_current_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep").join("history.sqlite");
    having_run(shared(&file), &["next one"]);
    having_run(shared(&file), &["next two"]);
    let mut third = having_run(shared(&file), &["next three"]);
    let mut of = |session: i64| ask(&mut third, json!({ "hist_access_type": "range", "session": session }));
    assert_eq!(of(0), json!([[3, 1, "next three"]]));
    assert_eq!(of(-1), json!([[2, 1, "next two"]]));
    assert_eq!(of(-2), json!([[1, 1, "next one"]]));
    assert_eq!(of(1), json!([[1, 1, "next one"]]));
    assert_eq!(of(-9), json!([]));
    let all = ask(&mut third, json!({ "hist_access_type": "tail", "n": 9 }));
    assert_eq!(all.as_array().unwrap().len(), 3);
}

#[test]
fn sessions_at_the_same_time_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    let mut first = having_run(shared(&file), &["next a"]);
    let mut second = having_run(shared(&file), &["next b"]);
    first.quietly("next c");
    let own = json!({ "hist_access_type": "range", "session": 0 });
    assert_eq!(ask(&mut first, own.clone()), json!([[1, 1, "next a"], [1, 2, "next c"]]));
    assert_eq!(ask(&mut second, own), json!([[2, 1, "next b"]]));
}

#[test]
fn a_search_knows_stars_and_question_marks_and_nothing_else() {
    let mut front = having_run(History::in_memory(), &["next 1", "next 22", "next [3]", "page 1"]);
    let mut find = |pattern: &str| {
        let found = ask(&mut front, json!({ "hist_access_type": "search", "pattern": pattern }));
        found.as_array().unwrap().iter().map(|row| row[2].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(find("next ?"), ["next 1"]);
    assert_eq!(find("next*"), ["next 1", "next 22", "next [3]"]);
    assert_eq!(find("*[3]"), ["next [3]"]);
    assert_eq!(find("* [1-2]"), [""; 0]);
    assert_eq!(find("NEXT 1"), [""; 0]);
}

#[test]
fn a_search_gives_the_last_n_and_each_cell_once_when_asked_to() {
    let mut front = having_run(History::in_memory(), &["next 1", "next 2", "next 1", "page"]);
    let search = json!({ "hist_access_type": "search", "pattern": "next*", "n": 2 });
    assert_eq!(ask(&mut front, search), json!([[1, 2, "next 2"], [1, 3, "next 1"]]));
    let unique = json!({ "hist_access_type": "search", "pattern": "next*", "unique": true });
    assert_eq!(ask(&mut front, unique), json!([[1, 2, "next 2"], [1, 3, "next 1"]]));
}

#[test]
fn a_monstrous_pattern_finds_nothing_and_harms_nothing() {
    let mut front = having_run(History::in_memory(), &["next 1"]);
    let monstrous = json!({ "hist_access_type": "search", "pattern": "[".repeat(100_000) });
    assert_eq!(ask(&mut front, monstrous), json!([]));
    assert_eq!(ask(&mut front, json!({ "hist_access_type": "search" })), json!([[1, 1, "next 1"]]));
}

/// Whatever is wrong with the file, the session remembers its own cells.
fn remembers_its_own(file: &Path) {
    let mut front = having_run(shared(file), &["next 1", "next 2"]);
    let own = json!({ "hist_access_type": "range", "session": 0 });
    let cells = ask(&mut front, own);
    assert_eq!(cells.as_array().unwrap().len(), 2, "{cells}");
    assert_eq!(cells[1][2], "next 2");
}

#[test]
fn a_corrupt_file_is_left_alone_and_the_session_remembers_its_own_cells() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    std::fs::write(&file, "this is no database".repeat(100)).unwrap();
    remembers_its_own(&file);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("this is no database"));
}

#[test]
fn a_place_that_can_not_be_written_is_no_obstacle() {
    remembers_its_own(Path::new("/proc/no/such/place/history.sqlite"));
}

#[test]
fn a_database_of_somebody_else_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    let theirs = rusqlite::Connection::open(&file).unwrap();
    theirs.execute_batch("CREATE TABLE cells (colour TEXT); CREATE TABLE sessions (colour TEXT);").unwrap();
    remembers_its_own(&file);
}

#[test]
fn a_file_that_another_program_holds_locked_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    let holder = rusqlite::Connection::open(&file).unwrap();
    holder.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (x);").unwrap();
    remembers_its_own(&file);
}

#[test]
fn a_file_that_becomes_locked_during_the_session_costs_nothing_of_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    let mut front = having_run(shared(&file), &["next 1"]);
    let holder = rusqlite::Connection::open(&file).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE;").unwrap();
    front.quietly("next 2");
    let own = ask(&mut front, json!({ "hist_access_type": "range", "session": 0 }));
    assert_eq!(own, json!([[1, 1, "next 1"], [1, 2, "next 2"]]));
}
