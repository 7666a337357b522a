//! A test double of evcxr's parent side and of the kernel's: starts the runtime, runs cells, reads events.

use std::io::{BufRead, BufReader, ErrorKind, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use kakunin_runtime::{Bundle, CellEnd, Channel, Event, Failure, Reason, Settings, StreamKind, Variables};

use crate::sources::libraries;

/// Against hanging for ever; no test depends on its length.
const SAFETY: Duration = Duration::from_secs(120);

/// A session.
pub(crate) struct Notebook {
    pub(crate) channel: std::sync::Arc<Channel>,
    command: Command,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Lines<BufReader<ChildStdout>>,
    events: Receiver<Event>,
}

/// What evcxr would make of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Evcxr {
    /// It commits its state, after these marker lines.
    Commits(Vec<String>),
    /// It drops what the cell would have changed, and keeps its child.
    Drops,
    /// It sees its child end, and starts another.
    Restarts,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) evcxr: Evcxr,
    pub(crate) events: Vec<Event>,
}

/// The settings of most tests.
pub(crate) fn settings() -> Settings {
    Settings { prelude: Some(libraries().prelude.clone()), ..Settings::default() }
}

impl Notebook {
    pub(crate) fn new() -> Notebook {
        Notebook::with(&settings())
    }

    pub(crate) fn with(settings: &Settings) -> Notebook {
        let channel = std::sync::Arc::new(Channel::listen().unwrap());
        let (sender, events) = unbounded();
        let from_runtime = channel.events().clone();
        std::thread::spawn(move || from_runtime.iter().all(|event| sender.send(event).is_ok()));
        Notebook::on(channel, settings, events)
    }

    /// A session whose events are read from the channel itself, at the reader's speed.
    pub(crate) fn unread(settings: &Settings) -> Notebook {
        let channel = std::sync::Arc::new(Channel::listen().unwrap());
        let events = channel.events().clone();
        Notebook::on(channel, settings, events)
    }

    fn on(channel: std::sync::Arc<Channel>, settings: &Settings, events: Receiver<Event>) -> Notebook {
        let mut command = channel.command(Path::new(env!("CARGO_BIN_EXE_runtime-for-tests")), settings);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .env("RUST_BACKTRACE", "1");
        let (child, stdin, stdout) = spawn(&mut command);
        Notebook { channel, command, child, stdin: Some(stdin), stdout, events }
    }

    /// The supervisor.
    pub(crate) fn supervisor(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    /// Sends evcxr's command to run a cell.
    pub(crate) fn load_and_run(&mut self, cell: &str) {
        let cells = libraries().cells.display();
        // A broken pipe will be seen as the end of stdout, as in evcxr.
        let _ = writeln!(self.stdin.as_mut().unwrap(), "LOAD_AND_RUN {cells} {cell}");
    }

    pub(crate) fn start(&mut self, cell: &str) {
        self.channel.begin_cell();
        self.load_and_run(cell);
    }

    /// The next event.
    pub(crate) fn event(&self) -> Event {
        self.events.recv_timeout(SAFETY).expect("no event came")
    }

    /// Waits for this text on stdout.
    pub(crate) fn await_text(&self, wanted: &str) -> String {
        let mut text = String::new();
        while !text.contains(wanted) {
            if let Event::Stream { text: more, .. } = self.event() {
                text += &more;
            }
        }
        text
    }

    /// Waits for a request for input and returns its prompt.
    pub(crate) fn await_input(&self) -> (String, bool) {
        loop {
            if let Event::Input { prompt, password } = self.event() {
                return (prompt, password);
            }
        }
    }

    /// Reads evcxr's answer as evcxr does, and all events of the cell.
    pub(crate) fn finish(&mut self) -> Outcome {
        let mut markers = Vec::new();
        let evcxr = loop {
            match self.stdout.next() {
                None => break self.restart(),
                Some(Err(error)) if error.kind() == ErrorKind::InvalidData => break Evcxr::Drops,
                Some(Err(error)) => panic!("{error}"),
                Some(Ok(line)) if line == "EVCXR_EXECUTION_COMPLETE" => break Evcxr::Commits(markers),
                Some(Ok(line)) => markers.push(line),
            }
        };
        self.channel.end_cell();
        let mut events = Vec::new();
        loop {
            match self.event() {
                Event::Settled => return Outcome { evcxr, events },
                event => events.push(event),
            }
        }
    }

    fn restart(&mut self) -> Evcxr {
        self.child.wait().unwrap();
        let (child, stdin, stdout) = spawn(&mut self.command);
        (self.child, self.stdin, self.stdout) = (child, Some(stdin), stdout);
        Evcxr::Restarts
    }

    pub(crate) fn run(&mut self, cell: &str) -> Outcome {
        self.start(cell);
        self.finish()
    }

    /// The store, as a cell prints it.
    pub(crate) fn numbers(&mut self) -> String {
        self.run("show").stdout().trim_end().to_owned()
    }

    /// Closes evcxr's pipe and waits for the supervisor to end.
    pub(crate) fn close(&mut self) {
        self.stdin = None;
        self.child.wait().unwrap();
    }

    /// The process id of the runner.
    pub(crate) fn runner(&mut self) -> i32 {
        self.run("linger").stdout().trim().parse().unwrap()
    }
}

impl Drop for Notebook {
    fn drop(&mut self) {
        self.close();
    }
}

fn spawn(command: &mut Command) -> (Child, ChildStdin, Lines<BufReader<ChildStdout>>) {
    let mut child = command.spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, stdin, stdout)
}

