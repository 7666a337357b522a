//! What the protocol side knows of a language.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::MimeBundle;

/// A position in a text, counted in Unicode code points, as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CharOffset(pub usize);

impl CharOffset {
    /// The end of a text.
    pub fn end_of(text: &str) -> CharOffset {
        CharOffset(text.chars().count())
    }

    /// The byte where this code point starts; a position behind the end is the end.
    ///
    /// ```
    /// use kakunin_jupyter::CharOffset;
    /// assert_eq!(CharOffset(2).byte_in("あいう"), 6);
    /// assert_eq!(CharOffset(9).byte_in("あ"), 3);
    /// ```
    pub fn byte_in(self, text: &str) -> usize {
        text.char_indices().nth(self.0).map_or(text.len(), |(byte, _)| byte)
    }

    /// The code point that holds this byte; a byte behind the end is the end.
    pub fn from_byte(text: &str, byte: usize) -> CharOffset {
        CharOffset(text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= byte).count())
    }
}

/// One cell to run.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// The source text.
    pub code: &'a str,
    /// The number that the front end shows beside the cell.
    pub count: usize,
    /// Whether the front end asked for no output at all.
    pub silent: bool,
    /// The front end's own name of the cell, if it sent one.
    pub id: Option<&'a str>,
}

/// How a cell ended that did not fail.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The value of the final expression.
    pub result: Option<MimeBundle>,
    /// Text for the front end's pager, such as documentation.
    pub pager: Option<MimeBundle>,
    /// Text that the front end should offer as the next cell.
    pub next_input: Option<String>,
    /// The cell ended early, on request, but in good order: the cells queued behind it must not run.
    pub interrupted: bool,
}

/// How a cell failed: what an `error` message holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellError {
    /// The kind of error.
    pub ename: String,
    /// The message, in one line.
    pub evalue: String,
    /// What the front end prints, line by line; may hold ANSI colours.
    pub traceback: Vec<String>,
}

impl CellError {
    /// An error whose traceback is its own sentence.
    pub fn new(ename: impl Into<String>, evalue: impl Into<String>) -> CellError {
        let (ename, evalue) = (ename.into(), evalue.into());
        CellError { traceback: vec![format!("{ename}: {evalue}")], ename, evalue }
    }
}

/// Words that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Completions {
    /// The candidates, best first.
    pub matches: Vec<String>,
    /// Where the replaced text starts.
    pub start: CharOffset,
    /// Where the replaced text ends.
    pub end: CharOffset,
    /// More about the candidates, such as `_jupyter_types_experimental`.
    pub metadata: Map<String, Value>,
}

impl Completions {
    /// Nothing to offer at this place.
    pub fn none(at: CharOffset) -> Completions {
        Completions { matches: Vec::new(), start: at, end: at, metadata: Map::new() }
    }
}

/// Whether a text can be run as it stands: consoles ask on each Enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It can be run.
    Complete,
    /// More lines are wanted.
    Incomplete {
        /// What the next line should start with.
        indent: String,
    },
    /// It can never become right by adding lines.
    Invalid,
    /// The language can't say.
    Unknown,
}

/// The two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stdio {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Stdio {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Stdio::Stdout => "stdout",
            Stdio::Stderr => "stderr",
        }
    }
}

/// Something shown while a cell runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Display {
    /// What is shown.
    pub bundle: MimeBundle,
    /// Hints for the front end, such as the size of an image.
    pub metadata: Map<String, Value>,
    /// A name under which the display can be replaced later.
    pub id: Option<String>,
    /// Whether this replaces the earlier displays of that name.
    pub update: bool,
}

/// Why a cell got no line of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoInput {
    /// The front end can't ask its user.
    NotAllowed,
    /// The cell was interrupted while it waited.
    Interrupted,
    /// The front end or the kernel is gone.
    Closed,
}

impl std::fmt::Display for NoInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&match self {
            NoInput::NotAllowed => crate::lang::pick(
                "この実行のしかたでは入力できません（allow_stdin = false）。ノートブックを開いて、セルを直接実行してください。",
                "This front end can't be asked for input (allow_stdin = false). Open the notebook and run the cell by hand.",
            ),
            NoInput::Interrupted => {
                crate::lang::pick("入力を待つあいだに中断されました。", "Interrupted while waiting for input.")
            }
            NoInput::Closed => crate::lang::pick(
                "入力を求めた相手がいなくなりました。",
                "The front end that was asked for input is gone.",
            ),
        })
    }
}

