//! A toy language for tests: each line of a cell is a command with the rest of the line as its argument.
//!
//! | command | what it does |
//! | --- | --- |
//! | `print x`, `err x` | text and a newline on stdout, stderr |
//! | `write x` | text without a newline on stdout |
//! | `lines n` | `n` numbered lines on stdout |
//! | `flood n` | `n` MiB on stdout, in pieces of 64 KiB |
//! | `show mime x`, `named id x`, `update id x` | a display; one with a name; replaces it |
//! | `result x`, `picture x` | the cell's result, as text or as SVG only |
//! | `page x`, `next x` | text for the pager; the next cell |
//! | `input prompt`, `password prompt` | prints what the user answers |
//! | `clear`, `clear wait` | clears the output |
//! | `sleep ms` | waits; an interrupt ends the cell with an error |
//! | `stop ms` | waits; an interrupt ends the cell in good order |
//! | `fail`, `panic`, `exit` | an error; a panic; ends the process |

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Map, json};

use crate::{
    Cell, CellError, CellIo, CharOffset, Completeness, Completions, Display, HelpLink, Interpreter, Language,
    LanguageInfo, MimeBundle, Outcome, Stdio,
};

const COMMANDS: &[&str] = &[
    "clear", "err", "exit", "fail", "flood", "input", "lines", "named", "next", "page", "panic", "password",
    "picture", "print", "result", "show", "sleep", "stop", "update", "write",
];

/// The toy language's interpreter.
#[derive(Debug, Default)]
pub struct Echo {
    interrupts: Arc<AtomicU64>,
    /// How many interrupts there had been when the cell began.
    before: u64,
}

/// The toy language itself.
#[derive(Debug, Default)]
pub struct EchoLanguage {
    interrupts: Arc<AtomicU64>,
}

impl Echo {
    /// An interpreter that the given language can interrupt.
    pub fn of(language: &EchoLanguage) -> Echo {
        Echo { interrupts: language.interrupts.clone(), before: 0 }
    }

    /// Waits; tells whether an interrupt ended the wait.
    fn sleep(&self, milliseconds: &str) -> bool {
        let until = Instant::now() + Duration::from_millis(milliseconds.parse().unwrap_or(0));
        while Instant::now() < until {
            if self.interrupts.load(Ordering::SeqCst) != self.before {
                return true;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        false
    }

    fn line(&self, line: &str, io: &dyn CellIo, outcome: &mut Outcome) -> Result<(), CellError> {
        let (command, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        let show = |id: Option<&str>, update: bool, bundle: MimeBundle| {
            io.display(Display { bundle, metadata: Map::new(), id: id.map(str::to_owned), update });
        };
        match command {
            "" => {}
            "print" => io.stream(Stdio::Stdout, &format!("{rest}\n")),
            "write" => io.stream(Stdio::Stdout, rest),
            "err" => io.stream(Stdio::Stderr, &format!("{rest}\n")),
            "lines" => {
                for number in 0..rest.parse().unwrap_or(0) {
                    io.stream(Stdio::Stdout, &format!("{number}\n"));
                }
            }
            "flood" => {
                let piece = "x".repeat(64 << 10);
                for _ in 0..rest.parse().unwrap_or(0) * 16 {
                    io.stream(Stdio::Stdout, &piece);
                }
            }
            "show" => show(None, false, MimeBundle::default().with(first, second)),
            "named" => show(Some(first), false, MimeBundle::text(second)),
            "update" => show(Some(first), true, MimeBundle::text(second)),
            "result" => outcome.result = Some(MimeBundle::text(rest)),
            "picture" => outcome.result = Some(MimeBundle::default().with("image/svg+xml", rest)),
            "page" => outcome.pager = Some(MimeBundle::text(rest)),
            "next" => outcome.next_input = Some(rest.to_owned()),
            "input" | "password" => {
                let answer = io.input(rest, command == "password")?;
                io.stream(Stdio::Stdout, &format!("{answer}\n"));
            }
            "clear" => io.clear(rest == "wait"),
            "sleep" if self.sleep(rest) => {
                return Err(CellError::new("Interrupted", "the cell was interrupted"));
            }
            "stop" => outcome.interrupted |= self.sleep(rest),
            "sleep" => {}
            "fail" => return Err(CellError::new("Failure", "as asked")),
            "panic" => std::panic::resume_unwind(Box::new("a panic, as asked")),
            "exit" => std::process::exit(3),
            unknown => return Err(CellError::new("UnknownCommand", unknown)),
        }
        Ok(())
    }
}

impl Interpreter for Echo {
    fn execute(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError> {
        self.before = self.interrupts.load(Ordering::SeqCst);
        let mut outcome = Outcome::default();
        for line in cell.code.lines() {
            self.line(line, io, &mut outcome)?;
        }
        Ok(outcome)
    }

    fn complete(&mut self, code: &str, at: CharOffset) -> Completions {
        let before = &code[..at.byte_in(code)];
        let start = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let word = &before[start..];
        Completions {
            matches: COMMANDS.iter().filter(|c| c.starts_with(word)).map(ToString::to_string).collect(),
            start: CharOffset(before[..start].chars().count()),
            end: CharOffset(before.chars().count()),
            metadata: Map::new(),
        }
    }

    fn inspect(&mut self, code: &str, _at: CharOffset, detail: u8) -> Option<MimeBundle> {
        let word = code.split_whitespace().next()?;
        COMMANDS.contains(&word).then(|| MimeBundle::text(format!("{word}: a command (detail {detail})")))
    }

    fn evaluate(&mut self, expression: &str, _io: &dyn CellIo) -> Result<MimeBundle, CellError> {
        match expression {
            "fail" => Err(CellError::new("Failure", "as asked")),
            _ => Ok(MimeBundle::text(expression)),
        }
    }

    fn shutdown(&mut self, _restart: bool) {}
}

impl Language for EchoLanguage {
    fn info(&self) -> LanguageInfo {
        let mut tools = Map::new();
        tools.insert("pygments_lexer".into(), json!("text"));
        LanguageInfo {
            name: "echo".into(),
            version: "1".into(),
            mimetype: "text/plain".into(),
            file_extension: ".echo".into(),
            tools,
            implementation: "echo".into(),
            implementation_version: env!("CARGO_PKG_VERSION").into(),
            banner: "Echo: a toy language".into(),
            help_links: vec![HelpLink { text: "Jupyter".into(), url: "https://jupyter.org".into() }],
        }
    }

    /// A text is open while it ends in a backslash, and wrong where it starts with a closing bracket.
    fn completeness(&self, code: &str) -> Completeness {
        match code {
            _ if code.ends_with('\\') => Completeness::Incomplete { indent: "  ".into() },
            _ if code.starts_with(')') => Completeness::Invalid,
            _ if code.ends_with('?') => Completeness::Unknown,
            _ => Completeness::Complete,
        }
    }

    fn interrupt(&self) {
        self.interrupts.fetch_add(1, Ordering::SeqCst);
    }
}
