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
//! 読む順: [`Question`]（問題のファイルの形、`data/quiz`）→ `mark`（答えの形ごとの採点）→ `meaning`（自由な文）、
//! `expression`（式）。

mod bank;
mod expression;
mod mark;
mod meaning;
mod outcome;
mod question;
mod reading;
mod shown;

pub use bank::{question, questions};
pub use meaning::Axis;
pub use outcome::{Outcome, Verdict};
pub use question::{
    Answer, Choice, ChoiceOption, Concept, Contradicted, Direction, Expression, Figure, Part, Parts,
    Pictured, Question, Rubric, Saying, Side, Size, Slipped, Text,
};

use crate::Error;

/// 答えを採点する。
///
/// # Errors
/// その名前の問題がないとき。
pub fn check(id: &str, answer: &str) -> Result<Outcome, Error> {
    check_drawn(id, answer, None)
}

/// 図の左右を `seed` で入れ替えて出した問題の答えを採点する。
///
/// # Errors
/// その名前の問題がないとき。
pub fn check_drawn(id: &str, answer: &str, seed: Option<u64>) -> Result<Outcome, Error> {
    let question = question(id)?;
    let mark = mark::mark(question, answer, seed);
    let slip = (mark.verdict == Verdict::Reject).then(|| slip(question, answer)).flatten();
    let shows_note = matches!(mark.verdict, Verdict::Accept | Verdict::Partial);
    Ok(Outcome {
        question: &question.id,
        verdict: mark.verdict,
        score: mark.score,
        recognised: mark.recognised,
        feedback: slip.or(mark.feedback),
        note: question.precise.clone().filter(|_| shows_note),
    })
}

/// The words for a wrong answer that is known: written the same but for spaces and width.
fn slip(question: &Question, answer: &str) -> Option<Text> {
    let bare = |text: &str| reading::read(text).ok().map(|t| t.replace(char::is_whitespace, ""));
    let answer = bare(answer)?;
    question
        .slips
        .iter()
        .find(|slip| bare(&slip.answer).as_ref() == Some(&answer))
        .map(|slip| slip.say.clone())
}

/// 採点器のための得点: 0 から `points` までの数。何も表示せず、失敗しない（問題がなければ 0、`points` が数でなければ 0）。
pub fn grade(id: &str, answer: &str, points: f64) -> f64 {
    let points = if points.is_finite() { points.max(0.0) } else { 0.0 };
    check(id, answer).map_or(0.0, |outcome| outcome.score * points)
}
