//! An interpreter in another process: here, at the other end of a socket pair.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use kakunin_jupyter::echo::{Echo, EchoLanguage};
use kakunin_jupyter::remote::{
    Cause, Ended, Interrupter, RemoteInterpreter, State, Stop, Warming, serve_interpreter,
};
use kakunin_jupyter::{
    Cell, CellError, CellIo, CharOffset, Display, Interpreter, Language, MimeBundle, NoInput, Outcome, Stdio,
};

/// What a cell showed, in words.
#[derive(Default)]
struct Seen {
    shown: Mutex<Vec<String>>,
    answer: Option<String>,
}

impl CellIo for Seen {
    fn stream(&self, stream: Stdio, text: &str) {
        self.shown.lock().unwrap().push(format!("{}: {text}", stream.name()));
    }
    fn display(&self, display: Display) {
        let id = display.id.unwrap_or_default();
        self.shown.lock().unwrap().push(format!(
            "display {id} {}: {}",
            display.update,
            display.bundle.plain()
        ));
    }
    fn clear(&self, wait: bool) {
        self.shown.lock().unwrap().push(format!("clear {wait}"));
    }
    fn input(&self, prompt: &str, password: bool) -> Result<String, NoInput> {
        self.shown.lock().unwrap().push(format!("input {prompt} {password}"));
        self.answer.clone().ok_or(NoInput::NotAllowed)
    }
}

impl Seen {
    fn shown(&self) -> Vec<String> {
        std::mem::take(&mut self.shown.lock().unwrap())
    }
}

fn cell(code: &str) -> Cell<'_> {
    Cell { code, count: 1, silent: false, id: None }
}

struct Stopping(Arc<EchoLanguage>);

impl Stop for Stopping {
    fn begin(&self) {}
    fn stop(&self, _: Cause) {
        self.0.interrupt();
    }
}

/// A toy interpreter that is served to one client after another.
struct Server {
    language: Arc<EchoLanguage>,
    interpreter: Arc<Warming<Echo>>,
}

impl Server {
    fn new() -> Server {
        Server::built(Ok)
    }

    fn built(build: impl FnOnce(Echo) -> Result<Echo, CellError> + Send + 'static) -> Server {
        let language = Arc::new(EchoLanguage::default());
        let echo = Echo::of(&language);
        Server { language, interpreter: Arc::new(Warming::start(move || build(echo)).unwrap()) }
    }

    /// A connected client, and how its session will end on the server's side.
    fn client(&self) -> (RemoteInterpreter, JoinHandle<Ended>) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (RemoteInterpreter::over(ours).unwrap(), self.serve(theirs))
    }

    fn serve(&self, stream: UnixStream) -> JoinHandle<Ended> {
        let (language, interpreter) = (self.language.clone(), self.interpreter.clone());
        std::thread::spawn(move || serve_interpreter(stream, &interpreter, &Stopping(language)).unwrap())
    }
}

#[test]
fn a_cell_shows_its_output_in_order_and_gives_its_result() {
    let (mut remote, _) = Server::new().client();
    let seen = Seen::default();
    let code = "print a\nerr b\nnamed n 1\nupdate n 2\nclear wait\nresult 42\npage p\nnext x";
    let outcome = remote.execute(&cell(code), &seen).unwrap();
    assert_eq!(
        seen.shown(),
        ["stdout: a\n", "stderr: b\n", "display n false: 1", "display n true: 2", "clear true"]
    );
    let expected = Outcome {
        result: Some(MimeBundle::text("42")),
        pager: Some(MimeBundle::text("p")),
        next_input: Some("x".into()),
        interrupted: false,
    };
    assert_eq!(outcome, expected);
}

#[test]
fn an_error_and_a_panic_come_back_as_errors_and_the_interpreter_goes_on() {
    let (mut remote, _) = Server::new().client();
    let seen = Seen::default();
    assert_eq!(remote.execute(&cell("fail"), &seen).unwrap_err().ename, "Failure");
    assert_eq!(remote.execute(&cell("panic"), &seen).unwrap_err().ename, "InternalError");
    assert_eq!(remote.execute(&cell("print on"), &seen), Ok(Outcome::default()));
}

