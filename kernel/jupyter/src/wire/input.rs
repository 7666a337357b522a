//! The question that a cell has put to its user.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::{Incoming, NoInput};

/// At most one question waits: a cell is one thread of thought.
#[derive(Default)]
pub(super) struct Input {
    asked: Mutex<Option<Question>>,
}

struct Question {
    id: String,
    of: Vec<Bytes>,
    answer: Sender<Result<String, NoInput>>,
}

impl Input {
    /// Notes a question; the answer will come through the receiver.
    pub(super) fn ask(&self, id: String, of: Vec<Bytes>) -> Receiver<Result<String, NoInput>> {
        let (answer, receiver) = channel();
        *self.held() = Some(Question { id, of, answer });
        receiver
    }

    /// Takes an `input_reply`. It must come from whoever was asked, and if it names a question, name this one:
    /// some front ends (jupyter_client's own) name none.
    pub(super) fn reply(&self, reply: &Incoming, value: String) {
        let named = reply.parent.as_ref().map(|parent| parent.msg_id.as_str());
        let mut held = self.held();
        let fits = held.as_ref().is_some_and(|question| {
            question.of == reply.identities && named.is_none_or(|id| id == question.id)
        });
        if fits && let Some(question) = held.take() {
            // Whoever asked may have stopped waiting.
            let _ = question.answer.send(Ok(value));
        }
    }

    /// Ends the wait without an answer.
    pub(super) fn cancel(&self, reason: NoInput) {
        if let Some(question) = self.held().take() {
            let _ = question.answer.send(Err(reason));
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Question>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
