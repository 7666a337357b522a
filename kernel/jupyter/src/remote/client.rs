//! The kernel's side of a remote interpreter.

use std::io::{BufReader, Error};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use super::State;
use super::protocol::{Call, Event, Writer, receive};
use crate::lang::pick;
use crate::{Cell, CellError, CellIo, CharOffset, Completions, Interpreter, MimeBundle, Nobody, Outcome};

/// An interpreter in another process.
pub struct RemoteInterpreter {
    writer: Arc<Writer>,
    reader: BufReader<UnixStream>,
    greeted: bool,
    dead: bool,
}

/// Interrupts a remote interpreter, from any thread, at any time.
#[derive(Clone)]
pub struct Interrupter(Arc<Writer>);

impl Interrupter {
    /// Asks the running cell to stop.
    pub fn interrupt(&self) {
        // Whoever waits for the cell learns of the death of the other process.
        let _ = self.0.send(&Call::Interrupt);
    }
}

impl RemoteInterpreter {
    /// Connects to a server that listens at `path`.
    pub fn connect(path: &Path) -> Result<RemoteInterpreter, Error> {
        RemoteInterpreter::over(UnixStream::connect(path)?)
    }

    /// Speaks over a connected socket.
    pub fn over(stream: UnixStream) -> Result<RemoteInterpreter, Error> {
        Ok(RemoteInterpreter {
            writer: Arc::new(Writer::new(&stream)?),
            reader: BufReader::new(stream),
            greeted: false,
            dead: false,
        })
    }

    /// What interrupts this interpreter.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.writer.clone())
    }

    /// Whether the other process was found to be gone: no call will be answered any more.
    pub fn is_dead(&self) -> bool {
        self.dead
    }

    /// Whether the other process has said anything so far. One that has died without a word was not serving us.
    pub fn has_greeted(&self) -> bool {
        self.greeted
    }

    /// Waits until the interpreter is warm. Without this, the first call waits.
    pub fn wait_until_ready(&mut self) -> Result<(), CellError> {
        loop {
            match receive(&mut self.reader) {
                Some(Event::State(State::Ready)) => return Ok(()),
                Some(Event::State(State::Failed(error))) => return Err(error),
                Some(_) => {}
                None => return Err(died()),
            }
        }
    }

    /// Makes a call and passes on what it shows until it is answered.
    fn call(&mut self, call: &Call, io: &dyn CellIo) -> Result<Event, CellError> {
        let answer = self.answered(call, io);
        self.dead |= answer.is_none();
        answer.ok_or_else(died)
    }

    /// `None` where the connection ends first.
    fn answered(&mut self, call: &Call, io: &dyn CellIo) -> Option<Event> {
        self.writer.send(call).ok()?;
        loop {
            let event = receive(&mut self.reader)?;
            self.greeted = true;
            match event {
                Event::State(_) => {}
                Event::Stream(stream, text) => io.stream(stream, &text),
                Event::Display(display) => io.display(display),
                Event::Clear { wait } => io.clear(wait),
                Event::Input { prompt, password } => {
                    let answer = io.input(&prompt, password);
                    self.writer.send(&Call::Input(answer)).ok()?;
                }
                answer => return Some(answer),
            }
        }
    }
}

impl Interpreter for RemoteInterpreter {
    fn execute(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError> {
        let call = Call::Execute {
            code: cell.code.to_owned(),
            count: cell.count,
            silent: cell.silent,
            id: cell.id.map(str::to_owned),
        };
        match self.call(&call, io)? {
            Event::Executed(outcome) => outcome,
            _ => Err(died()),
        }
    }

    fn complete(&mut self, code: &str, at: CharOffset) -> Completions {
        match self.call(&Call::Complete { code: code.to_owned(), at }, &Nobody) {
            Ok(Event::Completed(Ok(completions))) => completions,
            _ => Completions::none(at),
        }
    }

    fn inspect(&mut self, code: &str, at: CharOffset, detail: u8) -> Option<MimeBundle> {
        match self.call(&Call::Inspect { code: code.to_owned(), at, detail }, &Nobody) {
            Ok(Event::Inspected(Ok(found))) => found,
            _ => None,
        }
    }

    fn evaluate(&mut self, expression: &str, io: &dyn CellIo) -> Result<MimeBundle, CellError> {
        match self.call(&Call::Evaluate { expression: expression.to_owned() }, io)? {
            Event::Evaluated(value) => value,
            _ => Err(died()),
        }
    }

    fn shutdown(&mut self, restart: bool) {
        // A server that is gone already is shut down too.
        let _ = self.call(&Call::Shutdown { restart }, &Nobody);
    }
}

/// The other process is gone, or no longer makes sense.
fn died() -> CellError {
    CellError::new(
        "ProcessDied",
        pick(
            "セルを実行するプロセスが終了しました。カーネルを再起動してください。",
            "The process that runs the cells has ended. Please restart the kernel.",
        ),
    )
}