#[test]
fn completion_inspection_and_expressions_pass_through() {
    let (mut remote, _) = Server::new().client();
    assert_eq!(remote.complete("日本 pri", CharOffset(6)).matches, ["print"]);
    assert_eq!(remote.inspect("print", CharOffset(0), 1).unwrap().plain(), "print: a command (detail 1)");
    assert_eq!(remote.inspect("xyzzy", CharOffset(0), 0), None);
    assert_eq!(remote.evaluate("x", &Seen::default()).unwrap().plain(), "x");
    assert_eq!(remote.evaluate("fail", &Seen::default()).unwrap_err().ename, "Failure");
}

#[test]
fn a_question_reaches_the_user_and_the_answer_the_cell() {
    let (mut remote, _) = Server::new().client();
    let seen = Seen { answer: Some("Ada\n\"é\"".into()), ..Seen::default() };
    remote.execute(&cell("input name?"), &seen).unwrap();
    assert_eq!(seen.shown(), ["input name? false", "stdout: Ada\n\"é\"\n"]);
    let error = remote.execute(&cell("password key?"), &Seen::default()).unwrap_err();
    assert_eq!(error.ename, "NoInput");
}

/// Interrupts at the first output.
struct Interrupting(Interrupter);

impl CellIo for Interrupting {
    fn stream(&self, _: Stdio, _: &str) {
        self.0.interrupt();
    }
    fn display(&self, _: Display) {}
    fn clear(&self, _: bool) {}
    fn input(&self, _: &str, _: bool) -> Result<String, NoInput> {
        Err(NoInput::NotAllowed)
    }
}

#[test]
fn an_interrupt_stops_the_running_call() {
    let (mut remote, _) = Server::new().client();
    let io = Interrupting(remote.interrupter());
    let error = remote.execute(&cell("print started\nsleep 60000"), &io).unwrap_err();
    assert_eq!(error.ename, "Interrupted");
}

/// What a bare server hears of a client, one line each.
fn heard(client: impl FnOnce(RemoteInterpreter) + Send + 'static, lines: usize) -> Vec<String> {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let client = std::thread::spawn(move || client(RemoteInterpreter::over(ours).unwrap()));
    let lines = BufReader::new(theirs.try_clone().unwrap()).lines().take(lines).map(Result::unwrap).collect();
    theirs.shutdown(std::net::Shutdown::Both).unwrap();
    client.join().unwrap();
    lines
}

#[test]
fn an_interrupt_that_comes_before_the_call_it_is_meant_for_is_sent_after_it() {
    let early = |mut remote: RemoteInterpreter| {
        remote.begin();
        remote.interrupter().interrupt();
        remote.execute(&cell("print x"), &Seen::default()).unwrap_err();
    };
    let lines = heard(early, 2);
    assert!(lines[0].contains("print x") && lines[1].contains("interrupt"), "{lines:?}");
}

#[test]
fn an_interrupt_of_an_idle_session_stops_no_later_call() {
    let idle = |mut remote: RemoteInterpreter| {
        remote.interrupter().interrupt();
        remote.begin();
        remote.execute(&cell("print x"), &Seen::default()).unwrap_err();
    };
    assert!(heard(idle, 1)[0].contains("print x"));
    let (mut remote, _) = Server::new().client();
    remote.interrupter().interrupt();
    remote.begin();
    assert_eq!(remote.execute(&cell("sleep 1"), &Seen::default()), Ok(Outcome::default()));
}

#[test]
fn a_server_that_dies_during_a_call_is_named_in_the_error_of_this_and_all_later_calls() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut remote = RemoteInterpreter::over(ours).unwrap();
    let dying = std::thread::spawn(move || {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(theirs), &mut line).unwrap();
    });
    for _ in 0..2 {
        let error = remote.execute(&cell("sleep 60000"), &Seen::default()).unwrap_err();
        assert_eq!(error.ename, "ProcessDied");
        assert!(error.evalue.contains("プロセスが終了しました"), "{}", error.evalue);
    }
    dying.join().unwrap();
    assert_eq!(remote.complete("x", CharOffset(1)).matches, [""; 0]);
    assert_eq!(remote.inspect("x", CharOffset(1), 0), None);
    assert_eq!(remote.wait_until_ready().unwrap_err().ename, "ProcessDied");
    remote.shutdown(true);
}

