//! What a running cell shows: from the runtime's events to the front end.

use crossbeam_channel::Receiver;
use kakunin::Lang;
use kakunin_jupyter::{CellIo, Display, MimeBundle, NoInput, Stdio};
use kakunin_runtime::{Bundle, CellEnd, Channel, Event, Failure, StreamKind};
use serde_json::Value;

/// What was heard until the cell had settled, apart from what was passed on.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// the displays of the final expression
    pub(super) results: Vec<MimeBundle>,
    pub(super) failure: Option<Failure>,
    /// it stopped early because it noticed the interrupt
    pub(super) cooperative: bool,
    /// it asked for input that nobody could give
    pub(super) refused: Option<NoInput>,
}

/// Passes on events until the cell has settled.
pub(super) fn pass_on(channel: &Channel, io: &dyn CellIo) -> Heard {
    let mut heard = Heard::default();
    for event in channel.events() {
        if event == Event::Settled {
            break;
        }
        hear(event, channel, io, &mut heard);
    }
    // The cell took the end of its input for an answer; the learner should know why it came.
    if let (Some(reason), None) = (&heard.refused, &heard.failure) {
        io.stream(Stdio::Stderr, &format!("{reason}\n"));
    }
    heard
}

/// Passes on what came while no cell ran.
pub(super) fn catch_up(events: &Receiver<Event>, channel: &Channel, io: &dyn CellIo) {
    let mut heard = Heard::default();
    while let Ok(event) = events.try_recv() {
        hear(event, channel, io, &mut heard);
    }
}

fn hear(event: Event, channel: &Channel, io: &dyn CellIo, heard: &mut Heard) {
    match event {
        Event::Stream { kind: StreamKind::Stdout, text } => io.stream(Stdio::Stdout, &text),
        Event::Stream { kind: StreamKind::Stderr, text } => io.stream(Stdio::Stderr, &text),
        Event::Display { bundle, id, update } => {
            io.display(Display { bundle: mime_bundle(bundle), id, update, ..Display::default() });
        }
        Event::Result { bundle } => heard.results.push(mime_bundle(bundle)),
        Event::Clear { wait } => io.clear(wait),
        Event::Input { prompt, password } => match io.input(&prompt, password) {
            Ok(text) => channel.answer(Some(text)),
            Err(reason) => {
                heard.refused = Some(reason);
                channel.answer(None);
            }
        },
        Event::CellEnded(CellEnd::Failed(failure)) | Event::RunnerDied(failure) => {
            heard.failure = Some(failure)
        }
        Event::CellEnded(CellEnd::Cooperative) => heard.cooperative = true,
        // evcxr drops the variables and runs the cell again.
        Event::CellEnded(CellEnd::Completed | CellEnd::TypesChanged(_)) | Event::Settled => {}
        Event::Problem(problem) => {
            io.stream(Stdio::Stderr, &(Lang::current().pick(problem.ja, problem.en) + "\n"));
        }
    }
}

/// JSON types hold JSON; what does not parse stays text.
fn mime_bundle(bundle: Bundle) -> MimeBundle {
    bundle.into_iter().fold(MimeBundle::default(), |whole, (mime, content)| {
        let json = mime.ends_with("json").then(|| serde_json::from_str::<Value>(&content).ok()).flatten();
        whole.with(mime, json.unwrap_or(Value::String(content)))
    })
}
