//! 問題のページ。選択と大きさの問題は、ページの中で答え合わせができる。JavaScript がなければ、読んで答えを開く。

use super::markdown;
use kakunin::plot::escape;
use kakunin::quiz::{Answer, Choice, Question, Side, questions};
use kakunin::{Error, Lang, course};
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("questions.js");

/// The body of the page.
pub(super) fn page(lang: Lang) -> Result<String, Error> {
    let questions = questions()?;
    let mut sections: Vec<u8> = questions.iter().map(|question| question.section).collect();
    sections.sort_unstable();
    sections.dedup();
    let section = |&number: &u8| {
        let here = questions.iter().filter(|question| question.section == number);
        let here: String = here.map(|one| question(one, lang)).collect();
        format!("<h2 id=\"section-{number}\">{}</h2>\n{here}", escape(&name(number)))
    };
    let sections: String = sections.iter().map(section).collect();
    let (title, lead) = lang.pick(
        ("問題", "選ぶ問題と、数や大きさの問題は、このページで答え合わせができる。文で答える問題は、書いてから解答を開いて比べる（ノートブックと kakunin quiz では採点もする）。"),
        ("Questions", "Choices, numbers and sizes are checked on this page. Write the others down, then open the answer (notebooks and kakunin quiz grade them)."),
    );
    let says = json!({ "right": lang.pick("正解", "Correct"), "wrong": lang.pick("不正解", "Incorrect"),
        "none": lang.pick("答えを入れてください", "Give an answer") });
    Ok(format!(
        "<h1>{title}</h1>\n<p>{lead}</p>\n{sections}<script type=\"application/json\" id=\"says\">{says}</script>\n\
         <script>\n{SCRIPT}</script>\n"
    ))
}

/// `Section2 学習率最適化手法`; the last section has no trainings of its own, and no title there.
fn name(number: u8) -> String {
    let at = usize::from(number).checked_sub(1);
    let title = at.and_then(|at| course::SECTIONS.get(at)).map_or("AlexNet", |section| section.title);
    format!("Section{number} {title}")
}

fn question(question: &'static Question, lang: Lang) -> String {
    let id = escape(&question.id);
    let fold =
        |summary: &str, html: &str| format!("<details>\n<summary>{summary}</summary>\n{html}</details>\n");
    let (hint, answer) = lang.pick(("手がかり", "解答と解説"), ("Hint", "Answer"));
    let hints: String = question
        .hints
        .iter()
        .enumerate()
        .map(|(i, text)| fold(&format!("{hint} {}", i + 1), &format!("<p>{}</p>\n", escape(text.pick(lang)))))
        .collect();
    let line = |(name, text): &(&str, String)| format!("<dt>{name}</dt>\n<dd>{}</dd>\n", escape(text));
    let solution: String = question.solution(lang, None).iter().map(line).collect();
    let solution = format!("<dl>\n{solution}</dl>\n");
    let formula = question.formula.as_ref().map(|formula| markdown::to_html(&format!("$${formula}$$")));
    format!(
        "<section class=\"question\" id=\"{id}\" aria-labelledby=\"{id}-prompt\">\n<h3 id=\"{id}-prompt\">{}</h3>\n\
         {}{}{hints}{}</section>\n",
        escape(question.prompt.pick(lang)),
        formula.unwrap_or_default(),
        form(question, lang),
        fold(answer, &solution),
    )
}

/// What can be answered on the page; nothing for the other kinds.
fn form(question: &Question, lang: Lang) -> String {
    let field = |label: &str| {
        format!("<label>{label} <input name=\"answer\" size=\"8\" autocomplete=\"off\"></label>\n")
    };
    let mut tolerance = String::new();
    let (fields, wanted) = match &question.answer {
        Answer::Choice(choice) => (options(&question.id, choice, lang), choice.correct.clone()),
        Answer::Size(size) => {
            (field(lang.pick("縦×横", "height × width")), format!("{}×{}", size.wanted[0], size.wanted[1]))
        }
        Answer::Number(number) => {
            tolerance = format!(" data-tolerance=\"{}\"", number.tolerance);
            (field(lang.pick("答え", "Answer")), number.wanted.to_string())
        }
        Answer::Figure(figure) => {
            let is_left = figure.wanted.drawn(false) == Side::Left;
            (figure.svg(lang) + &sides(&question.id, lang), if is_left { "left" } else { "right" }.to_owned())
        }
        Answer::Expression(_) | Answer::Rubric(_) | Answer::Parts(_) => return String::new(),
    };
    let says = question.slips.iter().map(|slip| (slip.answer.clone(), Value::from(slip.say.pick(lang))));
    let slips = Value::Object(says.collect()).to_string();
    format!(
        "<form data-wanted=\"{}\"{tolerance} data-slips=\"{}\" data-explanation=\"{}\">\n{fields}\
         <button type=\"submit\" hidden>{}</button>\n<output role=\"status\"></output>\n</form>\n",
        escape(&wanted),
        escape(&slips),
        escape(question.explanation.pick(lang)),
        lang.pick("答え合わせ", "Check"),
    )
}

fn options(id: &str, choice: &Choice, lang: Lang) -> String {
    let options = choice.options.iter().map(|option| {
        let text = option.text.pick(lang);
        radio(&option.label, &format!("({}) {text}", option.label))
    });
    fieldset(id, &options.collect::<String>())
}

fn sides(id: &str, lang: Lang) -> String {
    fieldset(id, &(radio("left", lang.pick("左", "left")) + &radio("right", lang.pick("右", "right"))))
}

fn radio(value: &str, text: &str) -> String {
    let (value, text) = (escape(value), escape(text));
    format!("<label><input type=\"radio\" name=\"answer\" value=\"{value}\"> {text}</label>\n")
}

fn fieldset(id: &str, fields: &str) -> String {
    format!("<fieldset aria-labelledby=\"{}-prompt\">\n{fields}</fieldset>\n", escape(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_on_the_page_with_its_answer_and_hints() {
        let page = page(Lang::Ja).unwrap();
        for question in questions().unwrap() {
            assert!(page.contains(&format!("id=\"{}\"", question.id)), "{}", question.id);
            assert!(page.contains(&escape(question.explanation.pick(Lang::Ja))), "{}", question.id);
        }
        assert!(page.contains("data-wanted=\"7×7\"") && page.contains("data-wanted=\"a\""));
    }

    #[test]
    fn the_page_reads_nothing_from_elsewhere() {
        let page = page(Lang::En).unwrap();
        for outside in ["src=", "<link", "url(", "href=\"http"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