impl std::error::Error for NoInput {}

/// Where a running cell shows what it does. May be called from any thread (a call may block, so not from an async task).
pub trait CellIo: Sync {
    /// Text on one of the two streams, as it arrives.
    fn stream(&self, stream: Stdio, text: &str);
    /// A rich display.
    fn display(&self, display: Display);
    /// Clears the cell's output, at once or when the next output arrives.
    fn clear(&self, wait: bool);
    /// Asks the user for one line and waits for it.
    fn input(&self, prompt: &str, password: bool) -> Result<String, NoInput>;
}

/// A cell of which nobody sees what it shows, and whom it cannot ask.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl CellIo for Nobody {
    fn stream(&self, _: Stdio, _: &str) {}
    fn display(&self, _: Display) {}
    fn clear(&self, _: bool) {}
    fn input(&self, _: &str, _: bool) -> Result<String, NoInput> {
        Err(NoInput::NotAllowed)
    }
}

/// A language's state: runs cells, one at a time.
pub trait Interpreter: Send + 'static {
    /// A request is taken up whose call will follow: from now on an interrupt is meant for that call, and none before.
    fn begin(&mut self) {}
    /// Runs one cell. Output is published through `io` as it arrives, from any thread, until this returns.
    fn execute(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError>;
    /// What could be written at `at`.
    fn complete(&mut self, code: &str, at: CharOffset) -> Completions;
    /// What is known of the thing at `at`; `detail` 1 asks for more, such as the source.
    fn inspect(&mut self, code: &str, at: CharOffset, detail: u8) -> Option<MimeBundle>;
    /// The value of an expression that a front end wants after a cell (`user_expressions`).
    fn evaluate(&mut self, expression: &str, io: &dyn CellIo) -> Result<MimeBundle, CellError>;
    /// Forgets everything; called once, before the kernel ends or is started anew.
    fn shutdown(&mut self, restart: bool);
}

impl<I: Interpreter + ?Sized> Interpreter for Box<I> {
    fn begin(&mut self) {
        (**self).begin();
    }
    fn execute(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError> {
        (**self).execute(cell, io)
    }
    fn complete(&mut self, code: &str, at: CharOffset) -> Completions {
        (**self).complete(code, at)
    }
    fn inspect(&mut self, code: &str, at: CharOffset, detail: u8) -> Option<MimeBundle> {
        (**self).inspect(code, at, detail)
    }
    fn evaluate(&mut self, expression: &str, io: &dyn CellIo) -> Result<MimeBundle, CellError> {
        (**self).evaluate(expression, io)
    }
    fn shutdown(&mut self, restart: bool) {
        (**self).shutdown(restart);
    }
}

/// A link in the front end's help menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpLink {
    /// The menu's text.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

/// What the kernel says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct LanguageInfo {
    /// The language, in lower case: `rust`.
    pub name: String,
    /// The language's version.
    pub version: String,
    /// `text/rust`.
    pub mimetype: String,
    /// `.rs`.
    pub file_extension: String,
    /// Names that front ends use to colour code: `pygments_lexer`, `codemirror_mode`, `nbconvert_exporter`.
    pub tools: Map<String, Value>,
    /// The kernel's name.
    pub implementation: String,
    /// The kernel's version.
    pub implementation_version: String,
    /// What a console prints when it starts.
    pub banner: String,
    /// The help menu.
    pub help_links: Vec<HelpLink>,
}

/// The part of a language that answers at once, even while a cell runs: it has no access to the interpreter's state.
pub trait Language: Send + Sync + 'static {
    /// Names, versions, help.
    fn info(&self) -> LanguageInfo;
    /// Whether a text can be run as it stands.
    fn completeness(&self, code: &str) -> Completeness;
    /// Asks the running cell to stop. May come at any time, also when no cell runs, and must return at once.
    fn interrupt(&self);
}
