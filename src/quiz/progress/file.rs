//! 記録のファイル: `{"version": 2, "events": [...]}`。読んで、加えて、置き換える間は、隣のファイルで鍵をかける。

use super::Event;
use crate::quiz::outcome::text;
use crate::quiz::question::Text;
use crate::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The version of the form of this file. 1 has no predictions.
const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    version: u32,
    events: Vec<Event>,
}

/// Why there is nothing to read.
enum Missing {
    NoFile,
    /// Not ours, or cut off.
    Broken(String),
    /// Of a newer kakunin, or not readable for us: to be left alone.
    Closed(String),
}

/// `KAKUNIN_STATE`, or a file in the user's folder for such things.
pub(super) fn place() -> Option<PathBuf> {
    let named = std::env::var_os("KAKUNIN_STATE").filter(|path| !path.is_empty());
    let of_user = || Some(dirs::state_dir().or_else(dirs::data_local_dir)?.join("kakunin").join("quiz.json"));
    named.map(PathBuf::from).or_else(of_user)
}

/// What is recorded; nothing where it can't be read.
pub(super) fn read(path: Option<&Path>) -> Vec<Event> {
    path.and_then(|path| load(path).ok()).map(|state| state.events).unwrap_or_default()
}

/// Adds an event. A broken file is kept under another name, which is said.
pub(super) fn add(path: Option<&Path>, event: &Event) -> Result<Option<Text>, Error> {
    let path = path.ok_or_else(|| unwritable(&"KAKUNIN_STATE", &"no home folder"))?;
    let _lock = lock(path).map_err(|e| unwritable(&path.display(), &e))?;
    let (mut state, remark) = match load(path) {
        Ok(state) => (state, None),
        Err(Missing::NoFile) => (State { version: VERSION, events: vec![] }, None),
        Err(Missing::Broken(why)) => {
            let aside = put_aside(Some(path), "broken")?.unwrap_or_else(|| path.to_owned());
            let (path, aside) = (path.display(), aside.display());
            let remark = text(
                format!("記録 {path} が読めませんでした（{why}）。{aside} に残し、新しく始めます。"),
                format!(
                    "The record {path} could not be read ({why}); it is kept as {aside}, a new one begins."
                ),
            );
            (State { version: VERSION, events: vec![] }, Some(remark))
        }
        Err(Missing::Closed(why)) => return Err(unwritable(&path.display(), &why)),
    };
    state.events.push(event.clone());
    write(path, &state).map_err(|e| unwritable(&path.display(), &e))?;
    Ok(remark)
}

/// Renames the file, if there is one, and gives its new place.
pub(super) fn put_aside(path: Option<&Path>, name: &str) -> Result<Option<PathBuf>, Error> {
    let Some(path) = path.filter(|path| path.exists()) else { return Ok(None) };
    let free = |n: &u32| !aside(path, name, *n).exists();
    let place = aside(path, name, (1..).find(free).unwrap_or_default());
    std::fs::rename(path, &place).map_err(|e| unwritable(&path.display(), &e))?;
    Ok(Some(place))
}

fn aside(path: &Path, name: &str, n: u32) -> PathBuf {
    path.with_added_extension(format!("{name}{n}"))
}

fn load(path: &Path) -> Result<State, Missing> {
    let bytes = std::fs::read(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Missing::NoFile,
        _ => Missing::Closed(e.to_string()),
    })?;
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|e| Missing::Broken(e.to_string()))?;
    match value["version"].as_u64() {
        Some(version) if version > u64::from(VERSION) => Err(Missing::Closed(format!("version {version}"))),
        _ => serde_json::from_value(value).map_err(|e| Missing::Broken(e.to_string())),
    }
}

/// One session at a time, until the file is dropped.
fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_added_extension("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(beside)?;
    file.lock()?;
    Ok(file)
}

/// One event a line; whole or not at all.
fn write(path: &Path, state: &State) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file =
        tempfile::Builder::new().prefix(".kakunin-").tempfile_in(folder.unwrap_or(Path::new(".")))?;
    let lines = state.events.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    write!(file, "{{\"version\":{VERSION},\"events\":[\n{}\n]}}\n", lines.join(",\n"))?;
    file.persist(path).map(drop).map_err(|e| e.error)
}

