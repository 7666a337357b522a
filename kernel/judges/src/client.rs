//! A front end, over the client half of jupyter-zmq-client.
//!
//! For tests: what does not come as it should is a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use jupyter_protocol::connection_info::Transport;
use jupyter_protocol::{JupyterMessage, UnknownMessage};
use jupyter_zmq_client::{
    ClientControlConnection, ClientIoPubConnection, ClientShellConnection, ClientStdinConnection,
    ConnectionInfo, create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, create_client_stdin_connection_with_identity,
    peek_ports_with_listeners, peer_identity_for_session,
};
use serde_json::{Value, json};

/// A safety net against hangs, not a measure of speed: a kernel may have to prepare itself first.
const HANG: Duration = Duration::from_secs(300);

/// Waits for something that must come.
pub async fn must<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANG, future).await.expect("nothing came for five minutes")
}

/// A connection over free ports of this machine.
pub async fn connection() -> ConnectionInfo {
    let (ports, _listeners) = peek_ports_with_listeners(IpAddr::V4(Ipv4Addr::LOCALHOST), 5).await.unwrap();
    ConnectionInfo {
        ip: "127.0.0.1".into(),
        transport: Transport::TCP,
        shell_port: ports[0],
        iopub_port: ports[1],
        stdin_port: ports[2],
        control_port: ports[3],
        hb_port: ports[4],
        key: "a key".into(),
        signature_scheme: "hmac-sha256".into(),
        kernel_name: None,
    }
}

/// A connection over files in `folder`.
pub fn connection_in(folder: &Path) -> ConnectionInfo {
    ConnectionInfo {
        ip: folder.join("kernel").to_str().expect("a path in UTF-8").into(),
        transport: Transport::IPC,
        shell_port: 1,
        iopub_port: 2,
        stdin_port: 3,
        control_port: 4,
        hb_port: 5,
        key: "a key".into(),
        signature_scheme: "hmac-sha256".into(),
        kernel_name: None,
    }
}

/// One front end.
pub struct Client {
    /// Requests and their replies.
    pub shell: ClientShellConnection,
    /// The same, past a running cell.
    pub control: ClientControlConnection,
    /// The kernel's questions.
    pub stdin: ClientStdinConnection,
    /// What the kernel publishes.
    pub iopub: ClientIoPubConnection,
    /// The name under which it sends.
    pub session: String,
}

impl Client {
    /// Connects, and waits until the kernel's outputs arrive.
    pub async fn of(info: &ConnectionInfo) -> Client {
        let mut client = Client::connect(info).await;
        loop {
            if must(client.iopub.read()).await.unwrap().header.msg_type == "iopub_welcome" {
                return client;
            }
        }
    }

    /// Connects, and leaves all outputs to be read.
    pub async fn connect(info: &ConnectionInfo) -> Client {
        let session = JupyterMessage::new(UnknownMessage::default(), None).header.session;
        let identity = peer_identity_for_session(&session).unwrap();
        Client {
            shell: must(create_client_shell_connection_with_identity(info, &session, identity.clone()))
                .await
                .unwrap(),
            control: must(create_client_control_connection(info, &session)).await.unwrap(),
            stdin: must(create_client_stdin_connection_with_identity(info, &session, identity))
                .await
                .unwrap(),
            iopub: must(create_client_iopub_connection(info, "", &session)).await.unwrap(),
            session,
        }
    }

    /// Sends a request by the shell; gives its id.
    pub async fn send(&mut self, msg_type: &str, content: Value) -> String {
        let message = request(msg_type, content);
        let id = message.header.msg_id.clone();
        self.shell.send(message).await.unwrap();
        id
    }

    /// Sends a cell; gives the request's id.
    pub async fn execute(&mut self, code: &str) -> String {
        self.send("execute_request", json!({ "code": code, "allow_stdin": true })).await
    }

    /// Sends a request by the control socket and gives the content of its reply.
    pub async fn control(&mut self, msg_type: &str) -> Value {
        self.control_with(msg_type, json!({})).await
    }

    /// The same for a request that says something.
    pub async fn control_with(&mut self, msg_type: &str, said: Value) -> Value {
        self.control.send(request(msg_type, said)).await.unwrap();
        content(&must(self.control.read()).await.unwrap())
    }

    /// The next reply on the shell, which must answer this request.
    pub async fn reply(&mut self, id: &str) -> Value {
        let reply = must(self.shell.read()).await.unwrap();
        assert_eq!(reply.parent_header.as_ref().unwrap().msg_id, id);
        content(&reply)
    }

    /// What was published for this request, up to `idle`: types and contents.
    pub async fn published(&mut self, id: &str) -> Vec<(String, Value)> {
        let mut published = Vec::new();
        loop {
            let message = must(self.iopub.read()).await.unwrap();
            if message.parent_header.as_ref().is_none_or(|parent| parent.msg_id != id) {
                continue;
            }
            let content = content(&message);
            if content["execution_state"] == "idle" {
                return published;
            }
            published.push((message.header.msg_type.clone(), content));
        }
    }

    /// Waits until this request has published a message of this type.
    pub async fn until(&mut self, id: &str, msg_type: &str) -> Value {
        loop {
            let message = must(self.iopub.read()).await.unwrap();
            let of_this = message.parent_header.as_ref().is_some_and(|parent| parent.msg_id == id);
            if of_this && message.header.msg_type == msg_type {
                return content(&message);
            }
        }
    }

    /// Runs a cell; gives the text of its standard output, and the reply.
    pub async fn run(&mut self, code: &str) -> (String, Value) {
        let id = self.execute(code).await;
        let published = self.published(&id).await;
        (text(&published), self.reply(&id).await)
    }
}

/// A message of any type.
pub fn request(msg_type: &str, content: Value) -> JupyterMessage {
    UnknownMessage { msg_type: msg_type.into(), content }.into()
}

/// What a message says.
pub fn content(message: &JupyterMessage) -> Value {
    serde_json::to_value(&message.content).unwrap()
}

/// All text that was published.
pub fn text(published: &[(String, Value)]) -> String {
    published.iter().filter(|(t, _)| t == "stream").map(|(_, c)| c["text"].as_str().unwrap()).collect()
}
