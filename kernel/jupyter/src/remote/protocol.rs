//! The lines of the remote interpreter's socket.

use std::io::{BufRead, Error, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::State;
use crate::{CellError, CharOffset, Completions, Display, MimeBundle, NoInput, Outcome, Stdio};

/// From the kernel's front to the interpreter.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Call {
    Execute {
        code: String,
        count: usize,
        silent: bool,
        id: Option<String>,
    },
    Complete {
        code: String,
        at: CharOffset,
    },
    Inspect {
        code: String,
        at: CharOffset,
        detail: u8,
    },
    Evaluate {
        expression: String,
    },
    Shutdown {
        restart: bool,
    },
    /// At any time.
    Interrupt,
    /// The answer to [`Event::Input`].
    Input(Result<String, NoInput>),
}

/// From the interpreter to the kernel's front.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    State(State),
    Stream(Stdio, String),
    Display(Display),
    Clear { wait: bool },
    Input { prompt: String, password: bool },
    Executed(Result<Outcome, CellError>),
    Completed(Result<Completions, CellError>),
    Inspected(Result<Option<MimeBundle>, CellError>),
    Evaluated(Result<MimeBundle, CellError>),
    Closed,
}

/// The writing end, shared by all who have something to say.
pub(super) struct Writer(Mutex<UnixStream>);

impl Writer {
    pub(super) fn new(stream: &UnixStream) -> Result<Writer, Error> {
        Ok(Writer(Mutex::new(stream.try_clone()?)))
    }

    pub(super) fn send(&self, message: &impl Serialize) -> Result<(), Error> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

/// The next line; `None` where the other side is gone or talks nonsense.
pub(super) fn receive<T: DeserializeOwned>(from: &mut std::io::BufReader<impl Read>) -> Option<T> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line).ok()?;
    serde_json::from_slice(&line).ok()
}
