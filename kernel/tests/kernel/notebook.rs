//! A kernel process and one front end of it.

use std::ffi::OsString;
use std::ops::{Deref, DerefMut};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use jupyter_zmq_client::ConnectionInfo;
use kakunin_judges::client::{Client, connection_in, content, must, request};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::installed::Installed;
use crate::processes::{self, awaited};
use crate::ran::Ran;

/// A kernel with the variables of its own environment.
pub(crate) struct Notebook {
    runtime: Runtime,
    client: Client,
    front: Child,
    info: ConnectionInfo,
    place: Place,
}

/// What a kernel needs to be started, and started again.
#[derive(Clone)]
struct Place {
    installed: Installed,
    environment: Vec<(String, OsString)>,
    /// the kernel's `TMPDIR` and `XDG_RUNTIME_DIR`, with the connection file and its sockets
    folder: PathBuf,
}

/// The folder of all kernels of this test program. It goes when the program ends, however it ends.
fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let root = tempfile::Builder::new().prefix("kk").tempdir().unwrap().keep();
        // The shell waits for the end of its input, which ends with this process; then the kernels notice that
        // their parent is gone.
        let janitor = Command::new("sh")
            .args(["-c", "read line; sleep 5; rm -rf \"$0\""])
            .arg(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What ends this process's group must not end the shell.
            .process_group(0)
            .spawn()
            .unwrap();
        std::mem::forget(janitor);
        root
    })
}

impl Place {
    fn new(installed: &Installed, environment: &[(&str, &str)]) -> Place {
        let folder = tempfile::Builder::new().prefix("").tempdir_in(root()).unwrap().keep();
        let environment = environment.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect();
        Place { installed: installed.clone(), environment, folder }
    }

    /// The kernel as Jupyter starts it.
    fn command(&self) -> Command {
        let spec = self.installed.spec();
        let mut command = Command::new(self.installed.program());
        command
            .arg(self.folder.join("connection.json"))
            .env("KAKUNIN_TEMPLATE", spec["env"]["KAKUNIN_TEMPLATE"].as_str().unwrap())
            .env("KAKUNIN_CACHE", &self.installed.cache)
            .env("KAKUNIN_HISTORY", "")
            .env("JPY_PARENT_PID", std::process::id().to_string())
            .env("TMPDIR", &self.folder)
            .env("XDG_RUNTIME_DIR", &self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }
}

impl Notebook {
    /// A kernel of its own.
    pub(crate) fn new() -> Notebook {
        Notebook::with(Installed::shared(), &[])
    }

    /// A kernel of its own with further variables in its environment.
    pub(crate) fn with(installed: &Installed, environment: &[(&str, &str)]) -> Notebook {
        let place = Place::new(installed, environment);
        let front = place.command();
        Notebook::start_by(front, place)
    }

