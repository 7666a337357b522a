//! 問題のファイルの点検: 書く人のための、`kakunin check-content`。

use super::question::{Answer, Question, Text};
use super::{Verdict, bank, drill, figure, mark, reading};
use crate::near::nearest;
use crate::{Error, Lang};
use std::collections::HashSet;

/// 付属の問題の、直すべきところ。一つもなければ空。
///
/// 調べること: 名前が重ならない、日英がそろっている、自分の解答が正解になる、よくある誤答がその言葉とともに不正解に
/// なる、手がかりが解答を漏らさない、正規表現が読める、図に説明がある、ドリルと実験室の図と部分の問いがある。
///
/// # Errors
/// 付属のファイルが読めないとき。
pub fn content_faults() -> Result<Vec<String>, Error> {
    let questions = bank::questions()?;
    let mut faults = vec![];
    let mut known = HashSet::new();
    for question in questions {
        if !known.insert(&question.id) {
            faults.push(format!("{}: the id is used twice", question.id));
        }
        faults.extend(faults_of(question).into_iter().map(|fault| format!("{}: {fault}", question.id)));
    }
    Ok(faults)
}

/// What is wrong with one question.
fn faults_of(question: &Question) -> Vec<String> {
    let mut faults = vec![];
    for (name, text) in texts(question) {
        if text.ja.trim().is_empty() || text.en.trim().is_empty() {
            faults.push(format!("{name} lacks a language"));
        }
    }
    if !(1..=5).contains(&question.section) {
        faults.push(format!("there is no section {}", question.section));
    }
    for pattern in question.patterns() {
        if let Err(e) = regex::Regex::new(pattern) {
            faults.push(format!("the pattern {pattern} can't be read: {e}"));
        }
    }
    let verdict = |answer: &str| mark::mark(question, answer, None).verdict;
    if verdict(&question.course) != Verdict::Accept {
        faults.push(format!("its own answer is not accepted: {}", question.course));
    }
    for slip in &question.slips {
        if verdict(&slip.answer) != Verdict::Reject {
            faults.push(format!("the wrong answer {} is not rejected", slip.answer));
        } else if mark::slip(question, &slip.answer) != Some(&slip.say) {
            faults.push(format!("the wrong answer {} is not met with its own words", slip.answer));
        }
    }
    for hint in question.hints.iter().flat_map(|hint| [&hint.ja, &hint.en]) {
        if tells(question, hint) {
            faults.push(format!("a hint contains the answer: {hint}"));
        }
    }
    faults.extend(faults_of_answer(&question.answer));
    if let Some(name) = &question.drill
        && let Err(e) = drill::drill(name, 0)
    {
        faults.push(e.message(Lang::En).to_owned());
    }
    if let Some(name) = question.lab.as_deref().filter(|name| !LABS.contains(name)) {
        let near = nearest(name, LABS.iter().map(|lab| (*lab).to_owned())).unwrap_or_default();
        faults.push(format!("there is no lab::{name}; did you mean {near}?"));
    }
    faults
}

/// The names, of which the compiler knows that they are there.
macro_rules! functions_of_lab {
    ($($name:ident)*) => {{
        $( #[allow(unused_imports, reason = "only that it is there")] use crate::lab::$name; )*
        &[$(stringify!($name)),*]
    }};
}

/// The figures of the course, which a question may point to.
const LABS: &[&str] = functions_of_lab!(
    activations slopes_at slope_bound gradient_flow activation_histograms weight_updates zero_share zero_weights batch_norm
    paths paths_of two_wells effective_steps schedules rate_sweep
    weights_and_gap penalty_contours ridge dropout dropout_ensemble
    im2col col2im windows convolve zero_padding pooling filters mistakes shapes channels
    alex_net alex_net_at network alex_net_forward
);

/// Would the hint be accepted, or does it have the answer in it word for word?
fn tells(question: &Question, hint: &str) -> bool {
    let read = |text: &str| reading::read(text).unwrap_or_default();
    let (hint_read, answer) = (read(hint), read(&question.course));
    let is_number = matches!(question.answer, Answer::Number(_));
    let written = match question.answer {
        // The last number of a hint need not be a claim.
        Answer::Number(_) => {
            hint_read.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|word| word == answer)
        }
        Answer::Choice(_) => false,
        _ => hint_read.contains(&answer),
    };
    written || (!is_number && mark::mark(question, hint, None).verdict == Verdict::Accept)
}

