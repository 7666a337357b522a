//! The two ways out of the kernel: for a cell, which waits its turn, and for the desk, which never waits.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;

use super::envelope::fresh_id;
use super::input::Input;
use crate::{Body, Channel, Incoming, NoInput, Outgoing, Outlet};

/// How long requests that were sent together may be apart on arrival.
const TOGETHER: Duration = Duration::from_millis(20);

/// The way out for a cell: bounded, so that a cell can't run ahead of the front ends.
pub(super) struct CellOutlet {
    queue: mpsc::Sender<Outgoing>,
    input: Arc<Input>,
}

impl CellOutlet {
    pub(super) fn new(queue: mpsc::Sender<Outgoing>, input: Arc<Input>) -> CellOutlet {
        CellOutlet { queue, input }
    }
}

impl Outlet for CellOutlet {
    fn send(&self, message: Outgoing) {
        // Fails only when the kernel ends: nobody is left to tell.
        let _ = self.queue.blocking_send(message);
    }

    fn input(&self, parent: &Arc<Incoming>, prompt: &str, password: bool) -> Result<String, NoInput> {
        let id = fresh_id();
        let answer = self.input.ask(id.clone(), parent.identities.clone());
        let content = json!({ "prompt": prompt, "password": password });
        let mut question =
            Outgoing::new(Channel::Stdin, parent, Body::Message("input_request".into(), content));
        question.id = Some(id);
        self.send(question);
        answer.recv().unwrap_or(Err(NoInput::Closed))
    }

    fn settle(&self) {
        std::thread::sleep(TOGETHER);
    }
}

/// The way out for the desk: its answers are short and must not wait for a cell's output.
#[derive(Clone)]
pub(super) struct FrontOutlet {
    status: mpsc::UnboundedSender<Outgoing>,
    reply: mpsc::UnboundedSender<Outgoing>,
}

impl FrontOutlet {
    pub(super) fn new(
        status: mpsc::UnboundedSender<Outgoing>,
        reply: mpsc::UnboundedSender<Outgoing>,
    ) -> FrontOutlet {
        FrontOutlet { status, reply }
    }
}

impl Outlet for FrontOutlet {
    fn send(&self, message: Outgoing) {
        let queue = if message.channel == Channel::IoPub { &self.status } else { &self.reply };
        let _ = queue.send(message);
    }

    fn input(&self, _: &Arc<Incoming>, _: &str, _: bool) -> Result<String, NoInput> {
        Err(NoInput::NotAllowed)
    }
}
