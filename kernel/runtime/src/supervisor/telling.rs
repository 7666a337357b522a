//! Text of a cell on its way out: what is held back, and how much of it there may be.

use crate::event::{Event, Problem, StreamKind};

/// A longer line without an end is no question.
const LONGEST_QUESTION: usize = 400;

/// The text that a cell writes.
#[derive(Debug, Default)]
pub(super) struct Telling {
    /// The unfinished line at the end of stdout: if the cell reads next, this is its question.
    line: String,
    /// How much of it has been told.
    told: usize,
    /// It stands beside the field for the answer.
    asked: bool,
    /// Bytes that a cell may write; further text is only counted.
    limit: Option<u64>,
    written: u64,
    omitted_lines: u64,
    omitted_bytes: u64,
}

impl Telling {
    pub(super) fn new(limit: Option<u64>) -> Telling {
        Telling { limit, ..Telling::default() }
    }

    /// A cell begins.
    pub(super) fn begin(&mut self) {
        *self = Telling::new(self.limit);
    }

    /// New text; `holds`: whether an unfinished line may wait for what comes next.
    pub(super) fn text(&mut self, kind: StreamKind, text: &str, holds: bool) -> Vec<Event> {
        if kind == StreamKind::Stderr {
            let mut events = self.flush();
            events.extend(self.told(kind, text));
            return events;
        }
        self.line += text;
        self.asked = false;
        let ended = self.line.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = self.line.split_off(ended);
        let finished = std::mem::replace(&mut self.line, rest);
        let told = std::mem::take(&mut self.told);
        let mut events = Vec::new();
        if finished.is_empty() {
            self.told = told;
        } else {
            events.extend(self.told(kind, &finished[told..]));
        }
        if !holds || self.line.len() > LONGEST_QUESTION {
            events.extend(self.flush());
        }
        if self.line.len() > 2 * LONGEST_QUESTION {
            // What has been told of an endless line is not kept.
            self.line.drain(..self.line.ceil_char_boundary(self.line.len() - LONGEST_QUESTION));
            self.told = self.line.len();
        }
        events
    }

    /// Whether something is held back that a pause would let go.
    pub(super) fn holds(&self) -> bool {
        self.told < self.line.len() && !self.asked
    }

    /// What was held back.
    pub(super) fn flush(&mut self) -> Vec<Event> {
        let held = self.line[self.told..].to_owned();
        self.told = self.line.len();
        self.asked = false;
        if held.is_empty() { Vec::new() } else { self.told(StreamKind::Stdout, &held) }
    }

    /// The cell reads: the line it has begun is the question.
    pub(super) fn question(&mut self) -> String {
        self.asked = true;
        self.line.clone()
    }

    /// The answer ends the line.
    pub(super) fn answered(&mut self) {
        self.line.clear();
        self.told = 0;
        self.asked = false;
    }

    /// The cell has ended: how much was omitted.
    pub(super) fn end(&mut self) -> Option<Event> {
        let (lines, bytes) =
            (std::mem::take(&mut self.omitted_lines), std::mem::take(&mut self.omitted_bytes));
        (bytes > 0).then(|| {
            Event::Problem(Problem {
                ja: format!(
                    "…省略した出力: {lines} 行（{bytes} バイト）。上限は KAKUNIN_OUTPUT で変えられます。"
                ),
                en: format!("… omitted: {lines} lines ({bytes} bytes). KAKUNIN_OUTPUT sets the limit."),
            })
        })
    }

    /// The event for a text, as far as there is room for it.
    fn told(&mut self, kind: StreamKind, text: &str) -> Vec<Event> {
        if text.is_empty() {
            return Vec::new();
        }
        let room = self.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.written));
        let cut = text.floor_char_boundary(usize::try_from(room).unwrap_or(usize::MAX).min(text.len()));
        let (shown, omitted) = text.split_at(cut);
        self.written += shown.len() as u64;
        let mut events = Vec::new();
        if !shown.is_empty() {
            events.push(Event::Stream { kind, text: shown.to_owned() });
        }
        if !omitted.is_empty() {
            if self.omitted_bytes == 0 {
                self.written = u64::MAX;
                events.push(Event::Problem(Problem {
                    ja: "\n出力が上限を超えました。ここからは表示せずに数えます（セルはまだ動いています）。"
                        .to_owned(),
                    en: "\nThe output is too long; from here on it is counted and not shown (the cell goes on)."
                        .to_owned(),
                }));
            }
            self.omitted_bytes += omitted.len() as u64;
            self.omitted_lines += omitted.matches('\n').count() as u64;
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &str) -> Event {
        Event::Stream { kind: StreamKind::Stdout, text: text.to_owned() }
    }

    #[test]
    fn an_unfinished_line_waits_and_is_the_question_of_a_read() {
        let mut telling = Telling::default();
        assert_eq!(telling.text(StreamKind::Stdout, "a\n名前は? ", true), [out("a\n")]);
        assert!(telling.holds());
        assert_eq!(telling.question(), "名前は? ");
        assert!(!telling.holds());
        telling.answered();
        assert_eq!(telling.text(StreamKind::Stdout, "b\n", true), [out("b\n")]);
    }

    #[test]
    fn a_question_that_nobody_answers_is_text() {
        let mut telling = Telling::default();
        telling.text(StreamKind::Stdout, "? ", true);
        telling.question();
        assert_eq!(telling.flush(), [out("? ")]);
    }

    #[test]
    fn a_line_is_told_once_though_it_comes_in_pieces() {
        let mut telling = Telling::default();
        telling.text(StreamKind::Stdout, "ab", true);
        assert_eq!(telling.flush(), [out("ab")]);
        assert_eq!(telling.text(StreamKind::Stdout, "c", true), []);
        assert_eq!(telling.question(), "abc");
        assert_eq!(telling.text(StreamKind::Stdout, "d\ne", true), [out("cd\n")]);
        assert_eq!(telling.flush(), [out("e")]);
    }

    #[test]
    fn what_was_held_comes_before_stderr() {
        let mut telling = Telling::default();
        telling.text(StreamKind::Stdout, "ab", true);
        let err = Event::Stream { kind: StreamKind::Stderr, text: "x".to_owned() };
        assert_eq!(telling.text(StreamKind::Stderr, "x", true), [out("ab"), err]);
    }

    #[test]
    fn text_beyond_the_limit_is_counted_until_the_next_cell() {
        let mut telling = Telling::new(Some(4));
        let events = telling.text(StreamKind::Stdout, "a\nああ\nb\n", false);
        assert_eq!((&events[0], events.len()), (&out("a\n"), 2));
        assert_eq!(telling.text(StreamKind::Stdout, "c\n", false), []);
        let Some(Event::Problem(problem)) = telling.end() else { panic!() };
        assert!(problem.ja.contains("3 行（11 バイト）"), "{}", problem.ja);
        telling.begin();
        assert_eq!(telling.text(StreamKind::Stdout, "c\n", false), [out("c\n")]);
        assert_eq!(telling.end(), None);
    }
}
