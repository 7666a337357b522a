//! The front's view of Rust: answers at once, and an interpreter in another process that may still be warming up.

mod language;
mod stop;

pub(crate) use language::RustLanguage;
pub(crate) use stop::Stop;

use crate::back::{self, Address};
use crate::failure::Failure;
use crate::rust::plain;
use kakunin::Lang;
use kakunin_jupyter::remote::RemoteInterpreter;
use kakunin_jupyter::{
    Cell, CellError, CellIo, CharOffset, Completions, Interpreter, MimeBundle, Outcome, Stdio,
};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How often a waiting cell looks for news of the back.
const LOOK: Duration = Duration::from_millis(20);

/// The interpreter as the front sees it.
pub(crate) struct Front {
    address: Address,
    /// none where an earlier back is still there
    child: Option<Child>,
    said: Option<Receiver<Said>>,
    /// why the back could not start
    failure: Vec<String>,
    remote: Option<RemoteInterpreter>,
    stop: Arc<Stop>,
}

impl Front {
    /// Finds the back that an earlier front left, or starts one. Does not wait for it.
    pub(crate) fn start(address: Address, stop: Arc<Stop>) -> Result<Front, Failure> {
        let mut front = Front { address, child: None, said: None, failure: Vec::new(), remote: None, stop };
        if let Ok(remote) = RemoteInterpreter::connect(front.address.socket()) {
            front.connected(remote);
            return Ok(front);
        }
        let mut child = back::spawn(&front.address)?;
        front.said = child.stderr.take().map(lines_of);
        front.child = Some(child);
        Ok(front)
    }

    fn connected(&mut self, remote: RemoteInterpreter) {
        self.stop.connected(remote.interrupter());
        self.remote = Some(remote);
    }

    /// The connected interpreter. A cell that waits for it shows what the back says meanwhile.
    fn remote(&mut self, io: Option<&dyn CellIo>) -> Result<&mut RemoteInterpreter, CellError> {
        while self.remote.is_none() {
            if let Ok(remote) = RemoteInterpreter::connect(self.address.socket()) {
                self.connected(remote);
                break;
            }
            self.pass_on(io);
            if io.is_some() && self.stop.take_early() {
                return Err(CellError::new(
                    "Interrupted",
                    Lang::current().pick(
                        "準備を待つあいだに中断されました。準備は続いています。",
                        "Interrupted while waiting for the preparation, which goes on.",
                    ),
                ));
            }
            if self.has_ended() {
                return Err(self.failed_to_start());
            }
            std::thread::sleep(LOOK);
        }
        self.pass_on(io);
        self.remote.as_mut().ok_or_else(|| plain(&Failure::Evaluator(String::new())))
    }

    fn pass_on(&mut self, io: Option<&dyn CellIo>) {
        // What is said before the first cell waits for it.
        if let (Some(io), Some(said)) = (io, &self.said) {
            for said in said.try_iter() {
                match said {
                    Said::Told(line) => io.stream(Stdio::Stderr, &(line + "\n")),
                    Said::Failed(line) => self.failure.push(line),
                }
            }
        }
    }

    /// Why the back ended. The next cell tries again: the learner may have mended it.
    fn failed_to_start(&mut self) -> CellError {
        // The pipe has ended with the process, so this does not wait.
        self.failure.extend(self.said.take().into_iter().flatten().filter_map(|said| match said {
            Said::Failed(line) => Some(line),
            Said::Told(_) => None,
        }));
        let failure = std::mem::take(&mut self.failure).join("\n");
        self.look_after();
        if failure.is_empty() {
            plain(&Failure::Evaluator("no reason was given".to_owned()))
        } else {
            CellError::new("error", failure)
        }
    }

    fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// Makes a call. A back that ends without having said a word had been left by an earlier front, and was still busy
    /// for that one: then another is started.
    fn call<T>(
        &mut self,
        io: Option<&dyn CellIo>,
        call: impl Fn(&mut RemoteInterpreter) -> T,
    ) -> Result<T, CellError> {
        let mut answer = call(self.remote(io)?);
        if self.remote.as_ref().is_some_and(|remote| remote.is_dead() && !remote.has_greeted()) {
            self.look_after();
            answer = call(self.remote(io)?);
        }
        let dead = self.remote.as_ref().is_some_and(RemoteInterpreter::is_dead);
        self.look_after();
        if dead { Err(lost(self.stop.was_sent())) } else { Ok(answer) }
    }

    /// After the back's death the next cell gets a new one.
    fn look_after(&mut self) {
        let dead = match &self.remote {
            Some(remote) => remote.is_dead(),
            None => self.has_ended(),
        };
        if dead && let Some(child) = &mut self.child {
            // The connection is gone a moment before the process is.
            let _ = child.kill();
            let _ = child.wait();
        }
        if dead && let Ok(front) = Front::start(self.address.clone(), Arc::clone(&self.stop)) {
            *self = front;
        }
    }
}

/// The back has ended, and everything with it.
fn lost(interrupted: bool) -> CellError {
    if interrupted {
        CellError::new(
            "Interrupted",
            Lang::current().pick(
                "中断に応じないので、評価器を止めて新しくしました。変数と定義はすべて失われました。次のセルから続けられます。",
                "The evaluator did not react to the interrupt and was replaced. All variables and definitions are lost; the next cell starts anew.",
            ),
        )
    } else {
        CellError::new(
            "ProcessDied",
            Lang::current().pick(
                "評価器が止まったので、新しくしました。変数と定義はすべて失われました。次のセルから続けられます。",
                "The evaluator has ended and was replaced. All variables and definitions are lost; the next cell starts anew.",
            ),
        )
    }
}

/// What a back says while it starts.
enum Said {
    Told(String),
    Failed(String),
}

fn lines_of(stderr: ChildStderr) -> Receiver<Said> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let said = match (line.strip_prefix(back::TOLD), line.strip_prefix(back::FAILED)) {
                (Some(told), _) => Said::Told(told.to_owned()),
                (None, Some(failed)) => Said::Failed(failed.to_owned()),
                (None, None) => {
                    // For the log of whoever started the kernel.
                    eprintln!("{line}");
                    continue;
                }
            };
            // Nobody waits for a back that has started.
            let _ = sender.send(said);
        }
    });
    receiver
}

impl Interpreter for Front {
    fn begin(&mut self) {
        self.stop.begin();
        if let Some(remote) = &mut self.remote {
            remote.begin();
        }
    }

    fn execute(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError> {
        self.call(Some(io), |remote| remote.execute(cell, io))?
    }

    fn complete(&mut self, code: &str, at: CharOffset) -> Completions {
        self.call(None, |remote| remote.complete(code, at)).unwrap_or_else(|_| Completions::none(at))
    }

    fn inspect(&mut self, code: &str, at: CharOffset, detail: u8) -> Option<MimeBundle> {
        self.call(None, |remote| remote.inspect(code, at, detail)).ok()?
    }

    fn evaluate(&mut self, expression: &str, io: &dyn CellIo) -> Result<MimeBundle, CellError> {
        self.call(Some(io), |remote| remote.evaluate(expression, io))?
    }

    fn shutdown(&mut self, restart: bool) {
        if let Some(remote) = &mut self.remote {
            remote.shutdown(restart);
        } else if let Some(child) = &mut self.child {
            // It was still getting ready: nothing is lost.
            let _ = child.kill();
        }
        if !restart && let Some(child) = &mut self.child {
            let _ = child.wait();
        }
    }
}
