//! 採点: 答えの形ごとに一つ。

mod choice;
mod expression;
mod figure;
mod number;
mod parts;
mod rubric;
mod size;

use super::bank;
use super::outcome::{Mark, Verdict, text};
use super::question::{self, Answer, Question, Text};
use super::reading::{all_denied, read};
use crate::Lang;

/// Marks one answer. `seed`: figures drawn with their sides shuffled (none: as in the course).
pub(super) fn mark(question: &Question, answer: &str, seed: Option<u64>) -> Mark {
    let answer = match read(answer) {
        Ok(answer) => answer,
        Err(unreadable) => return unreadable,
    };
    let answer = answer.as_str();
    if all_denied(answer) {
        return Mark::only_denied();
    }
    match &question.answer {
        Answer::Expression(expression) => expression::mark(expression, answer),
        Answer::Choice(choice) => choice::mark(choice, answer),
        Answer::Number(number) => number::mark(number, answer),
        Answer::Size(size) => size::mark(size, answer),
        Answer::Figure(figure) => figure::mark(figure, mirrored(seed), answer),
        Answer::Rubric(rubric) => rubric::mark(rubric, answer),
        Answer::Parts(parts) => parts::mark(parts, answer, |id, piece| match bank::question(id) {
            Ok(part) => mark(part, piece, seed),
            Err(e) => Mark::invalid(text(e.message(Lang::Ja), e.message(Lang::En))),
        }),
    }
}

/// The words for a wrong answer that is known: one that would be accepted if that were the right answer.
pub(super) fn slip<'a>(question: &'a Question, answer: &str) -> Option<&'a Text> {
    let is = |slip: &str| match wanting(&question.answer, slip) {
        Some(wanted) => {
            let asked = Question { answer: wanted, ..question.clone() };
            mark(&asked, answer, None).verdict == Verdict::Accept
        }
        None => bare(answer).is_some_and(|answer| bare(slip) == Some(answer)),
    };
    question.slips.iter().find(|slip| is(&slip.answer)).map(|slip| &slip.say)
}

/// The same kind of answer, but with this one as the right one; where there is such a thing.
fn wanting(kind: &Answer, slip: &str) -> Option<Answer> {
    let sides = || -> Option<[u32; 2]> {
        let (height, width) = slip.split_once('×')?;
        Some([height.parse().ok()?, width.parse().ok()?])
    };
    Some(match kind {
        Answer::Expression(e) => {
            Answer::Expression(question::Expression { wanted: slip.to_owned(), ..e.clone() })
        }
        Answer::Choice(choice) if choice.options.iter().any(|option| option.label == slip) => {
            Answer::Choice(question::Choice { correct: slip.to_owned(), ..choice.clone() })
        }
        Answer::Number(n) => Answer::Number(question::Number { wanted: slip.parse().ok()?, ..n.clone() }),
        Answer::Size(_) => Answer::Size(question::Size { wanted: sides()?, impossible: None }),
        _ => return None,
    })
}

fn bare(answer: &str) -> Option<String> {
    read(answer).ok().map(|text| text.replace(char::is_whitespace, ""))
}

/// Is the figure of this seed drawn with its sides changed?
pub(super) fn mirrored(seed: Option<u64>) -> bool {
    seed.is_some_and(|seed| crate::rng::RandomState::new(seed as u32).rand() < 0.5)
}