#[test]
fn a_server_that_talks_nonsense_counts_as_dead() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    theirs.write_all(b"{\"nonsense\n").unwrap();
    let mut remote = RemoteInterpreter::over(ours).unwrap();
    assert_eq!(remote.execute(&cell(""), &Seen::default()).unwrap_err().ename, "ProcessDied");
}

#[test]
fn the_server_returns_when_its_client_shuts_down() {
    for restart in [false, true] {
        let (mut remote, ended) = Server::new().client();
        remote.shutdown(restart);
        assert_eq!(ended.join().unwrap(), Ended::Shutdown { restart });
    }
}

#[test]
fn the_server_returns_when_its_client_disappears_idle_or_in_the_middle_of_a_call() {
    let server = Server::new();
    let (remote, ended) = server.client();
    drop(remote);
    assert_eq!(ended.join().unwrap(), Ended::Disconnected);

    for code in ["print begun\nsleep 60000", "print begun\ninput name?"] {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        let ended = server.serve(theirs);
        let call =
            serde_json::json!({ "execute": { "code": code, "count": 1, "silent": false, "id": null } });
        writeln!(ours, "{call}").unwrap();
        let mut said = BufReader::new(ours.try_clone().unwrap()).lines();
        assert!(said.any(|line| line.unwrap().contains("begun")));
        drop(said);
        drop(ours);
        assert_eq!(ended.join().unwrap(), Ended::Disconnected, "{code}");
    }
}

#[test]
fn one_interpreter_serves_one_client_after_another() {
    let server = Server::new();
    for _ in 0..3 {
        let (mut remote, ended) = server.client();
        let seen = Seen::default();
        remote.execute(&cell("print again"), &seen).unwrap();
        assert_eq!(seen.shown(), ["stdout: again\n"]);
        drop(remote);
        ended.join().unwrap();
    }
}

#[test]
fn calls_wait_while_the_interpreter_is_warming_up() {
    let (build_on, wait) = channel::<()>();
    let server = Server::built(move |echo| {
        wait.recv().unwrap();
        Ok(echo)
    });
    let (mut remote, _ended) = server.client();
    assert_eq!(server.interpreter.state(), State::Warming);
    let calling = std::thread::spawn(move || {
        remote.wait_until_ready().unwrap();
        remote.execute(&cell("print warm"), &Seen::default())
    });
    build_on.send(()).unwrap();
    assert_eq!(calling.join().unwrap(), Ok(Outcome::default()));
    assert_eq!(server.interpreter.state(), State::Ready);
}

#[test]
fn a_client_that_leaves_during_the_warm_up_is_noticed() {
    let (_never, wait) = channel::<()>();
    let server = Server::built(move |echo| {
        let _ = wait.recv();
        Ok(echo)
    });
    let (remote, ended) = server.client();
    drop(remote);
    assert_eq!(ended.join().unwrap(), Ended::Disconnected);
}

#[test]
fn an_interpreter_that_could_not_be_built_fails_each_call_with_the_reason() {
    let server = Server::built(|_| Err(CellError::new("NoCompiler", "rustc is missing")));
    let (mut remote, _) = server.client();
    assert_eq!(remote.wait_until_ready().unwrap_err().ename, "NoCompiler");
    assert_eq!(remote.execute(&cell(""), &Seen::default()).unwrap_err().evalue, "rustc is missing");

    let panicking = Server::built(|_| panic!("while building"));
    let (mut remote, _) = panicking.client();
    assert_eq!(remote.execute(&cell(""), &Seen::default()).unwrap_err().ename, "InternalError");
}

#[test]
fn much_output_and_large_cells_pass_whole() {
    let (mut remote, _) = Server::new().client();
    let seen = Seen::default();
    let long = "長".repeat(3_000_000);
    remote.execute(&cell(&format!("print {long}\nlines 20000")), &seen).unwrap();
    let shown = seen.shown();
    assert_eq!(shown.len(), 20_001);
    assert!(shown[0].trim_start_matches("stdout: ").trim_end() == long);
    assert_eq!(shown[20_000], "stdout: 19999\n");
}
