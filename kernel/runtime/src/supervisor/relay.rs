//! What the cells write, on its way to the kernel.

use std::time::Instant;

use super::session::Session;
use super::turn::Phase;
use crate::event::{Event, Panic, StreamKind};
use crate::stream::Piece;

impl Session {
    /// Passes on what waits in the runner's pipes now.
    pub(super) fn drain(&mut self) {
        let bytes = self.ends.stderr.drain();
        self.pass_stderr(&bytes);
        let bytes = self.ends.stdout.drain();
        self.route(&bytes);
    }

    /// Passes on what was written and held back: the run has ended.
    pub(super) fn drain_and_finish(&mut self) {
        self.drain();
        let text = self.stderr_text.finish();
        self.stream(StreamKind::Stderr, text);
        let pieces = self.router.finish();
        self.take(pieces);
        self.flush_line();
    }

    pub(super) fn route(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.last_output = Instant::now();
            let pieces = self.router.push(bytes);
            self.take(pieces);
        }
    }

    pub(super) fn pass_stderr(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.last_output = Instant::now();
            let text = self.stderr_text.push(bytes);
            self.evidence.stderr(&text);
            self.stream(StreamKind::Stderr, text);
        }
    }

    pub(super) fn take(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.stream(StreamKind::Stdout, text),
                Piece::Display { bundle, id, update } => self.show(&Event::Display { bundle, id, update }),
                Piece::Result(bundle) => self.show(&Event::Result { bundle }),
                Piece::Clear { wait } => self.show(&Event::Clear { wait }),
                Piece::Panic(panic) => self.note_panic(panic),
                Piece::Error(error) => self.evidence.error = Some(error),
                Piece::Panicked => self.evidence.panicked = true,
                Piece::Erred => self.evidence.erred = true,
                Piece::TypeChanged(name) => self.evidence.types_changed.push(name),
                Piece::Input { prompt, password } => self.ask(prompt, password),
            }
        }
    }

    /// The last panic of a run may be what ends it; all others are told on stderr, as without the hook.
    fn note_panic(&mut self, panic: Panic) {
        let earlier = self.evidence.panic.replace(panic);
        self.tell_panic(earlier);
        if !matches!(self.phase, Phase::Running) {
            self.tell_stray_panic();
        }
    }

    pub(super) fn tell_stray_panic(&mut self) {
        let stray = self.evidence.panic.take();
        self.tell_panic(stray);
    }

    fn tell_panic(&mut self, panic: Option<Panic>) {
        if let Some(Panic { message, file, line, column, .. }) = panic {
            let file = file.unwrap_or_default();
            let (line, column) = (line.unwrap_or(0), column.unwrap_or(0));
            self.stream(StreamKind::Stderr, format!("panicked at {file}:{line}:{column}:\n{message}\n"));
        }
    }

    pub(super) fn ask(&mut self, prompt: String, password: bool) {
        if self.ends.stdin.ask() {
            self.show(&Event::Input { prompt, password });
        }
    }

    /// The cell reads its stdin: what it has written of a line before is its question.
    pub(super) fn ask_for_line(&mut self) {
        if self.ends.stdin.ask() {
            let prompt = self.telling.question();
            self.outbox.push(&Event::Input { prompt, password: false });
        }
    }

    /// The user's answer. Without one the cell ends, if that costs no variables; else it reads the end of the file.
    pub(super) fn answer(&mut self, line: Option<String>) {
        if line.is_some() {
            self.telling.answered();
        } else {
            self.flush_line();
            if matches!(self.phase, Phase::Running) && self.standby.is_some() {
                self.evidence.refused = true;
                self.kill_interrupted();
                return;
            }
        }
        self.ends.stdin.answer(line);
    }

    pub(super) fn stream(&mut self, kind: StreamKind, text: String) {
        if text.is_empty() {
            return;
        }
        let holds = matches!(self.phase, Phase::Running);
        for event in self.telling.text(kind, &text, holds) {
            self.outbox.push(&event);
        }
    }

    /// Something that is no text: what was held back comes first.
    fn show(&mut self, event: &Event) {
        self.flush_line();
        self.outbox.push(event);
    }

    pub(super) fn flush_line(&mut self) {
        for event in self.telling.flush() {
            self.outbox.push(&event);
        }
    }
}
