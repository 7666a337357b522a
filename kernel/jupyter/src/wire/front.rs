//! Takes messages off the sockets, and answers at once what can be answered at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jupyter_zmq_client::RouterRecvConnection;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;
use zeromq::{RouterSocket, SocketRecv, SocketSend};

use super::input::Input;
use super::outlet::FrontOutlet;
use super::stage::Stage;
use super::{Exit, envelope};
use crate::request::{Asked, Request};
use crate::{Channel, Desk, Incoming, NoInput};

/// A socket that fails to receive is tried again, but not in a tight loop.
const AGAIN: Duration = Duration::from_millis(20);

/// The wire's side of a session.
pub(super) struct Front {
    desk: Arc<Desk>,
    out: FrontOutlet,
    stage: Stage,
    input: Arc<Input>,
    end: UnboundedSender<Exit>,
    complained: AtomicBool,
}

impl Front {
    pub(super) fn new(
        desk: Arc<Desk>,
        out: FrontOutlet,
        stage: Stage,
        input: Arc<Input>,
        end: UnboundedSender<Exit>,
    ) -> Arc<Front> {
        Arc::new(Front { desk, out, stage, input, end, complained: AtomicBool::new(false) })
    }

    /// Takes every message of one socket.
    pub(super) async fn listen(self: Arc<Self>, mut socket: RouterRecvConnection, channel: Channel) {
        loop {
            let Ok(frames) = socket.socket.recv().await else {
                tokio::time::sleep(AGAIN).await;
                continue;
            };
            match envelope::open(frames, &socket.mac, channel) {
                Ok(incoming) => self.take(incoming),
                Err(reason) => self.complain(&reason.to_string()),
            }
        }
    }

    /// Ctrl-C in the terminal of a console interrupts; SIGTERM ends.
    pub(super) async fn signals(self: Arc<Self>, end: UnboundedSender<Exit>) {
        let (Ok(mut interrupts), Ok(mut terminations)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        loop {
            tokio::select! {
                _ = interrupts.recv() => self.interrupt(NoInput::Interrupted),
                _ = terminations.recv() => {
                    let _ = end.send(Exit::Terminated);
                }
            }
        }
    }

    /// Stops the running cell for good: the kernel ends.
    pub(super) fn stop(&self) {
        self.interrupt(NoInput::Closed);
    }

    fn interrupt(&self, reason: NoInput) {
        self.desk.interrupt();
        self.input.cancel(reason);
    }

    fn take(self: &Arc<Self>, incoming: Incoming) {
        let queued = self.desk.admit(incoming);
        if let Asked::Known(Request::InputReply { value }) = queued.asked {
            self.input.reply(&queued.incoming, value);
        } else if queued.waits() {
            self.stage.enqueue(queued);
        } else if queued.reads_disk() {
            let front = self.clone();
            tokio::task::spawn_blocking(move || front.desk.answer(queued, &front.out));
        } else {
            let (ends, interrupts) = (queued.ends(), queued.interrupts());
            self.desk.answer(queued, &self.out);
            if interrupts {
                self.input.cancel(NoInput::Interrupted);
            }
            if let Some(restart) = ends {
                let _ = self.end.send(Exit::Shutdown { restart });
            }
        }
    }

    /// A message with a wrong signature or shape is dropped without a reply. One line in the log is enough.
    fn complain(&self, reason: &str) {
        if !self.complained.swap(true, Ordering::Relaxed) {
            eprintln!(
                "kernel: dropped a message that is not a signed Jupyter message ({reason}); further ones are dropped silently"
            );
        }
    }
}

/// Sends every ping back as it came. A ROUTER, as in ipykernel: it serves any number of front ends and keeps the
/// route in the frames.
pub(super) async fn heartbeat(mut socket: RouterSocket) {
    loop {
        match socket.recv().await {
            // Fails when that front end is gone.
            Ok(ping) => drop(socket.send(ping).await),
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}