impl Outcome {
    pub(crate) fn end(&self) -> &CellEnd {
        let ends: Vec<&CellEnd> = self
            .events
            .iter()
            .filter_map(|event| if let Event::CellEnded(end) = event { Some(end) } else { None })
            .collect();
        assert_eq!(ends.len(), 1, "{:?}", self.events);
        assert!(matches!(self.events.last(), Some(Event::CellEnded(_))), "{:?}", self.events);
        ends[0]
    }

    pub(crate) fn failure(&self) -> &Failure {
        match self.end() {
            CellEnd::Failed(failure) => failure,
            end => panic!("{end:?}"),
        }
    }

    pub(crate) fn text(&self, wanted: StreamKind) -> String {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Stream { kind, text } if *kind == wanted => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn stdout(&self) -> String {
        self.text(StreamKind::Stdout)
    }

    /// The cell failed for this reason, and everything is as before.
    #[track_caller]
    pub(crate) fn assert_rolled_back(&self, reason: &Reason) {
        let variables = Variables::AsBefore { threads_lost: 0 };
        assert_eq!(*self.failure(), Failure { reason: reason.clone(), variables });
        assert_eq!(self.evcxr, Evcxr::Drops);
    }
}

/// A display as the events show it.
pub(crate) fn bundle(alternatives: &[(&str, &str)]) -> Bundle {
    alternatives.iter().map(|&(mime, content)| (mime.to_owned(), content.to_owned())).collect()
}

/// Number, state letter and parent of all processes of the system.
pub(crate) fn processes() -> Vec<(i32, char, i32)> {
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|file| file.file_name().to_str()?.parse().ok())
        .filter_map(|pid: i32| {
            let stat = std::fs::read_to_string(PathBuf::from(format!("/proc/{pid}/stat"))).ok()?;
            let (_, rest) = stat.rsplit_once(") ")?;
            let mut words = rest.split(' ');
            Some((pid, words.next()?.chars().next()?, words.next()?.parse().ok()?))
        })
        .collect()
}

/// Waits until there are so many processes below this one, zombies counted: an older standby takes a moment to
/// go.
pub(crate) fn await_descendants(of: i32, count: usize) -> Vec<i32> {
    let end = Instant::now() + SAFETY;
    loop {
        let found = descendants(of);
        if found.len() == count {
            return found;
        }
        assert!(Instant::now() < end, "not {count} processes: {found:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn descendants(of: i32) -> Vec<i32> {
    let all = processes();
    let (mut found, mut parents) = (Vec::new(), vec![of]);
    while let Some(parent) = parents.pop() {
        let children = all.iter().filter(|process| process.2 == parent).map(|process| process.0);
        found.extend(children.clone());
        parents.extend(children);
    }
    found
}

/// Waits until a process is gone.
pub(crate) fn await_end(pid: i32) {
    while processes().iter().any(|&(other, state, _)| other == pid && state != 'Z') {
        std::thread::sleep(Duration::from_millis(5));
    }
}
