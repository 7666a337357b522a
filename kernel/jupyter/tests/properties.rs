//! Laws of the message parser, the history and the offsets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

use std::sync::Arc;
use std::sync::Mutex;

use jupyter_protocol::{JupyterMessage, UnknownMessage};
use kakunin_jupyter::echo::{Echo, EchoLanguage};
use kakunin_jupyter::history::History;
use kakunin_jupyter::wire::envelope;
use kakunin_jupyter::{Channel, CharOffset, Desk, Incoming, NoInput, Outgoing, Outlet, Session};
use proptest::prelude::*;
use serde_json::{Value, json};
use zeromq::ZmqMessage;

/// Keeps what a session says.
#[derive(Default)]
struct Log(Mutex<Vec<(Channel, String, Value)>>);

impl Outlet for Log {
    fn send(&self, message: Outgoing) {
        let msg_type = message.body.msg_type().to_owned();
        self.0.lock().unwrap().push((message.channel, msg_type, message.body.into_content()));
    }
    fn input(&self, _: &Arc<Incoming>, _: &str, _: bool) -> Result<String, NoInput> {
        Ok("an answer".into())
    }
}

fn session() -> Session<Echo> {
    let language = EchoLanguage::default();
    let echo = Echo::of(&language);
    Session::new(Arc::new(Desk::new(Arc::new(language), History::in_memory())), echo)
}

/// Hands one request to a session; gives what it said.
fn handled(session: &mut Session<Echo>, msg_type: &str, content: Value) -> Vec<(Channel, String, Value)> {
    let header =
        JupyterMessage::from(UnknownMessage { msg_type: msg_type.into(), content: Value::Null }).header;
    let queued = session.desk().admit(Incoming {
        channel: Channel::Shell,
        identities: Vec::new(),
        header,
        parent: None,
        metadata: json!({}),
        content,
    });
    let log = Log::default();
    session.handle(queued, &log);
    log.0.into_inner().unwrap()
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let key = prop_oneof![
        "code|silent|cursor_pos|hist_access_type|n|pattern|session|start|stop|detail_level|restart|comm_id",
        any::<String>(),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn request_type() -> impl Strategy<Value = String> {
    prop_oneof![
        "(kernel_info|execute|complete|inspect|is_complete|history|comm_info|interrupt|shutdown|debug|other)_request",
        "comm_open|comm_msg|comm_close|input_reply",
        "[a-z_]{0,12}",
    ]
}

proptest! {
    /// Whatever a front end sends, the session says `busy` first and `idle` last, and replies to each `_request` once.
    #[test]
    fn every_request_is_attended_and_answered_once(msg_type in request_type(), content in json_value()) {
        let mut session = session();
        let said = handled(&mut session, &msg_type, content);
        prop_assert_eq!(&said.first().unwrap().2["execution_state"], "busy");
        prop_assert_eq!(&said.last().unwrap().2["execution_state"], "idle");
        let replies: Vec<_> = said.iter().filter(|(channel, ..)| *channel == Channel::Shell).collect();
        prop_assert_eq!(replies.len(), usize::from(msg_type.ends_with("_request")));
        for (_, msg_type, content) in &said {
            prop_assert!(content.is_object(), "{} has {}", msg_type, content);
        }
        // And it still works.
        let next = handled(&mut session, "execute_request", json!({ "code": "print x" }));
        prop_assert!(next.iter().any(|(_, msg_type, _)| msg_type == "stream"));
    }

    #[test]
    fn any_frames_are_a_message_or_an_error(frames in proptest::collection::vec(frame(), 1..10)) {
        let frames: Vec<bytes::Bytes> = frames.into_iter().map(bytes::Bytes::from).collect();
        let message = ZmqMessage::try_from(frames).unwrap();
        if let Ok(incoming) = envelope::open(message, &None, Channel::Shell) {
            handled(&mut session(), &incoming.header.msg_type, incoming.content);
        }
    }

    /// The history answers as a plain list would.
    #[test]
    fn history_agrees_with_a_list(
        cells in proptest::collection::vec("next [ab*?\\[]{0,3}", 0..12),
        n in 0usize..15,
        (start, stop) in (0usize..15, 0usize..15),
        pattern in "(next )?[ab*?\\[]{0,4}",
    ) {
        let mut session = session();
        for code in &cells {
            handled(&mut session, "execute_request", json!({ "code": code }));
        }
        let mut ask = |question: Value| {
            let said = handled(&mut session, "history_request", question);
            let rows = said[1].2["history"].as_array().unwrap().clone();
            rows.iter().map(|row| (row[1].as_u64().unwrap() as usize, row[2].as_str().unwrap().to_owned())).collect::<Vec<_>>()
        };
        let all: Vec<(usize, String)> = cells.iter().cloned().enumerate().map(|(i, c)| (i + 1, c)).collect();

        let tail = ask(json!({ "hist_access_type": "tail", "n": n }));
        prop_assert_eq!(&tail, &all[all.len().saturating_sub(n)..]);

        let range = ask(json!({ "hist_access_type": "range", "session": 0, "start": start, "stop": stop }));
        let expected: Vec<_> = all.iter().filter(|(line, _)| (start..stop).contains(line)).cloned().collect();
        prop_assert_eq!(range, expected);

        let search = ask(json!({ "hist_access_type": "search", "pattern": pattern }));
        let expected: Vec<_> = all.iter().filter(|(_, code)| matches(&pattern, code)).cloned().collect();
        prop_assert_eq!(&search, &expected);

        let unique = ask(json!({ "hist_access_type": "search", "pattern": pattern, "unique": true }));
        let last_of_each: Vec<_> = expected
            .iter()
            .filter(|(line, code)| !expected.iter().any(|(later, same)| later > line && same == code))
            .cloned()
            .collect();
        prop_assert_eq!(unique, last_of_each);
    }

    #[test]
    fn offsets_convert_back(text in any::<String>(), at in 0usize..40) {
        let byte = CharOffset(at).byte_in(&text);
        prop_assert!(text.is_char_boundary(byte));
        let back = CharOffset::from_byte(&text, byte);
        prop_assert_eq!(back, CharOffset(at).min(CharOffset::end_of(&text)));
    }
}

/// Frames that are often nearly right.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let header = UnknownMessage { msg_type: "execute_request".into(), content: Value::Null };
    let header = serde_json::to_vec(&JupyterMessage::from(header).header).unwrap();
    prop_oneof![
        3 => Just(b"<IDS|MSG>".to_vec()),
        2 => Just(Vec::new()),
        3 => Just(header),
        3 => Just(b"{}".to_vec()),
        2 => json_value().prop_map(|value| value.to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

/// `*` and `?`, the plain way.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            (0..=text.len()).filter(|&i| text.is_char_boundary(i)).any(|i| matches(rest.as_str(), &text[i..]))
        }
        Some(wanted) => {
            let mut left = text.chars();
            left.next().is_some_and(|found| wanted == '?' || wanted == found)
                && matches(rest.as_str(), left.as_str())
        }
    }
}
