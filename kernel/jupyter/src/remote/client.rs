//! The kernel's side of a remote interpreter.

use std::io::{BufReader, Error};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::State;
use super::protocol::{Call, Event, Writer, receive};
use crate::lang::pick;
use crate::{Cell, CellError, CellIo, CharOffset, Completions, Interpreter, MimeBundle, Nobody, Outcome};

/// An interpreter in another process.
pub struct RemoteInterpreter {
    line: Arc<Line>,
    reader: BufReader<UnixStream>,
    greeted: bool,
    dead: bool,
}

/// Interrupts a remote interpreter, from any thread, at any time.
#[derive(Clone)]
pub struct Interrupter(Arc<Line>);

impl Interrupter {
    /// Asks the running call to stop, or the one that is to come next.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

/// What is sent: an interrupt always after the call that it is meant for.
struct Line {
    writer: Writer,
    turn: Mutex<Turn>,
}

#[derive(Default)]
struct Turn {
    /// a call is sent and not yet answered
    open: bool,
    /// an interrupt came before its call
    early: bool,
}

impl Line {
    fn interrupt(&self) {
        let mut turn = self.turn();
        turn.early = !turn.open;
        if turn.open {
            // Whoever waits for the call learns of the death of the other process.
            let _ = self.writer.send(&Call::Interrupt);
        }
    }

    fn open(&self, call: &Call) -> Option<()> {
        let mut turn = self.turn();
        self.writer.send(call).ok()?;
        turn.open = true;
        if std::mem::take(&mut turn.early) {
            self.writer.send(&Call::Interrupt).ok()?;
        }
        Some(())
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
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
            line: Arc::new(Line { writer: Writer::new(&stream)?, turn: Mutex::default() }),
            reader: BufReader::new(stream),
            greeted: false,
            dead: false,
        })
    }

    /// What interrupts this interpreter.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.line.clone())
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
        let answer = self.line.open(call).and_then(|()| self.answered(io));
        self.line.turn().open = false;
        self.dead |= answer.is_none();
        answer.ok_or_else(died)
    }

    /// `None` where the connection ends first.
    fn answered(&mut self, io: &dyn CellIo) -> Option<Event> {
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
                    self.line.writer.send(&Call::Input(answer)).ok()?;
                }
                answer => return Some(answer),
            }
        }
    }
}

impl Interpreter for RemoteInterpreter {
    fn begin(&mut self) {
        self.line.turn().early = false;
    }

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
