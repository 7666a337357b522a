//! One cell: its messages in the order that front ends rely on.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::messages::{Body, Channel, Outgoing, failed, parts, published, replied};
use super::{Incoming, Outlet, Session};
use crate::caught::caught;
use crate::{Cell, CellError, CellIo, Display, ExecuteRequest, Interpreter, NoInput, Outcome, Stdio};

impl<I: Interpreter> Session<I> {
    pub(super) fn execute(&mut self, request: &ExecuteRequest, parent: &Arc<Incoming>, out: &dyn Outlet) {
        // The specification: the counter "increases by one with each request that stores history".
        if request.stores_history() {
            self.count += 1;
        }
        let io = Publisher { parent, out, silent: request.silent, allow_stdin: request.allow_stdin };
        io.publish("execute_input", json!({ "code": request.code, "execution_count": self.count }));

        let cell = Cell {
            code: &request.code,
            count: self.count,
            silent: request.silent,
            id: parent.metadata["cellId"].as_str(),
        };
        let outcome = caught(|| self.interpreter.execute(&cell, &io)).and_then(|outcome| outcome);
        let (reply, output) = match outcome {
            Ok(outcome) => self.ended_well(outcome, request, &io),
            Err(error) => {
                io.publish("error", parts(&error));
                if request.stop_on_error {
                    self.stop_queue(out);
                }
                (failed(&error), None)
            }
        };
        if request.stores_history() {
            self.desk.history().store(self.count, &request.code, output.as_deref());
        }
        self.reply(parent, out, reply);
    }

    /// A cell that had to make way for an error or an interrupt before it.
    pub(super) fn abort(&self, parent: &Arc<Incoming>, out: &dyn Outlet) {
        self.reply(parent, out, json!({ "status": "aborted" }));
    }

    /// Publishes the result; gives the reply and the text that the history keeps.
    fn ended_well(
        &mut self,
        outcome: Outcome,
        request: &ExecuteRequest,
        io: &Publisher<'_>,
    ) -> (Value, Option<String>) {
        let mut output = None;
        if let Some(bundle) = outcome.result {
            let bundle = bundle.with_plain();
            output = Some(bundle.plain().to_owned());
            let count = self.count;
            io.publish("execute_result", json!({ "execution_count": count, "data": bundle, "metadata": {} }));
        }
        if outcome.interrupted {
            self.stop_queue(io.out);
        }
        let mut payload = Vec::new();
        if let Some(page) = outcome.pager {
            payload.push(json!({ "source": "page", "data": page.with_plain(), "start": 0 }));
        }
        if let Some(text) = outcome.next_input {
            payload.push(json!({ "source": "set_next_input", "text": text, "replace": false }));
        }
        let values = self.expressions(request, io);
        (json!({ "status": "ok", "payload": payload, "user_expressions": values }), output)
    }

    fn expressions(&mut self, request: &ExecuteRequest, io: &Publisher<'_>) -> Map<String, Value> {
        let mut values = Map::new();
        for (name, expression) in &request.user_expressions {
            let value = match caught(|| self.interpreter.evaluate(expression, io)).and_then(|value| value) {
                Ok(data) => json!({ "status": "ok", "data": data.with_plain(), "metadata": {} }),
                Err(error) => failed(&error),
            };
            values.insert(name.clone(), value);
        }
        values
    }

    fn stop_queue(&self, out: &dyn Outlet) {
        out.settle();
        self.desk.abort_queue();
    }

    /// Each reply to a cell has the counter, and both lists, whatever its status.
    fn reply(&self, parent: &Arc<Incoming>, out: &dyn Outlet, mut content: Value) {
        if let Some(fields) = content.as_object_mut() {
            fields.insert("execution_count".into(), json!(self.count));
            fields.entry("payload").or_insert_with(|| json!([]));
            fields.entry("user_expressions").or_insert_with(|| json!({}));
        }
        replied(parent, out, content);
    }
}

/// What a running cell shows, as messages. A silent cell shows nothing.
struct Publisher<'a> {
    parent: &'a Arc<Incoming>,
    out: &'a dyn Outlet,
    silent: bool,
    allow_stdin: bool,
}

impl Publisher<'_> {
    fn publish(&self, msg_type: &str, content: Value) {
        if !self.silent {
            published(self.parent, self.out, msg_type, content);
        }
    }
}

impl CellIo for Publisher<'_> {
    fn stream(&self, stream: Stdio, text: &str) {
        if !self.silent && !text.is_empty() {
            let body = Body::Stream(stream, text.to_owned());
            self.out.send(Outgoing::new(Channel::IoPub, self.parent, body));
        }
    }

    fn display(&self, display: Display) {
        let msg_type = if display.update { "update_display_data" } else { "display_data" };
        // "transient" is an object in every version of the specification, never null.
        let transient = display.id.map_or_else(|| json!({}), |id| json!({ "display_id": id }));
        self.publish(
            msg_type,
            json!({ "data": display.bundle, "metadata": display.metadata, "transient": transient }),
        );
    }

    fn clear(&self, wait: bool) {
        self.publish("clear_output", json!({ "wait": wait }));
    }

    fn input(&self, prompt: &str, password: bool) -> Result<String, NoInput> {
        if !self.allow_stdin {
            return Err(NoInput::NotAllowed);
        }
        self.out.input(self.parent, prompt, password)
    }
}

impl From<NoInput> for CellError {
    fn from(reason: NoInput) -> CellError {
        let name = if reason == NoInput::Interrupted { "Interrupted" } else { "NoInput" };
        CellError::new(name, reason.to_string())
    }
}
