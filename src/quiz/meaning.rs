//! 自由な文から、何をどの向きに言っているかを読み取る。
//!
//! 辞書で文を語に分けるのではなく、話題（`勾配消失`）のあとの述語（`起き` + `にくく`）の向きを掛け合わせる:
//! 起きる(+) × にくい(−) = −。だから「起きにくい」「防ぐ」「発生を抑える」「起きやすくならない」は同じことを言い、
//! 「起きやすい」は逆のことを言う。英語は述語が前にも来るので、節の全体を見る。
//!
//! 読む順: `lexicon`（述語の表）→ `clauses`（文を節に）→ ここ（話題と述語を結ぶ）。

mod clauses;
mod lexicon;

pub use lexicon::Axis;

use super::question::{Concept, Direction, Rubric, Saying};
use super::reading::{compiled, pattern};
use clauses::{Clause, Sentence, sentences};
use lexicon::{Word, words};
use std::ops::Range;

/// How an answer stands to a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stance {
    pub(super) affirmed: bool,
    pub(super) denied: bool,
}

/// What the answer says of each concept, in their order.
pub(super) fn stances(rubric: &Rubric, answer: &str) -> Vec<Stance> {
    let concepts = &rubric.concepts;
    let mut stances = vec![Stance::default(); concepts.len()];
    for sentence in sentences(answer, rubric.subject.as_ref(), rubric.premise.as_ref()) {
        for (concept, stance) in concepts.iter().zip(&mut stances) {
            for saying in &concept.said {
                heard(concepts, concept, saying, &sentence, stance);
            }
        }
    }
    stances
}

fn heard(concepts: &[Concept], concept: &Concept, saying: &Saying, sentence: &Sentence, stance: &mut Stance) {
    let holds = |pattern: &Option<String>| pattern.as_ref().map(|p| compiled(p).is_match(&sentence.text));
    if holds(&saying.with) == Some(false) || holds(&saying.unless) == Some(true) {
        return;
    }
    let wanted = if saying.is == Direction::Plus { 1 } else { -1 };
    for (at, clause) in sentence.clauses.iter().enumerate() {
        for topic in topics(&saying.about, &clause.text) {
            let behind = || after_a_hedge(concepts, saying, sentence, at);
            let here = || sign(concepts, concept, saying, sentence, at, topic.clone());
            let sign = match clause {
                Clause { is_hedge: true, .. } => behind(),
                Clause { is_doubt: true, .. } => behind().or_else(here),
                _ => here(),
            };
            let sign =
                if clause.of_another { in_contrast(concepts, saying, sentence, at, sign) } else { sign };
            match sign {
                Some(sign) if sign == wanted => stance.affirmed = true,
                Some(_) if !saying.only && !clause.conditional => stance.denied = true,
                _ => {}
            }
        }
    }
}

/// `必ず大域的最適解に着くわけではないが、着きやすい`: what is left of the topic behind the limit.
fn after_a_hedge(concepts: &[Concept], saying: &Saying, sentence: &Sentence, at: usize) -> Option<i32> {
    let next = sentence
        .clauses
        .get(at + 1)
        .filter(|next| next.after_a_turn && !has_a_topic(concepts, &next.text))?;
    product(Some(saying.axis?), &words(&next.text), &next.text, 0)
}

fn has_a_topic(concepts: &[Concept], text: &str) -> bool {
    concepts.iter().flat_map(|concept| &concept.said).any(|saying| !topics(&saying.about, text).is_empty())
}

/// `SGDは局所解に捕まるが、モメンタムは抜け出せる`: what is said of our subject about another's topic. `theirs` is what
/// is said of the other.
fn in_contrast(
    concepts: &[Concept],
    saying: &Saying,
    sentence: &Sentence,
    at: usize,
    theirs: Option<i32>,
) -> Option<i32> {
    let next = sentence.clauses.get(at + 1).filter(|next| next.in_contrast)?;
    let (axis, words) = (saying.axis.filter(|_| !has_a_topic(concepts, &next.text))?, words(&next.text));
    if words.iter().any(|word| word.sign(axis).is_some()) {
        return product(Some(axis), &words, &next.text, 0);
    }
    // `but momentum does not`, `RMSPropではそうならない`
    theirs.filter(|_| words.iter().any(|word| word.denies)).map(|sign| -sign)
}

/// Where a topic is spoken of. 過学習 and 学習率 are not 学習.
fn topics(pattern: &str, text: &str) -> Vec<Range<usize>> {
    let found = compiled(pattern).find_iter(text).map(|m| m.range()).collect::<Vec<_>>();
    let within_another = |range: &Range<usize>| {
        let topic = &text[range.clone()];
        (topic.starts_with("学習") && text[..range.start].ends_with(['過', '未']))
            || (topic.ends_with("学習") && text[range.end..].starts_with(['率', 'デ']))
    };
    found.into_iter().filter(|range| !within_another(range)).collect()
}

