//! The messages of a session, before they are signed and framed.

use std::sync::Arc;

use bytes::Bytes;
use jupyter_protocol::Header;
use serde_json::{Value, json};

use super::Outlet;
use crate::{CellError, Stdio};

/// The sockets that carry messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Requests and replies, in order.
    Shell,
    /// Requests and replies that must not wait for a cell.
    Control,
    /// Questions to the user.
    Stdin,
    /// What every front end sees.
    IoPub,
}

/// A message from a front end whose signature was right.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The socket it came from.
    pub channel: Channel,
    /// Who sent it: the route of the reply.
    pub identities: Vec<Bytes>,
    /// Its header: the parent of everything it causes.
    pub header: Header,
    /// The header of the message that it answers.
    pub parent: Option<Header>,
    /// Its metadata.
    pub metadata: Value,
    /// Its content, not looked at yet.
    pub content: Value,
}

/// A message to the front ends.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The socket it leaves by.
    pub channel: Channel,
    /// The message that caused it.
    pub parent: Arc<Incoming>,
    /// What it says.
    pub body: Body,
    /// Its own id, where the sender must know it because an answer will name it.
    pub id: Option<String>,
}

impl Outgoing {
    /// A message whose id does not matter.
    pub fn new(channel: Channel, parent: &Arc<Incoming>, body: Body) -> Outgoing {
        Outgoing { channel, parent: parent.clone(), body, id: None }
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Text of a stream. Neighbouring pieces may be put together on the way.
    Stream(Stdio, String),
    /// Anything else: type and content.
    Message(String, Value),
}

impl Body {
    /// The message type.
    pub fn msg_type(&self) -> &str {
        match self {
            Body::Stream(..) => "stream",
            Body::Message(msg_type, _) => msg_type,
        }
    }

    /// The content as the specification wants it.
    pub fn into_content(self) -> Value {
        match self {
            Body::Stream(stream, text) => json!({ "name": stream.name(), "text": text }),
            Body::Message(_, content) => content,
        }
    }
}

/// Publishes one message to all front ends.
pub(crate) fn published(parent: &Arc<Incoming>, out: &dyn Outlet, msg_type: &str, content: Value) {
    out.send(Outgoing::new(Channel::IoPub, parent, Body::Message(msg_type.to_owned(), content)));
}

/// Sends the reply to a request, by the socket it came from.
pub(crate) fn replied(to: &Arc<Incoming>, out: &dyn Outlet, content: Value) {
    let msg_type = to.header.msg_type.replace("_request", "_reply");
    out.send(Outgoing::new(to.channel, to, Body::Message(msg_type, content)));
}

/// Does the work of one request between `busy` and `idle`.
pub(crate) fn attended(request: &Arc<Incoming>, out: &dyn Outlet, work: impl FnOnce()) {
    published(request, out, "status", json!({ "execution_state": "busy" }));
    work();
    published(request, out, "status", json!({ "execution_state": "idle" }));
}

/// The fields that every account of an error has.
pub(crate) fn parts(error: &CellError) -> Value {
    json!({ "ename": error.ename, "evalue": error.evalue, "traceback": error.traceback })
}

/// The content of a reply that reports an error.
pub(crate) fn failed(error: &CellError) -> Value {
    let mut content = parts(error);
    content["status"] = json!("error");
    content
}
