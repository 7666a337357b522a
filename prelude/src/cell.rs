//! What the code of a cell says to the kernel, apart from displays. Outside our kernel it says nothing, or what
//! evcxr understands.

use crate::store::USER_ERROR_OCCURRED;
use kakunin::notebook::control;
use serde_json::json;
use std::fmt::Display;

/// The displays from here on are the cell's result.
pub fn result_begin() {
    control(&json!({ "result": "begin" }));
}

/// The displays from here on are no longer the cell's result.
pub fn result_end() {
    control(&json!({ "result": "end" }));
}

/// A `?` ends the cell: what the error says, and its type (`std::any::type_name`). Writes evcxr's marker too; outside
/// our kernel the message goes to stderr, as evcxr does it.
pub fn user_error(message: &dyn Display, type_name: &str) {
    let message = message.to_string();
    if !control(&json!({ "error": { "message": message, "type": type_name } })) {
        eprintln!("{message}");
    }
    println!("{USER_ERROR_OCCURRED}");
}
