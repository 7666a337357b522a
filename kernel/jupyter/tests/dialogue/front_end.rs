//! A front end that insists on every message: one that is missing, out of order or unread fails the test.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jupyter_protocol::{JupyterMessage, UnknownMessage};
use kakunin_jupyter::echo::{Echo, EchoLanguage};
use kakunin_jupyter::history::History;
use kakunin_jupyter::{
    Body, Channel, Desk, Incoming, Interpreter, Language, NoInput, Outgoing, Outlet, Queued, Session,
};
use serde_json::{Value, json};

/// One conversation with a kernel.
pub(crate) struct FrontEnd<I: Interpreter = Echo> {
    session: Session<I>,
    pub(crate) desk: Arc<Desk>,
    said: Recorder,
    /// The channel that requests are sent by.
    pub(crate) channel: Channel,
}

#[derive(Default)]
struct Recorder {
    messages: Mutex<VecDeque<Outgoing>>,
    answers: Mutex<VecDeque<Result<String, NoInput>>>,
}

impl Outlet for Recorder {
    fn send(&self, message: Outgoing) {
        self.messages.lock().unwrap().push_back(message);
    }

    fn input(&self, parent: &Arc<Incoming>, prompt: &str, password: bool) -> Result<String, NoInput> {
        let content = json!({ "prompt": prompt, "password": password });
        self.send(Outgoing::new(Channel::Stdin, parent, Body::Message("input_request".into(), content)));
        self.answers.lock().unwrap().pop_front().expect("the test gave no answer to this question")
    }
}

impl FrontEnd {
    /// A conversation with the toy kernel.
    pub(crate) fn new() -> FrontEnd {
        FrontEnd::with_history(History::in_memory())
    }

    pub(crate) fn with_history(history: History) -> FrontEnd {
        let language = EchoLanguage::default();
        let interpreter = Echo::of(&language);
        FrontEnd::with(language, interpreter, history)
    }
}

impl<I: Interpreter> FrontEnd<I> {
    pub(crate) fn with(language: impl Language, interpreter: I, history: History) -> FrontEnd<I> {
        let desk = Arc::new(Desk::new(Arc::new(language), history));
        let session = Session::new(desk.clone(), interpreter);
        FrontEnd { session, desk, said: Recorder::default(), channel: Channel::Shell }
    }

    /// Puts a request into the kernel's queue.
    pub(crate) fn queue(&self, msg_type: &str, content: Value) -> Queued {
        let message: JupyterMessage =
            UnknownMessage { msg_type: msg_type.into(), content: Value::Null }.into();
        self.desk.admit(Incoming {
            channel: self.channel,
            identities: vec!["front end".into()],
            header: message.header,
            parent: None,
            metadata: json!({}),
            content,
        })
    }

    /// Lets the kernel handle a queued request.
    pub(crate) fn handle(&mut self, queued: Queued) {
        self.session.handle(queued, &self.said);
    }

    /// Sends a request and lets the kernel handle it.
    pub(crate) fn send(&mut self, msg_type: &str, content: Value) {
        let queued = self.queue(msg_type, content);
        self.handle(queued);
    }

    /// What the user will answer to the next question.
    pub(crate) fn will_answer(&self, answer: Result<String, NoInput>) {
        self.said.answers.lock().unwrap().push_back(answer);
    }

    /// Takes the next message, which must be of this type on this channel; gives its content.
    pub(crate) fn expect(&mut self, channel: Channel, msg_type: &str) -> Value {
        let next = self.said.messages.lock().unwrap().pop_front();
        let next = next.unwrap_or_else(|| panic!("expected {msg_type}, but the kernel said nothing more"));
        assert_eq!((next.channel, next.body.msg_type()), (channel, msg_type), "{:?}", next.body);
        next.body.into_content()
    }

    pub(crate) fn published(&mut self, msg_type: &str) -> Value {
        self.expect(Channel::IoPub, msg_type)
    }

    pub(crate) fn busy(&mut self) {
        assert_eq!(self.published("status"), json!({ "execution_state": "busy" }));
    }

    pub(crate) fn idle(&mut self) {
        assert_eq!(self.published("status"), json!({ "execution_state": "idle" }));
    }

    /// Sends a request that is answered with nothing but a reply, and gives the reply.
    pub(crate) fn ask(&mut self, msg_type: &str, content: Value) -> Value {
        self.send(msg_type, content);
        self.busy();
        let reply = self.expect(self.channel, &msg_type.replace("_request", "_reply"));
        self.idle();
        reply
    }

    /// Runs a cell up to its outputs.
    pub(crate) fn start(&mut self, code: &str) {
        self.send("execute_request", json!({ "code": code }));
        self.busy();
        assert_eq!(self.published("execute_input")["code"], code);
    }

    /// Takes the end of a cell that went well; gives the reply.
    pub(crate) fn ended(&mut self) -> Value {
        let reply = self.expect(self.channel, "execute_reply");
        self.idle();
        reply
    }

    /// Runs a cell that shows nothing; gives its reply.
    pub(crate) fn quietly(&mut self, code: &str) -> Value {
        self.start(code);
        self.ended()
    }
}

impl<I: Interpreter> Drop for FrontEnd<I> {
    fn drop(&mut self) {
        let unread = std::mem::take(&mut *self.said.messages.lock().unwrap());
        if !std::thread::panicking() {
            assert!(unread.is_empty(), "unread: {:?}", unread.iter().map(|m| &m.body).collect::<Vec<_>>());
        }
    }
}
