//! What the code of a cell says to the kernel, apart from displays. Outside our kernel it says nothing, or what
//! evcxr understands.

use crate::store::USER_ERROR_OCCURRED;
use kakunin::notebook::control;
use serde_json::json;
use std::fmt::Display;
use std::panic::Location;

/// The displays from here on are the cell's result.
pub fn result_begin() {
    control(&json!({ "result": "begin" }));
}

/// The displays from here on are no longer the cell's result.
pub fn result_end() {
    control(&json!({ "result": "end" }));
}

/// What a `?` makes of an error that leaves the cell: it is told, with its place, and the cell ends.
pub struct UserError;

impl<T: Display> From<T> for UserError {
    #[track_caller]
    fn from(error: T) -> UserError {
        user_error(&error, std::any::type_name::<T>());
        UserError
    }
}

/// A `?` ends the cell: what the error says, and its type (`std::any::type_name`). Writes evcxr's marker too; outside
/// our kernel the message goes to stderr, as evcxr does it.
#[track_caller]
pub fn user_error(message: &dyn Display, type_name: &str) {
    let message = message.to_string();
    let place = Location::caller();
    let told = control(&json!({ "error": {
        "message": message, "type": type_name, "file": place.file(), "line": place.line(),
    } }));
    if !told {
        eprintln!("{message}");
    }
    println!("{USER_ERROR_OCCURRED}");
}
