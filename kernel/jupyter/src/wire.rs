//! Sockets ⇄ session.
//!
//! Two threads: this one runs the sockets (and answers what needs no interpreter), the other owns the interpreter.
//! What a cell writes goes through one bounded queue to the publisher, so a cell that writes faster than the front
//! ends read has to wait: nothing is dropped and nothing piles up.

mod bind;
mod connection;
mod door;
pub mod envelope;
mod folder;
mod frames;
mod front;
mod input;
mod outlet;
mod parent;
mod publisher;
mod replies;
mod stage;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jupyter_zmq_client::{Connection, ConnectionInfo};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use zeromq::{RouterSocket, XPubSocket};

use bind::Binder;
pub use connection::{StartError, read as read_connection_file};
use front::Front;
use replies::Replies;

use crate::{CellError, Channel, Desk, Interpreter, Language, history::History};

/// How many pieces of output may wait for the front ends.
const OUTPUT_QUEUE: usize = 256;
/// How long the interpreter may take to say goodbye.
const GRACE: Duration = Duration::from_secs(2);
/// The sockets write on their own: the time for the last reply to leave.
const LINGER: Duration = Duration::from_millis(100);

/// Why the kernel ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// A front end asked for it.
    Shutdown {
        /// Whether it will start the kernel anew.
        restart: bool,
    },
    /// The process that started the kernel is gone.
    ParentGone,
    /// The system asked for it (SIGTERM).
    Terminated,
}

/// Runs a kernel on the sockets of a connection file until it is shut down.
///
/// `interpreter` is called on a thread of its own, after the sockets are open. It may take long; where it fails, each
/// cell gets that failure as its error.
pub fn run<I: Interpreter>(
    connection_file: &Path,
    language: Arc<dyn Language>,
    history: History,
    interpreter: impl FnOnce() -> Result<I, CellError> + Send + 'static,
) -> Result<Exit, StartError> {
    let info = connection::read(connection_file)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|reason| StartError::System(reason.to_string()))?;
    let exit = runtime.block_on(serve(&info, language, history, interpreter));
    // Whatever still runs (a cell that did not let itself be interrupted) ends with the process.
    runtime.shutdown_background();
    exit
}

/// The same, on sockets already known, inside a running tokio runtime.
pub async fn serve<I: Interpreter>(
    info: &ConnectionInfo,
    language: Arc<dyn Language>,
    history: History,
    interpreter: impl FnOnce() -> Result<I, CellError> + Send + 'static,
) -> Result<Exit, StartError> {
    let session =
        jupyter_protocol::JupyterMessage::new(jupyter_protocol::KernelInfoRequest {}, None).header.session;
    let folder = folder::private().map_err(|reason| StartError::System(reason.to_string()))?;
    let mut tasks = JoinSet::new();
    let mut sockets = Binder { info, folder: folder.path(), doors: &mut tasks };
    let shell: RouterSocket = sockets.bind(info.shell_port, "shell").await?;
    let control: RouterSocket = sockets.bind(info.control_port, "control").await?;
    let stdin: RouterSocket = sockets.bind(info.stdin_port, "stdin").await?;
    let heartbeat: RouterSocket = sockets.bind(info.hb_port, "heartbeat").await?;
    let iopub: XPubSocket = sockets.bind(info.iopub_port, "iopub").await?;
    let (shell_out, shell_in) = Connection::new(shell, &info.key, &session).split();
    let (control_out, control_in) = Connection::new(control, &info.key, &session).split();
    let (stdin_out, stdin_in) = Connection::new(stdin, &info.key, &session).split();

    let (cell, cell_queue) = mpsc::channel(OUTPUT_QUEUE);
    let (status, status_queue) = mpsc::unbounded_channel();
    let (reply, reply_queue) = mpsc::unbounded_channel();
    let (end, mut ended) = mpsc::unbounded_channel();
    let input = Arc::new(input::Input::default());
    let desk = Arc::new(Desk::new(language, history));

    let stage = stage::Stage::start(desk.clone(), outlet::CellOutlet::new(cell, input.clone()), interpreter)
        .map_err(|reason| StartError::System(reason.to_string()))?;
    let front =
        Front::new(desk, outlet::FrontOutlet::new(status, reply.clone()), stage.clone(), input, end.clone());

    let iopub = Connection::new(iopub, &info.key, &session);
    let replies = Replies { shell: shell_out, control: control_out, stdin: stdin_out };
    tasks.spawn(front::heartbeat(heartbeat));
    tasks.spawn(replies.run(reply_queue));
    tasks.spawn(publisher::run(iopub, status_queue, cell_queue, reply));
    tasks.spawn(front.clone().listen(shell_in, Channel::Shell));
    tasks.spawn(front.clone().listen(control_in, Channel::Control));
    tasks.spawn(front.clone().listen(stdin_in, Channel::Stdin));
    tasks.spawn(parent::watch(end.clone()));
    tasks.spawn(front.clone().signals(end));

    let exit = ended.recv().await.unwrap_or(Exit::Terminated);
    front.stop();
    let restart = matches!(exit, Exit::Shutdown { restart: true });
    // A cell that does not stop ends with the process.
    let _ = tokio::time::timeout(GRACE, stage.close(restart)).await;
    tokio::time::sleep(LINGER).await;
    tasks.shutdown().await;
    bind::clean_up(info);
    Ok(exit)
}
