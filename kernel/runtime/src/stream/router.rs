//! Tells the bytes of a cell's stdout apart as they come, however they are cut into reads.
//!
//! Text goes on at once. Held back are only: what may be the beginning of a marker or of a character (until
//! the next byte, or a pause, decides), a marker's unfinished line, a block that is not closed yet, and a
//! closed block that another alternative may follow.

use super::block::{Closing, closing};
use super::marker::{Found, Header, Marker, find};
use super::text::incomplete_tail;
use crate::event::{Bundle, CellError, Panic};

/// A piece of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Display {
        bundle: Bundle,
        id: Option<String>,
        update: bool,
    },
    Result(Bundle),
    Clear {
        wait: bool,
    },
    Panic(Panic),
    Error(CellError),
    /// evcxr's marker of a panic that ended the cell.
    Panicked,
    /// evcxr's marker of a `?` that ended the cell.
    Erred,
    TypeChanged(String),
    Input {
        prompt: String,
        password: bool,
    },
}

/// What is known about the bytes to come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    MayFollow,
    Paused,
    Ended,
}

/// An open block: its header, and how much of the buffer is known not to close it.
struct Open {
    header: Header,
    searched: usize,
}

/// Closed blocks that are alternatives of one display.
struct Alternatives {
    bundle: Bundle,
    id: Option<String>,
    update: bool,
}

/// The parser of one stdout.
#[derive(Default)]
pub(crate) struct Router {
    buffer: Vec<u8>,
    open: Option<Open>,
    alternatives: Option<Alternatives>,
    in_result: bool,
    pieces: Vec<Piece>,
}

impl Router {
    /// The pieces that `bytes` complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.buffer.extend_from_slice(bytes);
        self.advance(Next::MayFollow)
    }

    /// The pieces that a pause in the stream decides.
    pub(crate) fn pause(&mut self) -> Vec<Piece> {
        self.advance(Next::Paused)
    }

    /// The pieces that the end of the cell decides: nothing is held back any more.
    pub(crate) fn finish(&mut self) -> Vec<Piece> {
        let pieces = self.advance(Next::Ended);
        self.in_result = false;
        pieces
    }

    /// Whether a pause could decide something.
    pub(crate) fn holds(&self) -> bool {
        self.alternatives.is_some() || (self.open.is_none() && !self.buffer.is_empty())
    }

    fn advance(&mut self, next: Next) -> Vec<Piece> {
        while self.open.is_some() || !self.buffer.is_empty() {
            let goes_on = if self.open.is_some() { self.read_block(next) } else { self.read_text(next) };
            if !goes_on {
                break;
            }
        }
        if next != Next::MayFollow && self.open.is_none() {
            self.flush();
        }
        std::mem::take(&mut self.pieces)
    }

    fn read_block(&mut self, next: Next) -> bool {
        let Some(mut open) = self.open.take() else { return false };
        match closing(&self.buffer, &mut open.searched) {
            Closing::Closed(content, length) => {
                let content = String::from_utf8_lossy(&self.buffer[..content]).into_owned();
                self.buffer.drain(..length);
                self.close(open.header, content);
                true
            }
            Closing::Broken(length) => {
                self.text(length);
                true
            }
            Closing::Open if next == Next::Ended => {
                self.text(self.buffer.len());
                false
            }
            Closing::Open => {
                self.open = Some(open);
                false
            }
        }
    }

    fn read_text(&mut self, next: Next) -> bool {
        let (length, found) = find(&self.buffer);
        match found {
            Found::Marker(marker, marker_length) => {
                self.text(length);
                self.buffer.drain(..marker_length);
                self.mark(marker);
                true
            }
            Found::Line if next != Next::Ended => {
                self.text(length);
                false
            }
            Found::Perhaps if next == Next::MayFollow => {
                self.text(length);
                false
            }
            Found::Nothing if next == Next::MayFollow => {
                self.text(length - incomplete_tail(&self.buffer));
                false
            }
            // The opener alone is text: a marker may still stand in what follows it.
            Found::Line | Found::Perhaps => {
                self.text(length + 1);
                true
            }
            Found::Nothing => {
                self.text(length);
                false
            }
        }
    }

    fn mark(&mut self, marker: Marker) {
        if let Marker::Block(header) = marker {
            self.open = Some(Open { header, searched: 0 });
            return;
        }
        self.flush();
        self.pieces.push(match marker {
            Marker::Block(_) => return,
            Marker::ResultBegin => return self.in_result = true,
            Marker::ResultEnd => return self.in_result = false,
            Marker::Clear { wait } => Piece::Clear { wait },
            Marker::Panic(panic) => Piece::Panic(panic),
            Marker::Error(error) => Piece::Error(error),
            Marker::Panicked => Piece::Panicked,
            Marker::Erred => Piece::Erred,
            Marker::TypeChanged(name) => Piece::TypeChanged(name),
            Marker::Input { prompt, password } => Piece::Input { prompt, password },
        });
    }

    /// The first `length` bytes of the buffer are text.
    fn text(&mut self, length: usize) {
        if length > 0 {
            self.flush();
            let text = String::from_utf8_lossy(&self.buffer[..length]).into_owned();
            self.buffer.drain(..length);
            self.pieces.push(Piece::Text(text));
        }
    }

    fn close(&mut self, header: Header, content: String) {
        let Header { mime, id, update } = header;
        if let Some(open) = &mut self.alternatives
            && (&open.id, open.update) == (&id, update)
            && open.bundle.iter().all(|(other, _)| *other != mime)
        {
            open.bundle.push((mime, content));
            return;
        }
        self.flush();
        self.alternatives = Some(Alternatives { bundle: vec![(mime, content)], id, update });
    }

    /// No further alternative will come.
    fn flush(&mut self) {
        if let Some(Alternatives { bundle, id, update }) = self.alternatives.take() {
            self.pieces.push(match self.in_result {
                true => Piece::Result(bundle),
                false => Piece::Display { bundle, id, update },
            });
        }
    }
}

#[cfg(test)]
mod tests;
