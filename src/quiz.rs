//! 確認テスト: 問題と、答えの意味を読み取る採点。
//!
//! ノートブックでも、端末（`kakunin grade`）でも、採点器でも、同じ採点をする。
//!
//! ```
//! use kakunin::quiz::{Verdict, check, grade};
//! assert_eq!(check("ct1", "2x + 2y")?.verdict, Verdict::Accept);
//! assert_eq!(check("ct8", "49")?.verdict, Verdict::Reject);
//! assert_eq!(grade("ct3", "学習が進まない", 2.0), 1.0);       // 半分: 理由が足りない
//! # Ok::<(), kakunin::Error>(())
//! ```
//!
//! | すること | 関数 |
//! | --- | --- |
//! | 問いを見る（図があれば図も） | [`ask`] |
//! | 手がかり（三段）、解答 | [`hint`]、[`reveal`] |
//! | 採点 | [`check`]、採点器には [`grade`] |
//! | 数の変わる計算の問題 | [`drill`] |
//! | どこまで進んだか、次の復習 | [`status`]、[`Progress`] |
//! | 判定がおかしいと思ったら | [`appeal`] |
//!
//! 読む順: [`Question`]（問題のファイルの形、`data/quiz`）→ `mark`（答えの形ごとの採点）→ `meaning`（自由な文）、
//! `expression`（式）→ `progress`（記録）→ `schedule`（復習の日）→ `teach`（ノートブックで呼ぶもの）。

mod bank;
mod content;
mod drill;
mod expression;
mod figure;
mod mark;
mod meaning;
mod outcome;
mod progress;
mod question;
mod reading;
mod schedule;
mod shown;
mod status;
mod teach;

pub use bank::{question, questions};
pub use content::content_faults;
pub use drill::{Drill, drill, drills};
pub use meaning::Axis;
pub use outcome::{Further, Note, Outcome, Verdict};
pub use progress::{Did, Event, Progress, Standing};
pub use question::{
    Answer, Choice, ChoiceOption, Concept, Contradicted, Contrast, Direction, Expression, Figure, Number,
    Part, Parts, Pictured, Question, Rubric, Saying, Side, Size, Slipped, Text,
};
pub use schedule::Review;
pub use status::status;
pub use teach::{appeal, ask, ask_drawn, hint, reveal};

use crate::Error;

/// 答えを採点する。ノートブックでは、読み取れた答えを記録もする（[`Progress`]）。
///
/// # Errors
/// その名前の問題がないとき。
pub fn check(id: &str, answer: &str) -> Result<Outcome, Error> {
    if crate::notebook::is_shown_in_a_notebook() {
        Progress::of_user().check(id, answer, None)
    } else {
        check_drawn(id, answer, None)
    }
}

/// 図の左右を `seed` で入れ替えて出した問題の答えを採点する。記録はしない。
///
/// # Errors
/// その名前の問題がないとき。
pub fn check_drawn(id: &str, answer: &str, seed: Option<u64>) -> Result<Outcome, Error> {
    Ok(marked(question(id)?, answer, seed))
}

fn marked(question: &'static Question, answer: &str, seed: Option<u64>) -> Outcome {
    let outcome = marked_as(&question.id, question, answer, seed);
    let right = outcome.verdict == Verdict::Accept;
    Outcome {
        // With a partly correct answer these could give away the missing part.
        note: question.note().filter(|_| right),
        explanation: right.then(|| question.explanation.clone()),
        further: question.further().filter(|_| outcome.verdict != Verdict::Invalid),
        ..outcome
    }
}

fn marked_as(name: &'static str, question: &Question, answer: &str, seed: Option<u64>) -> Outcome {
    let mark = mark::mark(question, answer, seed);
    let slip = (mark.verdict == Verdict::Reject).then(|| mark::slip(question, answer)).flatten();
    Outcome {
        question: name,
        verdict: mark.verdict,
        score: mark.score,
        recognised: mark.recognised,
        feedback: slip.cloned().or(mark.feedback),
        note: None,
        explanation: None,
        further: None,
        remark: None,
    }
}

/// 採点器のための得点: 0 から `points` までの数。何も表示せず、失敗しない（問題がなければ 0、`points` が数でなければ 0）。
pub fn grade(id: &str, answer: &str, points: f64) -> f64 {
    let points = if points.is_finite() { points.max(0.0) } else { 0.0 };
    check_drawn(id, answer, None).map_or(0.0, |outcome| outcome.score * points)
}