fn faults_of_answer(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Choice(choice) => {
            let mut labels = HashSet::new();
            let twice = choice.options.iter().filter(|option| !labels.insert(&option.label));
            let mut faults: Vec<String> =
                twice.map(|option| format!("two options are called {}", option.label)).collect();
            if !choice.options.iter().any(|option| option.label == choice.correct) {
                faults.push(format!("there is no option {}", choice.correct));
            }
            faults
        }
        Answer::Figure(pictured) => {
            let alt = |mirrored, lang| figure::alt(pictured, mirrored, lang);
            let is_missing = [Lang::Ja, Lang::En]
                .iter()
                .any(|&lang| alt(false, lang).is_empty() || alt(true, lang).is_empty());
            if is_missing { vec!["the figure has no description".to_owned()] } else { vec![] }
        }
        Answer::Parts(parts) => {
            let lost = parts.parts.iter().filter(|part| bank::question(&part.id).is_err());
            lost.map(|part| format!("the part {} is no question", part.id)).collect()
        }
        Answer::Expression(_) | Answer::Number(_) | Answer::Rubric(_) | Answer::Size(_) => vec![],
    }
}

/// Every text of a question, with its place.
fn texts(question: &Question) -> Vec<(String, &Text)> {
    let mut texts =
        vec![("prompt".to_owned(), &question.prompt), ("explanation".to_owned(), &question.explanation)];
    texts.extend(question.hints.iter().map(|hint| ("a hint".to_owned(), hint)));
    texts.extend(question.precise.iter().map(|text| ("precise".to_owned(), text)));
    texts.extend(question.evidence.iter().map(|text| ("evidence".to_owned(), text)));
    texts.extend(question.slips.iter().map(|slip| (format!("the wrong answer {}", slip.answer), &slip.say)));
    match &question.answer {
        Answer::Choice(choice) => {
            texts.extend(
                choice.options.iter().map(|option| (format!("option {}", option.label), &option.text)),
            );
        }
        Answer::Rubric(rubric) => {
            texts.extend(
                rubric.concepts.iter().map(|concept| (format!("concept {}", concept.id), &concept.name)),
            );
        }
        _ => {}
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::question;

    fn broken(change: impl Fn(&mut Question)) -> String {
        let mut broken = question("s3_l1_norm").unwrap().clone();
        change(&mut broken);
        faults_of(&broken).join("\n")
    }

    #[test]
    fn the_questions_that_come_along_have_no_faults() {
        assert_eq!(content_faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        assert!(broken(|q| q.prompt.en.clear()).contains("prompt lacks a language"));
        assert!(broken(|q| q.course = "5".to_owned()).contains("its own answer is not accepted"));
        assert!(broken(|q| q.slips[0].answer = "7".to_owned()).contains("is not rejected"));
        assert!(broken(|q| q.hints[2].ja = "3 + 4 = 7".to_owned()).contains("a hint contains the answer"));
        assert!(broken(|q| q.drill = Some("nrom".to_owned())).contains("norm"));
        assert!(broken(|q| q.lab = Some("rigde".to_owned())).contains("did you mean ridge?"));
        assert!(broken(|q| q.section = 6).contains("there is no section 6"));
    }

    #[test]
    fn every_section_has_at_least_three_questions_beside_the_confirmation_tests() {
        for section in 1..=5 {
            let own = bank::questions().unwrap().iter().filter(|q| q.id.starts_with(&format!("s{section}_")));
            assert!(own.clone().count() >= 3, "section {section}");
            assert!(own.clone().all(|q| q.section == section));
        }
    }
}