fn unwritable(path: &dyn std::fmt::Display, why: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Output,
        format!(
            "記録 {path} に書けません（{why}）。今回の分は、終わるまで覚えています。\
             残すには、環境変数 KAKUNIN_STATE に書けるファイルを指定してください。"
        ),
        format!(
            "The record {path} can't be written ({why}); this session is remembered until it ends. \
             To keep it, name a writable file in KAKUNIN_STATE."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims;
    use crate::quiz::{Did, Progress, Verdict, question};

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/quiz.json");
        (folder, path)
    }

    #[test]
    fn two_sessions_at_once_lose_nothing() {
        let (_folder, path) = place();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let progress = Progress::at(&path);
                    for _ in 0..25 {
                        assert_eq!(progress.check("ct1", "2x", None).unwrap().remark, None);
                    }
                });
            }
        });
        assert_eq!(Progress::at(&path).standing("ct1_chain_rule").attempts, 100);
    }

    #[test]
    fn a_broken_file_is_kept_and_said() {
        let (_folder, path) = place();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{\"version\":1,\"events\":[{").unwrap();
        let progress = Progress::at(&path);
        let remark = progress.check("ct1", "2x", None).unwrap().remark.unwrap();
        assert!(remark.en.contains("quiz.json.broken1"), "{}", remark.en);
        assert_eq!(
            std::fs::read_to_string(path.with_added_extension("broken1")).unwrap(),
            "{\"version\":1,\"events\":[{"
        );
        assert_eq!(progress.check("ct1", "2y", None).unwrap().remark, None);
        assert_eq!(progress.standing("ct1_chain_rule").attempts, 2);
    }

    #[test]
    fn a_file_of_a_newer_version_is_left_alone() {
        let (_folder, path) = place();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{\"version\":3,\"events\":{}}").unwrap();
        let progress = Progress::at(&path);
        assert!(progress.check("ct1", "2x", None).unwrap().remark.unwrap().en.contains("version 3"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"version\":3,\"events\":{}}");
    }

    #[test]
    fn a_file_of_the_first_version_is_read_and_goes_on() {
        let (_folder, path) = place();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let first = r#"{"version":1,"events":[{"at":7,"q":"ct1_chain_rule","did":{"attempt":{"answer":"2x","verdict":"reject"}}}]}"#;
        std::fs::write(&path, first).unwrap();
        let progress = Progress::at(&path);
        let did = Did::Predict { predicted: claims::Verdict::Supported, met: claims::Verdict::Depends };
        assert_eq!(progress.record("zero_weights_stop_learning", did.clone()), None);
        let events = progress.events();
        assert_eq!((events.len(), events[0].at, &events[1].did), (2, 7, &did));
        assert_eq!(progress.standing("ct1_chain_rule").attempts, 1);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("{\"version\":2,"));
    }

    #[test]
    fn where_nothing_can_be_written_the_session_is_remembered_and_that_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let progress = Progress::at(folder.path().join("file/quiz.json"));
        let remark = |answer| progress.check("ct1", answer, None).unwrap().remark;
        assert!(remark("2x").unwrap().ja.contains("KAKUNIN_STATE"));
        assert_eq!(remark("2y"), None);
        assert_eq!(progress.standing("ct1_chain_rule").attempts, 2);
    }

    #[test]
    fn answers_that_can_not_be_read_are_no_attempts() {
        let (_folder, path) = place();
        let progress = Progress::at(&path);
        assert_eq!(progress.check("ct1", "わからない", None).unwrap().verdict, Verdict::Invalid);
        assert!(!path.exists());
    }

    #[test]
    fn hints_begin_anew_after_a_right_answer() {
        let (_folder, path) = place();
        let progress = Progress::at(&path);
        let ct1 = question("ct1").unwrap();
        progress.record(&ct1.id, Did::Hint);
        progress.record(&ct1.id, Did::Reveal);
        progress.check("ct1", "2(x+y)", None).unwrap();
        let standing = progress.standing("ct1_chain_rule");
        assert_eq!((standing.hints, standing.revealed), (1, true));
        progress.record(&ct1.id, Did::Hint);
        let standing = progress.standing("ct1_chain_rule");
        assert_eq!((standing.hints, standing.revealed), (1, false));
    }

    #[test]
    fn a_reset_keeps_the_old_record_under_another_name() {
        let (_folder, path) = place();
        let progress = Progress::at(&path);
        assert_eq!(progress.reset().unwrap(), None);
        progress.check("ct1", "2x", None).unwrap();
        assert!(progress.reset().unwrap().unwrap().exists());
        assert_eq!(progress.events(), []);
    }
}
