//! `kakunin export`: 問題を、ほかの道具の形で書き出す。

use crate::args::{option, sub};
use crate::failure::Failure;
use crate::output;
use clap::{ArgMatches, Command};
use kakunin::quiz::{Answer, Choice, Number, Question, questions};
use kakunin::{Error, ErrorKind, Lang};
use serde_json::{Value, json};

pub(crate) fn command(lang: Lang) -> Command {
    let usage = lang.pick("kakunin export --format 形式", "kakunin export --format FORMAT");
    let about = lang.pick("問題を書き出す", "export the questions");
    let help = lang.pick(
        "anki（タブ区切り）、csv、jupyterquiz（選択と数の問題だけ）",
        "anki (tab-separated), csv, jupyterquiz (choices and numbers only)",
    );
    let format = option("format", lang.pick("形式", "FORMAT"), help);
    sub("export", lang, about, usage)
        .arg(format.required(true).value_parser(["anki", "csv", "jupyterquiz"]).hide_possible_values(true))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (lang, questions) = (Lang::current(), questions()?);
    let text = match matches.get_one::<String>("format").map(String::as_str) {
        Some("anki") => anki(questions, lang)?,
        Some("csv") => csv(questions, lang)?,
        _ => jupyterquiz(questions, lang),
    };
    output::print(&text)
}

/// Front, back and tags; Anki reads the lines that begin with `#`.
fn anki(questions: &'static [Question], lang: Lang) -> Result<String, Error> {
    let in_html =
        |text: &str| text.trim().lines().map(kakunin::plot::escape).collect::<Vec<_>>().join("<br>");
    let rows = questions.iter().map(|question| {
        let (_, front) = question
            .text(lang, None)
            .split_once('\n')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap_or_default();
        let back: Vec<String> = question
            .solution(lang, None)
            .iter()
            .map(|(name, text)| format!("<b>{name}</b> {}", in_html(text)))
            .collect();
        vec![
            in_html(&front),
            back.join("<br>"),
            format!("kakunin section{} {}", question.section, question.id),
        ]
    });
    let rows = written(b'\t', rows)?;
    Ok(format!(
        "#separator:tab\n#html:true\n#deck:kakunin\n#columns:Front\tBack\tTags\n#tags column:3\n{rows}"
    ))
}

fn csv(questions: &'static [Question], lang: Lang) -> Result<String, Error> {
    let header = ["id", "section", "points", "question", "answer", "explanation", "hint1", "hint2", "hint3"];
    let rows = questions.iter().map(|question| {
        let text = question.text(lang, None);
        let prompt = text.split_once('\n').map_or("", |(_, prompt)| prompt).trim().to_owned();
        let hints = question.hints.iter().map(|hint| hint.pick(lang).to_owned());
        let head = [question.id.clone(), question.section.to_string(), question.points.to_string()];
        let answer = [prompt, question.course.clone(), question.explanation.pick(lang).to_owned()];
        head.into_iter().chain(answer).chain(hints).collect::<Vec<_>>()
    });
    written(b',', std::iter::once(header.map(str::to_owned).to_vec()).chain(rows))
}

fn written(delimiter: u8, rows: impl Iterator<Item = Vec<String>>) -> Result<String, Error> {
    let broken = |e: &dyn std::fmt::Display| Error::new(ErrorKind::Output, e.to_string(), e.to_string());
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(vec![]);
    for row in rows {
        writer.write_record(row).map_err(|e| broken(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| broken(&e))?;
    String::from_utf8(bytes).map_err(|e| broken(&e))
}

/// What that package reads; it knows choices and numbers.
fn jupyterquiz(questions: &[Question], lang: Lang) -> String {
    let entry = |question: &Question| {
        let prompt = question.prompt.pick(lang);
        match &question.answer {
            Answer::Choice(choice) => Some(
                json!({ "question": prompt, "type": "multiple_choice", "answers": options(question, choice, lang) }),
            ),
            Answer::Number(number) => Some(
                json!({ "question": prompt, "type": "numeric", "answers": values(question, number, lang) }),
            ),
            _ => None,
        }
    };
    let entries: Vec<Value> = questions.iter().filter_map(entry).collect();
    format!("{:#}\n", Value::from(entries))
}

fn options(question: &Question, choice: &Choice, lang: Lang) -> Vec<Value> {
    let option = |option: &kakunin::quiz::ChoiceOption| {
        let correct = option.label == choice.correct;
        let said =
            question.slips.iter().find(|slip| slip.answer == option.label).map(|slip| slip.say.pick(lang));
        let feedback = if correct {
            question.explanation.pick(lang)
        } else {
            said.unwrap_or(question.hints[0].pick(lang))
        };
        json!({ "answer": option.text.pick(lang), "correct": correct, "feedback": feedback })
    };
    choice.options.iter().map(option).collect()
}

fn values(question: &Question, number: &Number, lang: Lang) -> Vec<Value> {
    let right = question.explanation.pick(lang);
    let (low, high) = (number.wanted - number.tolerance, number.wanted + number.tolerance);
    let mut answers = vec![if number.tolerance > 1e-6 {
        json!({ "type": "range", "range": [low, high], "correct": true, "feedback": right })
    } else {
        json!({ "type": "value", "value": number.wanted, "correct": true, "feedback": right })
    }];
    answers.extend(question.slips.iter().filter_map(|slip| {
        let value: f64 = slip.answer.parse().ok()?;
        Some(json!({ "type": "value", "value": value, "correct": false, "feedback": slip.say.pick(lang) }))
    }));
    answers.push(json!({ "type": "default", "feedback": question.hints[0].pick(lang) }));
    answers
}
