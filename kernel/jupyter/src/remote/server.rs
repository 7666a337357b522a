//! The interpreter's side of a remote interpreter.

use std::io::{BufReader, Error};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::State;
use super::protocol::{Call, Event, Writer, receive};
use super::warming::Warming;
use crate::{Cell, CellError, CellIo, Display, Interpreter, NoInput, Stdio};

/// How a client left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It shut the session down.
    Shutdown {
        /// Whether the kernel starts anew.
        restart: bool,
    },
    /// It is gone without a word.
    Disconnected,
}

/// Why the running call is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The client asks for it.
    Asked,
    /// The client is gone.
    Gone,
}

/// Stops calls, from another thread than the one that works on them.
pub trait Stop: Sync {
    /// A call has come and will be worked on: what is told from now on is meant for it.
    fn begin(&self);
    /// The call is to stop, whether it is being worked on yet or not. Must return at once.
    fn stop(&self, cause: Cause);
}

/// Serves one client until it leaves. Calls wait while the interpreter is still warming up.
///
/// `stop` is told when the client asks for it, and when the client disappears.
pub fn serve_interpreter<I: Interpreter>(
    stream: UnixStream,
    interpreter: &Warming<I>,
    stop: &dyn Stop,
) -> Result<Ended, Error> {
    let io = Io { writer: Writer::new(&stream)?, gone: AtomicBool::new(false), answers: Mutex::new(None) };
    let reader = BufReader::new(stream.try_clone()?);
    Ok(std::thread::scope(|scope| {
        let (calls, queue) = channel();
        let (answers, answered) = channel();
        *io.answers.lock().unwrap_or_else(PoisonError::into_inner) = Some(answered);
        let gone = &io.gone;
        scope.spawn(move || listen(reader, &calls, &answers, gone, stop));
        let ended = work(interpreter, &queue, &io);
        // Wakes the listening thread; fails where the client hung up.
        let _ = stream.shutdown(Shutdown::Both);
        ended
    }))
}

/// Passes on what the client says, also while a call runs.
fn listen(
    mut reader: BufReader<UnixStream>,
    calls: &Sender<Call>,
    answers: &Sender<Result<String, NoInput>>,
    gone: &AtomicBool,
    stop: &dyn Stop,
) {
    while let Some(call) = receive(&mut reader) {
        // Sending fails only when the work has ended.
        match call {
            Call::Interrupt => stop.stop(Cause::Asked),
            Call::Input(answer) => drop(answers.send(answer)),
            call => {
                stop.begin();
                drop(calls.send(call));
            }
        }
    }
    if !gone.swap(true, Ordering::SeqCst) {
        stop.stop(Cause::Gone);
    }
}

fn work<I: Interpreter>(interpreter: &Warming<I>, calls: &Receiver<Call>, io: &Io) -> Ended {
    io.say(&Event::State(State::Warming));
    io.say(&Event::State(interpreter.wait(|| io.gone.load(Ordering::SeqCst))));
    for call in calls {
        let answer = match call {
            Call::Execute { code, count, silent, id } => {
                let cell = Cell { code: &code, count, silent, id: id.as_deref() };
                Event::Executed(interpreter.with(|it| it.execute(&cell, io)).and_then(|outcome| outcome))
            }
            Call::Complete { code, at } => Event::Completed(interpreter.with(|it| it.complete(&code, at))),
            Call::Inspect { code, at, detail } => {
                Event::Inspected(interpreter.with(|it| it.inspect(&code, at, detail)))
            }
            Call::Evaluate { expression } => {
                Event::Evaluated(interpreter.with(|it| it.evaluate(&expression, io)).and_then(|value| value))
            }
            Call::Shutdown { restart } => {
                // An interpreter that panics here ends all the same.
                let _: Result<(), CellError> = interpreter.with(|it| it.shutdown(restart));
                io.gone.store(true, Ordering::SeqCst);
                io.say(&Event::Closed);
                return Ended::Shutdown { restart };
            }
            // `listen` keeps these.
            Call::Interrupt | Call::Input(_) => continue,
        };
        io.say(&answer);
    }
    Ended::Disconnected
}

/// What a running call shows, as lines to the client.
struct Io {
    writer: Writer,
    /// No client is left, or it has been told goodbye.
    gone: AtomicBool,
    answers: Mutex<Option<Receiver<Result<String, NoInput>>>>,
}

impl Io {
    fn say(&self, event: &Event) {
        // A client that is gone is noticed by `listen`.
        let _ = self.writer.send(event);
    }
}

impl CellIo for Io {
    fn stream(&self, stream: Stdio, text: &str) {
        self.say(&Event::Stream(stream, text.to_owned()));
    }

    fn display(&self, display: Display) {
        self.say(&Event::Display(display));
    }

    fn clear(&self, wait: bool) {
        self.say(&Event::Clear { wait });
    }

    fn input(&self, prompt: &str, password: bool) -> Result<String, NoInput> {
        let held = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = held.as_ref().ok_or(NoInput::Closed)?;
        self.say(&Event::Input { prompt: prompt.to_owned(), password });
        answers.recv().unwrap_or(Err(NoInput::Closed))
    }
}
