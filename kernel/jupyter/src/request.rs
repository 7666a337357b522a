//! The requests a front end can send, with the defaults that the messaging specification gives.
//!
//! Front ends differ in which optional fields they send, so every field but the code has a default here: a missing
//! field is no reason to refuse a request.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

/// One request, by its message type.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "msg_type", content = "content", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub enum Request {
    KernelInfoRequest {},
    ExecuteRequest(ExecuteRequest),
    CompleteRequest {
        code: String,
        #[serde(default)]
        cursor_pos: Option<usize>,
    },
    InspectRequest {
        code: String,
        #[serde(default)]
        cursor_pos: Option<usize>,
        #[serde(default)]
        detail_level: u8,
    },
    IsCompleteRequest {
        code: String,
    },
    HistoryRequest(HistoryRequest),
    CommInfoRequest {},
    CommOpen {
        comm_id: String,
    },
    CommMsg {},
    CommClose {},
    InterruptRequest {},
    ShutdownRequest {
        #[serde(default)]
        restart: bool,
    },
    DebugRequest {
        #[serde(default)]
        seq: Value,
        #[serde(default)]
        command: Value,
    },
    InputReply {
        #[serde(default)]
        value: String,
    },
}

/// A cell to run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub struct ExecuteRequest {
    pub code: String,
    #[serde(default)]
    pub silent: bool,
    #[serde(default)]
    pub store_history: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub user_expressions: BTreeMap<String, String>,
    #[serde(default = "yes")]
    pub allow_stdin: bool,
    #[serde(default = "yes")]
    pub stop_on_error: bool,
}

impl ExecuteRequest {
    /// Silent cells are never stored; others are, unless the front end says no.
    pub fn stores_history(&self) -> bool {
        !self.silent && self.store_history.unwrap_or(true)
    }
}

/// A question about earlier cells.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "hist_access_type", rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub enum HistoryRequest {
    Range {
        #[serde(default)]
        output: bool,
        #[serde(default)]
        session: i64,
        #[serde(default, deserialize_with = "or_default")]
        start: i64,
        #[serde(default)]
        stop: Option<i64>,
    },
    Tail {
        #[serde(default)]
        output: bool,
        #[serde(default)]
        n: Option<usize>,
    },
    Search {
        #[serde(default)]
        output: bool,
        #[serde(default)]
        pattern: Option<String>,
        #[serde(default)]
        unique: bool,
        #[serde(default)]
        n: Option<usize>,
    },
}

fn yes() -> bool {
    true
}

/// Some front ends send `null` where they mean "none".
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// What a message asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// A request that can be answered.
    Known(Request),
    /// A known type whose content can't be read, and why.
    Malformed(String),
    /// A type this kernel has never heard of.
    Unknown,
}

/// Every message type that [`Request`] knows.
const TYPES: &[&str] = &[
    "kernel_info_request",
    "execute_request",
    "complete_request",
    "inspect_request",
    "is_complete_request",
    "history_request",
    "comm_info_request",
    "comm_open",
    "comm_msg",
    "comm_close",
    "interrupt_request",
    "shutdown_request",
    "debug_request",
    "input_reply",
];

impl Asked {
    /// Reads the content of a message of the given type.
    pub(crate) fn read(msg_type: &str, content: Value) -> Asked {
        if !TYPES.contains(&msg_type) {
            return Asked::Unknown;
        }
        let content = if content.is_null() { Value::Object(Map::new()) } else { content };
        match serde_json::from_value(json!({ "msg_type": msg_type, "content": content })) {
            Ok(request) => Asked::Known(request),
            Err(reason) => Asked::Malformed(reason.to_string()),
        }
    }
}
