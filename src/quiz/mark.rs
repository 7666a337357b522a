//! 採点: 答えの形ごとに一つ。

mod choice;
mod expression;
mod figure;
mod parts;
mod rubric;
mod size;

use super::bank;
use super::outcome::{Mark, text};
use super::question::{Answer, Question};
use super::reading::read;
use crate::Lang;

/// Marks one answer. `seed`: figures drawn with their sides shuffled (none: as in the course).
pub(super) fn mark(question: &Question, answer: &str, seed: Option<u64>) -> Mark {
    let answer = match read(answer) {
        Ok(answer) => answer,
        Err(unreadable) => return unreadable,
    };
    let answer = answer.as_str();
    match &question.answer {
        Answer::Expression(expression) => expression::mark(expression, answer),
        Answer::Choice(choice) => choice::mark(choice, answer),
        Answer::Size(size) => size::mark(size, answer),
        Answer::Figure(figure) => figure::mark(figure, mirrored(seed), answer),
        Answer::Rubric(rubric) => rubric::mark(rubric, answer),
        Answer::Parts(parts) => parts::mark(parts, answer, |id, piece| match bank::question(id) {
            Ok(part) => mark(part, piece, seed),
            Err(e) => Mark::invalid(text(e.message(Lang::Ja), e.message(Lang::En))),
        }),
    }
}

/// Is the figure of this seed drawn with its sides changed?
fn mirrored(seed: Option<u64>) -> bool {
    seed.is_some_and(|seed| crate::rng::RandomState::new(seed as u32).rand() < 0.5)
}
