//! "Kernel interrupt", "Kernel shutdown", "Debug request".

use kakunin_jupyter::echo::EchoLanguage;
use kakunin_jupyter::history::History;
use kakunin_jupyter::{
    Cell, CellError, CellIo, Channel, CharOffset, Completions, Interpreter, MimeBundle, Outcome,
};
use serde_json::json;

use crate::front_end::FrontEnd;

fn on_control() -> FrontEnd {
    let mut front = FrontEnd::new();
    front.channel = Channel::Control;
    front
}

#[test]
fn an_interrupt_is_answered_where_it_came_from_even_when_no_cell_runs() {
    let mut front = on_control();
    assert_eq!(front.ask("interrupt_request", json!({})), json!({ "status": "ok" }));
    front.channel = Channel::Shell;
    assert_eq!(front.quietly("sleep 1")["status"], "ok");
}

#[test]
fn an_interrupt_aborts_the_cells_that_are_queued() {
    let mut front = FrontEnd::new();
    let queued = front.queue("execute_request", json!({ "code": "print never" }));
    front.ask("interrupt_request", json!({}));
    front.handle(queued);
    front.busy();
    assert_eq!(front.ended()["status"], "aborted");
}

/// Ends each cell early, in good order.
struct Stopped;

impl Interpreter for Stopped {
    fn execute(&mut self, _: &Cell<'_>, _: &dyn CellIo) -> Result<Outcome, CellError> {
        Ok(Outcome { interrupted: true, ..Outcome::default() })
    }
    fn complete(&mut self, _: &str, at: CharOffset) -> Completions {
        Completions::none(at)
    }
    fn inspect(&mut self, _: &str, _: CharOffset, _: u8) -> Option<MimeBundle> {
        None
    }
    fn evaluate(&mut self, _: &str, _: &dyn CellIo) -> Result<MimeBundle, CellError> {
        Ok(MimeBundle::default())
    }
    fn shutdown(&mut self, _: bool) {}
}

#[test]
fn a_cell_that_was_interrupted_in_good_order_aborts_the_queue_too() {
    let mut front = FrontEnd::with(EchoLanguage::default(), Stopped, History::in_memory());
    let stopping = front.queue("execute_request", json!({ "code": "stop" }));
    let queued = front.queue("execute_request", json!({ "code": "print never" }));
    front.handle(stopping);
    front.busy();
    front.published("execute_input");
    assert_eq!(front.ended()["status"], "ok");
    front.handle(queued);
    front.busy();
    assert_eq!(front.ended()["status"], "aborted");
}

#[test]
fn a_shutdown_is_answered_and_all_front_ends_hear_of_it() {
    let mut front = on_control();
    for restart in [true, false] {
        let queued = front.queue("shutdown_request", json!({ "restart": restart }));
        assert_eq!(queued.ends(), Some(restart));
        front.handle(queued);
        front.busy();
        let expected = json!({ "status": "ok", "restart": restart });
        assert_eq!(front.published("shutdown_reply"), expected);
        assert_eq!(front.expect(Channel::Control, "shutdown_reply"), expected);
        front.idle();
    }
}

#[test]
fn a_debugger_is_told_that_there_is_none() {
    let mut front = on_control();
    let reply = front.ask("debug_request", json!({ "type": "request", "seq": 3, "command": "initialize" }));
    assert_eq!(reply["request_seq"], 3);
    assert_eq!(reply["command"], "initialize");
    assert_eq!(reply["success"], false);
}
