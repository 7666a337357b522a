//! Any bytes as the frames of a message (a line each), opened and handled as the kernel would.
//!
//! In `kernel/jupyter`: `mkdir -p fuzz/corpus/message`, then
//! `cargo +nightly fuzz run message fuzz/corpus/message fuzz/seeds/message`.

#![no_main]

use std::sync::Arc;

use bytes::Bytes;
use kakunin_jupyter::echo::{Echo, EchoLanguage};
use kakunin_jupyter::history::History;
use kakunin_jupyter::wire::envelope;
use kakunin_jupyter::{Channel, Desk, Incoming, NoInput, Outgoing, Outlet, Session};
use libfuzzer_sys::fuzz_target;
use zeromq::ZmqMessage;

struct Nowhere;

impl Outlet for Nowhere {
    fn send(&self, message: Outgoing) {
        assert!(message.body.into_content().is_object());
    }
    fn input(&self, _: &Arc<Incoming>, _: &str, _: bool) -> Result<String, NoInput> {
        Err(NoInput::NotAllowed)
    }
}

fuzz_target!(|data: &[u8]| {
    let frames: Vec<Bytes> = data.split(|&byte| byte == b'\n').map(Bytes::copy_from_slice).collect();
    let Ok(message) = ZmqMessage::try_from(frames) else { return };
    let Ok(incoming) = envelope::open(message, &None, Channel::Shell) else { return };
    // Commands of the toy language that wait or end the process are not what is tested here.
    let code = incoming.content["code"].as_str().unwrap_or_default();
    if ["sleep", "stop", "exit", "flood", "lines"].iter().any(|command| code.contains(command)) {
        return;
    }
    let language = EchoLanguage::default();
    let echo = Echo::of(&language);
    let desk = Arc::new(Desk::new(Arc::new(language), History::in_memory()));
    let queued = desk.admit(incoming);
    Session::new(desk, echo).handle(queued, &Nowhere);
});
