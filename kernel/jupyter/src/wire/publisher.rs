//! The socket that every front end listens to.
//!
//! It is an XPUB, which tells when somebody subscribes: the answer is `iopub_welcome` (JEP 65). zeromq's PUB drops
//! messages when a subscriber is slow; its XPUB waits until the system has taken the message for each subscriber. With
//! the bounded queue before it, the wait reaches the cell, and nothing is lost.

use std::sync::Arc;
use std::time::Duration;

use jupyter_zmq_client::{KernelIoPubXPubConnection, SubscriptionEvent, parse_subscription_message};
use serde_json::json;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver, UnboundedSender};
use tokio::time::{Instant, sleep_until};
use zeromq::SocketRecv;

use super::envelope::{sealed, unsolicited};
use crate::{Body, Channel, Incoming, Outgoing, Stdio};

/// At most one message in so long for text that arrives in small pieces.
const PAUSE: Duration = Duration::from_millis(20);
/// Text beyond this size does not wait.
const ENOUGH: usize = 64 << 10;
/// How many pieces are taken off the queue at once.
const BATCH: usize = 64;

/// Publishes what the desk and the cell say, until both are gone. Replies of a cell pass through here too, so that
/// they leave after what the cell published.
pub(super) async fn run(
    iopub: KernelIoPubXPubConnection,
    mut status: UnboundedReceiver<Outgoing>,
    mut cell: Receiver<Outgoing>,
    replies: UnboundedSender<Outgoing>,
) {
    let mut publisher = Publisher { iopub, replies, pending: None, due: Instant::now(), greeted: false };
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            event = publisher.iopub.socket.recv() => {
                if let Ok(frames) = event {
                    publisher.welcome(parse_subscription_message(&frames)).await;
                }
            }
            Some(message) = status.recv() => publisher.publish(message).await,
            taken = cell.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    return;
                }
                for message in batch.drain(..) {
                    publisher.take(message).await;
                }
            }
            () = sleep_until(publisher.due), if publisher.pending.is_some() => publisher.flush().await,
        }
    }
}

struct Publisher {
    iopub: KernelIoPubXPubConnection,
    replies: UnboundedSender<Outgoing>,
    pending: Option<Text>,
    /// When pending text must go out; text that arrives later than this goes out at once.
    due: Instant,
    /// Whether front ends have heard of a status.
    greeted: bool,
}

/// Text of one stream of one cell, put together from pieces.
struct Text {
    parent: Arc<Incoming>,
    stream: Stdio,
    text: String,
}

impl Publisher {
    async fn take(&mut self, message: Outgoing) {
        let Body::Stream(stream, text) = message.body else {
            self.flush().await;
            return match message.channel {
                Channel::IoPub => self.publish(message).await,
                // Fails only when the kernel ends.
                _ => drop(self.replies.send(message)),
            };
        };
        match &mut self.pending {
            Some(pending) if pending.stream == stream && Arc::ptr_eq(&pending.parent, &message.parent) => {
                pending.text.push_str(&text);
            }
            _ => {
                self.flush().await;
                self.pending = Some(Text { parent: message.parent, stream, text });
            }
        }
        let enough = self.pending.as_ref().is_some_and(|pending| pending.text.len() >= ENOUGH);
        if enough || Instant::now() >= self.due {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        if let Some(Text { parent, stream, text }) = self.pending.take() {
            self.publish(Outgoing::new(Channel::IoPub, &parent, Body::Stream(stream, text))).await;
            self.due = Instant::now() + PAUSE;
        }
    }

    async fn publish(&mut self, message: Outgoing) {
        self.greeted = true;
        // A subscriber that is gone is taken off by the socket.
        let _ = self.iopub.send(sealed(message)).await;
    }

    async fn welcome(&mut self, event: Option<SubscriptionEvent>) {
        let Some(SubscriptionEvent::Subscribe(topic)) = event else {
            return;
        };
        let content = json!({ "subscription": topic });
        let mut welcome = unsolicited(Body::Message("iopub_welcome".into(), content));
        welcome.zmq_identities = vec![topic.into_bytes().into()];
        let _ = self.iopub.send(welcome).await;
        // Once, and only while it is news: after a request has been answered the kernel is not starting any more.
        if !self.greeted {
            self.greeted = true;
            let starting = Body::Message("status".into(), json!({ "execution_state": "starting" }));
            let mut starting = unsolicited(starting);
            starting.zmq_identities = vec!["status".into()];
            let _ = self.iopub.send(starting).await;
        }
    }
}