    /// A kernel that a server has started. The server is a shell here; to the notebook it is the front.
    pub(crate) fn under_a_server() -> Notebook {
        let place = Place::new(Installed::shared(), &[]);
        let kernel = place.command();
        let mut server = Command::new("sh");
        server.args(["-c", "\"$0\" \"$1\" & wait"]).arg(kernel.get_program()).args(kernel.get_args());
        server.envs(kernel.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Notebook::start_by(server, place)
    }

    fn start_by(mut program: Command, place: Place) -> Notebook {
        let info = connection_in(&place.folder);
        std::fs::write(place.folder.join("connection.json"), serde_json::to_string(&info).unwrap()).unwrap();
        let front = program.spawn().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let client = runtime.block_on(client(&info));
        Notebook { runtime, client, front, info, place }
    }

    /// The folder in which the kernel puts whatever it puts anywhere.
    pub(crate) fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// The folder of the running session, as a cell sees it.
    pub(crate) fn session(&mut self) -> PathBuf {
        let name = self.value("std::env::var(\"KAKUNIN_SESSION\").unwrap()");
        name.trim_matches('"').into()
    }

    pub(crate) fn front(&self) -> i32 {
        i32::try_from(self.front.id()).unwrap()
    }

    /// Runs a cell to its end.
    pub(crate) fn run(&mut self, code: &str) -> Ran {
        let id = self.start(code);
        self.finish(&id)
    }

    /// Runs a cell that must succeed.
    pub(crate) fn ok(&mut self, code: &str) -> Ran {
        let ran = self.run(code);
        assert_eq!(ran.reply["status"], "ok", "{code}\n{ran:?}");
        ran
    }

    /// The text of a cell's result.
    pub(crate) fn value(&mut self, code: &str) -> String {
        self.ok(code).result().to_owned()
    }

    /// Sends a cell and does not wait.
    pub(crate) fn start(&mut self, code: &str) -> String {
        self.start_with(json!({ "code": code, "allow_stdin": true }))
    }

    /// Sends an execute request.
    pub(crate) fn start_with(&mut self, content: Value) -> String {
        self.runtime.block_on(self.client.send("execute_request", content))
    }

    /// Waits for a cell's end; cells end in the order in which they were sent.
    pub(crate) fn finish(&mut self, id: &str) -> Ran {
        self.runtime.block_on(async {
            let published = self.client.published(id).await;
            Ran { published, reply: self.client.reply(id).await }
        })
    }

    /// Waits until a cell publishes a message of this type.
    pub(crate) fn until(&mut self, id: &str, msg_type: &str) -> Value {
        self.runtime.block_on(self.client.until(id, msg_type))
    }

    /// Waits until a cell has written this text; gives all it has written.
    pub(crate) fn until_text(&mut self, id: &str, wanted: &str) -> String {
        let mut text = String::new();
        while !text.contains(wanted) {
            text.push_str(self.until(id, "stream")["text"].as_str().unwrap());
        }
        text
    }

    /// A request that is no cell, and the content of its reply.
    pub(crate) fn ask(&mut self, msg_type: &str, content: Value) -> Value {
        self.runtime.block_on(async {
            let id = self.client.send(msg_type, content).await;
            self.client.reply(&id).await
        })
    }

    /// Waits until the cell asks for input; gives the question.
    pub(crate) fn until_question(&mut self) -> Value {
        content(&self.runtime.block_on(must(self.client.stdin.read())).unwrap())
    }

    /// Answers the cell's question; gives the question.
    pub(crate) fn answer(&mut self, line: &str) -> Value {
        let asked = self.until_question();
        let answer = request("input_reply", json!({ "value": line }));
        self.runtime.block_on(self.client.stdin.send(answer)).unwrap();
        asked
    }

    pub(crate) fn interrupt(&mut self) {
        self.runtime.block_on(self.client.control("interrupt_request"));
    }

    /// Asks the kernel to end, and waits until no process of it is left.
    pub(crate) fn shut_down(&mut self) -> ExitStatus {
        self.runtime.block_on(self.client.control_with("shutdown_request", json!({ "restart": false })));
        let status = self.front.wait().unwrap();
        processes::await_end(self.folder());
        status
    }

    /// What Jupyter does for "Restart Kernel": the old front ends, a new one starts on the same connection file.
    pub(crate) fn restart(&mut self) {
        self.runtime.block_on(self.client.control_with("shutdown_request", json!({ "restart": true })));
        self.front.wait().unwrap();
        self.start_front();
    }

    /// A front where the old one is gone.
    pub(crate) fn start_front(&mut self) {
        self.front = self.place.command().spawn().unwrap();
        self.client = self.runtime.block_on(client(&self.info));
    }

    /// Ends the front's process by a signal, and waits for its end.
    pub(crate) fn signal_front(&mut self, signal: Signal) {
        kill(Pid::from_raw(self.front()), signal).unwrap();
        self.front.wait().unwrap();
    }
}

/// What lies in a kernel's folder beside its connection file.
pub(crate) fn left(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| !path.ends_with("connection.json")).collect()
}

/// The kernel needs a moment until it listens.
async fn client(info: &ConnectionInfo) -> Client {
    let shell = format!("{}-{}", info.ip, info.shell_port);
    awaited("the kernel's socket", || std::os::unix::net::UnixStream::connect(&shell).ok());
    Client::of(info).await
}

impl Drop for Notebook {
    fn drop(&mut self) {
        // Already ended, or a test that failed: then the back notices that its front is gone.
        let _ = self.front.kill();
        let _ = self.front.wait();
    }
}

/// Kernels that wait for the next test: a restart gives an empty session at once.
static IDLE: Mutex<Vec<Notebook>> = Mutex::new(Vec::new());

/// A notebook that goes back to the others after a test that passed.
pub(crate) struct Borrowed(Option<Notebook>);

/// An empty session in a kernel that may have served other tests before.
pub(crate) fn notebook() -> Borrowed {
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let notebook = match idle {
        Some(mut notebook) => {
            notebook.restart();
            notebook
        }
        None => Notebook::new(),
    };
    Borrowed(Some(notebook))
}

impl Deref for Borrowed {
    type Target = Notebook;
    fn deref(&self) -> &Notebook {
        self.0.as_ref().unwrap()
    }
}

impl DerefMut for Borrowed {
    fn deref_mut(&mut self) -> &mut Notebook {
        self.0.as_mut().unwrap()
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(notebook) = self.0.take().filter(|_| !std::thread::panicking()) {
            IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(notebook);
        }
    }
}
