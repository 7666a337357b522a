//! The cells of all sessions, in one SQLite file shared by all kernels of a user.
//!
//! History must never stand in a learner's way: where the file can't be opened, read or written (corrupt, locked, on
//! a full or read-only disk), this session goes on with one in memory and nobody is told.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::HistoryRequest;

/// How long another kernel may hold the file.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many cells a `tail` gives that does not say.
const TAIL: usize = 10;
/// SQLite refuses longer patterns; nobody types one.
const LONGEST_PATTERN: usize = 10_000;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE IF NOT EXISTS cells (session INTEGER, line INTEGER, input TEXT NOT NULL, output TEXT, PRIMARY KEY (session, line));
";

/// The history of all sessions, as one session sees it.
pub struct History {
    path: Option<PathBuf>,
    /// Opened at the first use, so that it costs nothing when the kernel starts.
    store: Mutex<Option<Store>>,
}

struct Store {
    database: Connection,
    session: i64,
    on_disk: bool,
}

/// One stored cell.
struct Row {
    session: i64,
    line: i64,
    input: String,
    output: Option<String>,
}

impl History {
    /// A history in the given file, which need not exist yet.
    pub fn in_file(path: impl Into<PathBuf>) -> History {
        History { path: Some(path.into()), store: Mutex::new(None) }
    }

    /// A history that ends with the process.
    pub fn in_memory() -> History {
        History { path: None, store: Mutex::new(None) }
    }

    /// Keeps one cell of this session.
    pub(crate) fn store(&self, line: usize, input: &str, output: Option<&str>) {
        self.with(|store| store.insert(line, input, output));
    }

    /// The cells that a front end asks for, oldest first, in the form of a `history_reply`.
    pub(crate) fn find(&self, question: &HistoryRequest) -> Vec<Value> {
        let output = match question {
            HistoryRequest::Range { output, .. }
            | HistoryRequest::Tail { output, .. }
            | HistoryRequest::Search { output, .. } => *output,
        };
        let rows = self.with(|store| store.rows(question)).unwrap_or_default();
        rows.into_iter()
            .map(|row| match output {
                true => json!([row.session, row.line, [row.input, row.output]]),
                false => json!([row.session, row.line, row.input]),
            })
            .collect()
    }

    /// Works on the store; one that fails is left for one in memory.
    fn with<T>(&self, work: impl Fn(&Store) -> rusqlite::Result<T>) -> Option<T> {
        let mut held = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = self.path.as_ref().and_then(|path| Store::on_disk(path).ok());
        }
        if held.is_none() {
            *held = Store::in_memory(1).ok();
        }
        let store = held.as_ref()?;
        let done = work(store);
        if done.is_ok() || !store.on_disk {
            return done.ok();
        }
        let refuge = store.refuge().ok()?;
        let done = work(&refuge).ok();
        *held = Some(refuge);
        done
    }
}

impl Store {
    fn on_disk(path: &PathBuf) -> rusqlite::Result<Store> {
        if let Some(folder) = path.parent() {
            // Where this fails, opening fails too.
            let _ = std::fs::create_dir_all(folder);
        }
        let database = Connection::open(path)?;
        database.busy_timeout(PATIENCE)?;
        // Readers and the writer do not hinder each other; where the disk can't do it, SQLite stays as it is.
        database.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        database.execute_batch("PRAGMA synchronous = NORMAL;")?;
        database.execute_batch(SCHEMA)?;
        database.execute("INSERT INTO sessions DEFAULT VALUES", [])?;
        let session = database.last_insert_rowid();
        Ok(Store { database, session, on_disk: true })
    }

    fn in_memory(session: i64) -> rusqlite::Result<Store> {
        let database = Connection::open_in_memory()?;
        database.execute_batch(SCHEMA)?;
        Ok(Store { database, session, on_disk: false })
    }

    /// This session's cells in memory, as far as they can still be read.
    fn refuge(&self) -> rusqlite::Result<Store> {
        let refuge = Store::in_memory(self.session)?;
        let mine = HistoryRequest::Range { output: true, session: 0, start: 0, stop: None };
        for row in self.rows(&mine).unwrap_or_default() {
            let line = usize::try_from(row.line).unwrap_or_default();
            refuge.insert(line, &row.input, row.output.as_deref())?;
        }
        Ok(refuge)
    }

    fn insert(&self, line: usize, input: &str, output: Option<&str>) -> rusqlite::Result<usize> {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        self.database.execute(
            "INSERT OR REPLACE INTO cells VALUES (?1, ?2, ?3, ?4)",
            params![self.session, line, input, output],
        )
    }

    fn rows(&self, question: &HistoryRequest) -> rusqlite::Result<Vec<Row>> {
        match question {
            HistoryRequest::Range { session, start, stop, .. } => {
                let session = if *session <= 0 { session.saturating_add(self.session) } else { *session };
                let stop = stop.unwrap_or(i64::MAX);
                self.select("session = ?1 AND line >= ?2 AND line < ?3", params![session, start, stop], None)
            }
            HistoryRequest::Tail { n, .. } => self.select("TRUE", [], Some(n.unwrap_or(TAIL))),
            HistoryRequest::Search { pattern, unique, n, .. } => {
                let pattern = glob(pattern.as_deref().unwrap_or("*"));
                if pattern.len() > LONGEST_PATTERN {
                    return Ok(Vec::new());
                }
                let matching = "input GLOB ?1";
                // Of equal cells the latest stays.
                let latest = "(session, line) IN (
                    SELECT session, line FROM (
                        SELECT session, line, row_number() OVER (PARTITION BY input ORDER BY session DESC, line DESC) AS age
                        FROM cells WHERE input GLOB ?1
                    ) WHERE age = 1)";
                self.select(if *unique { latest } else { matching }, [pattern], *n)
            }
        }
    }

    /// The last `n` cells for which the condition holds, oldest first.
    fn select(
        &self,
        condition: &str,
        values: impl rusqlite::Params,
        n: Option<usize>,
    ) -> rusqlite::Result<Vec<Row>> {
        let limit = n.map_or(-1, |n| i64::try_from(n).unwrap_or(i64::MAX));
        let query = format!(
            "SELECT session, line, input, output FROM cells WHERE {condition}
             ORDER BY session DESC, line DESC LIMIT {limit}"
        );
        let mut statement = self.database.prepare(&query)?;
        let found = statement.query_map(values, |row| {
            Ok(Row { session: row.get(0)?, line: row.get(1)?, input: row.get(2)?, output: row.get(3)? })
        })?;
        let mut rows = found.collect::<rusqlite::Result<Vec<Row>>>()?;
        rows.reverse();
        Ok(rows)
    }
}

/// The specification's patterns know `*` and `?` only; SQLite's GLOB has `[…]` too.
fn glob(pattern: &str) -> String {
    pattern.replace('[', "[[]")
}
