//! The sockets that answer one front end each.

use jupyter_zmq_client::RouterSendConnection;
use tokio::sync::mpsc::UnboundedReceiver;

use super::envelope::sealed;
use crate::{Channel, Outgoing};

/// The sending halves of the three sockets with a route.
pub(super) struct Replies {
    pub(super) shell: RouterSendConnection,
    pub(super) control: RouterSendConnection,
    pub(super) stdin: RouterSendConnection,
}

impl Replies {
    /// Sends what comes through the queue.
    pub(super) async fn run(mut self, mut queue: UnboundedReceiver<Outgoing>) {
        while let Some(message) = queue.recv().await {
            let socket = match message.channel {
                Channel::Shell => &mut self.shell,
                Channel::Control => &mut self.control,
                Channel::Stdin => &mut self.stdin,
                Channel::IoPub => continue,
            };
            // Fails when that front end is gone.
            let _ = socket.send(sealed(message)).await;
        }
    }
}
