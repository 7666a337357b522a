//! Where a line of the compiled source comes from: notes that the kernel puts into the cells it gives to evcxr.
//!
//! evcxr carries the text of statements and items over line by line, but not where they were. A note stands at the end
//! of the first line of each; it is taken out again before anything is compiled, so the text is the learner's.

use super::rewrite::{Line, lines};
use serde::{Deserialize, Serialize};

const BEGINS: &str = "/*kakunin ";
const ENDS: &str = "*/";

/// A cell of the session by its number, and a line of it (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) cell: usize,
    pub(crate) line: usize,
}

/// The note for a statement or item that begins in this line.
pub(crate) fn marker(cell: usize, line: usize) -> String {
    format!("{BEGINS}{cell}:{line}{ENDS}")
}

/// The lines of evcxr's text without our notes, and where each comes from: the line of the note above it, counted on.
pub(super) fn placed_lines(text: &str) -> Vec<Line> {
    let mut lines = lines(text);
    let mut place: Option<Place> = None;
    for line in &mut lines {
        place = place.map(|place| Place { line: place.line + 1, ..place });
        if let Some(noted) = take_note(&mut line.text) {
            place = Some(noted);
        }
        line.place = place;
    }
    lines
}

/// The text without our notes.
pub(super) fn without_notes(text: &str) -> String {
    placed_lines(text).iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
}

/// Takes the notes out of a line; gives the last.
fn take_note(text: &mut String) -> Option<Place> {
    let mut found = None;
    let mut from = 0;
    while let Some(start) = text[from..].find(BEGINS).map(|at| from + at) {
        let note = text[start + BEGINS.len()..].split_once(ENDS).map(|(note, _)| note.to_owned());
        let place = note.as_deref().and_then(|note| {
            let (cell, line) = note.split_once(':')?;
            Some(Place { cell: cell.parse().ok()?, line: line.parse().ok()? })
        });
        match (note, place) {
            (Some(note), Some(place)) => {
                text.replace_range(start..start + BEGINS.len() + note.len() + ENDS.len(), "");
                found = Some(place);
                from = start;
            }
            _ => from = start + BEGINS.len(),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_on_from_the_note_above_them() {
        let text = format!("generated\nfn f() {{{}\n    1\n}}\nlet x = 1;{}\n", marker(0, 4), marker(2, 9));
        let lines = placed_lines(&text);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["generated", "fn f() {", "    1", "}", "let x = 1;"]);
        let places: Vec<_> =
            lines.iter().map(|line| line.place.map(|place| (place.cell, place.line))).collect();
        assert_eq!(places, [None, Some((0, 4)), Some((0, 5)), Some((0, 6)), Some((2, 9))]);
    }

    #[test]
    fn what_only_looks_like_a_note_stays() {
        for text in ["/*kakunin", "/*kakunin x:1*/", "/*kakunin 1*/", "/* kakunin 1:2*/"] {
            assert_eq!(without_notes(text), format!("{text}\n"));
        }
    }
}
