//! Frames ⇄ messages: signature, header, JSON.

use jupyter_protocol::{Header, JupyterMessage, UnknownMessage};
use jupyter_zmq_client::{RawMessage, RuntimeError};
use ring::hmac;
use serde_json::Value;
use zeromq::ZmqMessage;

use crate::desk::PROTOCOL;
use crate::session::{Incoming, Outgoing};
use crate::{Body, Channel};

/// Opens what arrived on a socket: checks the signature (in constant time), then reads the JSON.
pub fn open(frames: ZmqMessage, key: &Option<hmac::Key>, channel: Channel) -> Result<Incoming, RuntimeError> {
    let raw = RawMessage::from_multipart(frames, key)?;
    let [header, parent, metadata, content, ..] = raw.jparts.as_slice() else {
        return Err(RuntimeError::InsufficientMessageParts(raw.jparts.len()));
    };
    Ok(Incoming {
        channel,
        header: serde_json::from_slice(header)?,
        // A message that answers nothing has an empty object here.
        parent: serde_json::from_slice::<Header>(parent).ok(),
        metadata: serde_json::from_slice::<Value>(metadata)?,
        content: serde_json::from_slice::<Value>(content)?,
        identities: raw.zmq_identities,
    })
}

/// A message ready to be signed and sent, on its way back to the sender of its parent.
pub(super) fn sealed(message: Outgoing) -> JupyterMessage {
    let parent = message.parent;
    let topic = message.body.msg_type().as_bytes().to_vec();
    let mut sealed = unsolicited(message.body);
    sealed.parent_header = Some(parent.header.clone());
    sealed.zmq_identities = match message.channel {
        Channel::IoPub => vec![topic.into()],
        // One frame is the route to a peer of ours; more would be those of a router in between.
        _ => parent.identities.clone(),
    };
    if let Some(id) = message.id {
        sealed.header.msg_id = id;
    }
    sealed
}

/// A message that no request caused.
pub(super) fn unsolicited(body: Body) -> JupyterMessage {
    let msg_type = body.msg_type().to_owned();
    let mut message = JupyterMessage::new(UnknownMessage { msg_type, content: body.into_content() }, None);
    message.header.username = "kernel".into();
    message.header.version = PROTOCOL.into();
    message
}

/// A new message id.
pub(super) fn fresh_id() -> String {
    unsolicited(Body::Message(String::new(), Value::Null)).header.msg_id
}
