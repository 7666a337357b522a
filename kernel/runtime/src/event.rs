//! What the runtime tells the kernel, and what the kernel may ask of it: one JSON line each.

use serde::{Deserialize, Serialize};

/// Alternatives of one output: MIME type and content, in the order in which they were written.
pub type Bundle = Vec<(String, String)>;

/// Something that happened in the runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Text on stdout or stderr; it may end in the middle of a line, and may come while no cell runs.
    Stream {
        /// Which of the two.
        kind: StreamKind,
        /// The text, whole characters.
        text: String,
    },
    /// A display (`display_data`), or the replacement of an earlier one.
    Display {
        /// The alternatives.
        bundle: Bundle,
        /// The name by which it can be replaced later.
        id: Option<String>,
        /// Whether it replaces the display of that name.
        update: bool,
    },
    /// The value of the cell's final expression (`execute_result`).
    Result {
        /// The alternatives.
        bundle: Bundle,
    },
    /// The cell's outputs so far are to be cleared.
    Clear {
        /// Only when the next output comes.
        wait: bool,
    },
    /// The cell waits for a line from the user: to be answered by [`crate::Channel::answer`].
    Input {
        /// What to show before the field; empty for a plain read of stdin.
        prompt: String,
        /// Whether the text is to be hidden.
        password: bool,
    },
    /// Everything the cell wrote came before this.
    CellEnded(CellEnd),
    /// The process died while no cell ran.
    RunnerDied(Failure),
    /// Something the user should know that is not the fault of a cell.
    Problem(Problem),
    /// The answer to [`crate::Channel::end_cell`]: every event of the cell came before this.
    Settled,
}

/// Which of the two standard streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StreamKind {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How one run of a cell ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellEnd {
    /// It ran to its end.
    Completed,
    /// It ran to its end because it noticed the interrupt and stopped early.
    Cooperative,
    /// It did not run: these variables have another type now. evcxr drops them and runs it again.
    TypesChanged(Vec<String>),
    /// It failed.
    Failed(Failure),
}

/// Why a cell failed, and what became of the variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why.
    pub reason: Reason,
    /// What the next cell will find.
    pub variables: Variables,
}

/// What became of the session's variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Variables {
    /// All are as before the cell.
    AsBefore {
        /// Background threads that ended with the old process.
        threads_lost: usize,
    },
    /// The process lives on: changes of older variables stay, the cell's new variables are dropped.
    Kept,
    /// There was no snapshot: all variables are lost.
    Lost,
}

/// Why a cell, or the process between cells, failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// A panic.
    Panic(Panic),
    /// A `?` that met an error.
    Error(CellError),
    /// The user's interrupt.
    Interrupted,
    /// It asked for input that nobody could give.
    NoInput,
    /// A recursion too deep, or too large a local variable.
    StackOverflow,
    /// An access to memory that is not there; the signal's name (`SIGSEGV`, `SIGBUS`).
    InvalidMemory(String),
    /// `std::process::exit` with this code.
    Exit(i32),
    /// Death by another signal; its name.
    Signal(String),
    /// An allocation failed.
    OutOfMemory {
        /// `KAKUNIN_MEMORY` as the user wrote it.
        limit: Option<String>,
    },
    /// SIGKILL from outside: perhaps the system was out of memory.
    Killed,
    /// The compiled cell could not be loaded.
    NotLoaded(String),
}

/// A panic, as the prelude's hook or the text on stderr tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panic {
    /// The message.
    pub message: String,
    /// The source file.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u32>,
    /// The column in it.
    pub column: Option<u32>,
    /// Line and column of the backtrace's frames that lie in the cell.
    pub frames: Vec<(u32, u32)>,
}

/// An error that a `?` returned from the cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CellError {
    /// The error's text; empty when only evcxr's marker told of it (the text is then on stderr).
    pub message: String,
    /// The error's type.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// The source file of the `?`.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u32>,
}

/// A sentence for the user in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

/// What the kernel asks of the supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Command {
    Begin,
    End,
    Interrupt,
    Answer(Option<String>),
}
