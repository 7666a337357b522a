//! The last try of a cell that did not compile.
//!
//! evcxr changes its text and tries again, for errors that may come from its own part of it. Where the text that we
//! compile is the same after all, or where the next try is only meant to give other words for the same errors, rustc
//! need not be asked again.

use super::diagnostics;
use crate::layout::SessionDir;
use serde::{Deserialize, Serialize};
use std::{fs, io};

/// evcxr puts a cell into a closure to catch its panics. If it does not compile, it tries without, for better words.
const CATCH: &str = "std::panic::catch_unwind(";

/// What was compiled, and what rustc said.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Attempt {
    source: String,
    messages: String,
}

impl Attempt {
    /// The last failed try of this cell.
    pub(super) fn last(session: &SessionDir) -> Option<Attempt> {
        serde_json::from_slice(&fs::read(session.attempt()).ok()?).ok()
    }

    /// Notes a failed try.
    pub(super) fn note(session: &SessionDir, source: &str, messages: &[u8]) -> io::Result<()> {
        let messages = String::from_utf8_lossy(messages).into_owned();
        fs::write(session.attempt(), serde_json::to_vec(&Attempt { source: source.to_owned(), messages })?)
    }

    /// A new cell begins.
    pub(super) fn forget(session: &SessionDir) {
        // Most cells compile at the first try.
        let _ = fs::remove_file(session.attempt());
    }

    /// What rustc would say of `source`, if it is the same.
    pub(super) fn of(&self, source: &str) -> Option<&[u8]> {
        (self.source == source).then_some(self.messages.as_bytes())
    }

    /// Whether `source` is only a try for other words, and there are none for these errors.
    pub(super) fn says_all(&self, source: &str) -> bool {
        self.source.contains(CATCH)
            && !source.contains(CATCH)
            && diagnostics::independent_of_closures(self.messages.as_bytes())
    }

    /// Whether a `?` was found where none can be.
    pub(super) fn found_a_question_mark(&self) -> bool {
        self.messages.contains("`?` operator")
    }

    /// Whether another trait in scope has a method of the name that displays a value.
    pub(super) fn display_is_ambiguous(&self) -> bool {
        self.messages.contains("E0034") && self.messages.contains("evcxr_display")
    }
}