/// Which way the answer speaks of this topic: +1, −1, or not at all.
fn sign(
    concepts: &[Concept],
    concept: &Concept,
    saying: &Saying,
    sentence: &Sentence,
    at: usize,
    topic: Range<usize>,
) -> Option<i32> {
    let clause = &sentence.clauses[at];
    let of_axis = |text: &str, from: usize| -> Option<i32> { product(saying.axis, &words(text), text, from) };
    if clause.english {
        let around = format!("{} ~ {}", &clause.text[..topic.start], &clause.text[topic.end..]);
        if let Some(sign) = of_axis(&around, 0) {
            return Some(sign);
        }
        // `reduces vanishing gradients and overfitting`
        let before = at.checked_sub(1).map(|before| &sentence.clauses[before]);
        return before.filter(|_| around.trim().len() < 4).and_then(|b| of_axis(&b.text, 0));
    }
    let mut end = next_topic(concepts, concept, saying, &clause.text, topic.end);
    // `異なる特徴を学習できない`: there is no difference.
    if saying.axis.is_none() && saying.is == Direction::Minus {
        end = clause.text.len();
    }
    // `移動平均で古い勾配を忘れる`: said twice, not denied.
    if saying.axis.is_none() {
        let again = topics(&saying.about, &clause.text).into_iter().map(|again| again.start);
        end = again.filter(|&start| start > topic.start).min().map_or(end, |start| end.min(start));
    }
    if let Some(sign) = of_axis(&clause.text[..end], topic.end) {
        return Some(sign);
    }
    // `速い収束`, `同じ値`: the modifier before the noun.
    let before = &clause.text[..topic.start];
    let modifies =
        |axis: Axis| words(before).iter().any(|w| w.end + 9 > topic.start && w.sign(axis).is_some());
    if saying.axis.is_some_and(modifies)
        && let Some(sign) = of_axis(before, topic.start.saturating_sub(18))
    {
        return Some(sign);
    }
    // `勾配消失と過学習を抑える`, `勾配消失が、起きにくい`: the predicate comes later.
    if end < clause.text.len() {
        return of_axis(&clause.text, end);
    }
    let next = sentence.clauses.get(at + 1)?;
    if next.after_a_comma { of_axis(&next.text, 0) } else { None }
}

/// Where another topic begins, if that is not itself a predicate of this saying.
fn next_topic(concepts: &[Concept], concept: &Concept, saying: &Saying, text: &str, from: usize) -> usize {
    let others = concepts.iter().filter(|other| other.id != concept.id).flat_map(|other| &other.said);
    let starts = others.filter_map(|other| {
        let belongs = |range: &Range<usize>| {
            saying.with.as_ref().is_some_and(|with| compiled(with).is_match(&text[range.clone()]))
        };
        // `鞍点問題を起こすというAdaGradの欠点`: the same thing, named.
        let names_it = |range: &Range<usize>| text[..range.start].ends_with("という");
        let mut later =
            topics(&other.about, text).into_iter().filter(|range| range.start >= from && !names_it(range));
        let found = later.find(|range| saying.axis.is_some() || !belongs(range))?;
        let is_predicate = saying.axis.is_some_and(|axis| axis.has(&text[found.clone()]));
        (!is_predicate).then_some(found.start)
    });
    starts.min().unwrap_or(text.len())
}

/// The product of the signs behind `from`: of the first predicate, of what is done to it, and of every denial.
fn product(axis: Option<Axis>, words: &[Word], text: &str, from: usize) -> Option<i32> {
    let from = text.ceil_char_boundary(from);
    let mut sign = axis.is_none().then_some(1);
    // A denial before its predicate: `does not speed up`.
    let mut ahead = 1;
    let mut denial = from;
    let mut end = from;
    for word in words.iter().filter(|word| word.start >= from) {
        let own = axis.and_then(|axis| word.sign(axis));
        let mended = axis.is_some_and(|axis| axis.is_mended_by(word));
        sign = match (sign, own) {
            (Some(_), _) if mended => Some(1),
            (None, Some(own)) => Some(own * ahead),
            (Some(so_far), None)
                if Axis::is_prevented_by(word) && clauses::takes_as_object(&text[end..word.start]) =>
            {
                Some(-so_far)
            }
            // `抜け出せなくなる`: a verb denied, not a thing that is gone (`欠点がなくなる`).
            (Some(so_far), Some(_))
                if word.denies && !text[end..word.start].ends_with(['が', 'は', 'も']) =>
            {
                Some(-so_far)
            }
            // `止まってしまう問題を直した`: mended, whatever the trouble was.
            (Some(_), Some(-1))
                if pattern!("(問題|欠点|弱点|短所|デメリット)(点)?を?$").is_match(&text[end..word.start]) =>
            {
                Some(-1)
            }
            // `起きるのを防ぐ` is one predicate on another; `進まず、遅い` are two side by side.
            (Some(so_far), Some(own)) if clauses::takes_as_object(&text[end..word.start]) => {
                Some(so_far * own)
            }
            (Some(so_far), Some(_)) => return Some(so_far),
            (Some(so_far), None) if word.denies => Some(-so_far),
            (None, None) if word.denies => {
                ahead = -ahead;
                denial = word.end;
                continue;
            }
            _ => continue,
        };
        end = word.end;
    }
    // `not a local optimum`, but `never leaves` is a predicate that we don't know.
    let known = text[denial..].split_once('~').is_none_or(|(between, _)| {
        between.split_whitespace().all(|word| {
            pattern!("^(a|an|the|any|in|at|to|by|be|of|is|are|with|have|has|become|becomes)$").is_match(word)
        })
    });
    let only_denied = ahead < 0 && known && axis.is_some_and(Axis::may_be_only_denied);
    sign.or(only_denied.then_some(-1))
}
