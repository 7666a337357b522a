//! 問題のページ。選択と大きさの問題は、ページの中で答え合わせができる。JavaScript がなければ、読んで答えを開く。

use kakunin::plot::escape;
use kakunin::quiz::{Answer, Choice, Question, questions};
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
        ("問題", "選ぶ問題と大きさの問題は、このページで答え合わせができる。文で答える問題は、書いてから解答を開いて比べる（ノートブックと kakunin quiz では採点もする）。"),
        ("Questions", "Choices and sizes are checked on this page. Write the others down, then open the answer (notebooks and kakunin quiz grade them)."),
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

fn question(question: &Question, lang: Lang) -> String {
    let id = escape(&question.id);
    let fold =
        |summary: &str, html: &str| format!("<details>\n<summary>{summary}</summary>\n{html}</details>\n");
    let (hint, answer, course, precise) = lang.pick(
        ("手がかり", "解答と解説", "講座の解答", "正確には"),
        ("Hint", "Answer", "The course's answer", "Precisely"),
    );
    let hints: String = question
        .hints
        .iter()
        .enumerate()
        .map(|(i, text)| fold(&format!("{hint} {}", i + 1), &format!("<p>{}</p>\n", escape(text.pick(lang)))))
        .collect();
    let precise =
        question.precise.as_ref().map(|text| format!("<p>{precise}: {}</p>\n", escape(text.pick(lang))));
    let solution = format!(
        "<p>{course}: <strong>{}</strong></p>\n<p>{}</p>\n{}",
        escape(&question.course),
        escape(question.explanation.pick(lang)),
        precise.unwrap_or_default()
    );
    format!(
        "<section class=\"question\" id=\"{id}\" aria-labelledby=\"{id}-prompt\">\n<h3 id=\"{id}-prompt\">{}</h3>\n\
         {}{hints}{}</section>\n",
        escape(question.prompt.pick(lang)),
        form(question, lang),
        fold(answer, &solution),
    )
}

/// What can be answered on the page; nothing for the other kinds.
fn form(question: &Question, lang: Lang) -> String {
    let (fields, wanted) = match &question.answer {
        Answer::Choice(choice) => (options(&question.id, choice, lang), choice.correct.clone()),
        Answer::Size(size) => {
            let label = lang.pick("縦×横", "height × width");
            let field = format!(
                "<label>{label} <input name=\"answer\" inputmode=\"text\" size=\"8\" autocomplete=\"off\"></label>\n"
            );
            (field, format!("{}×{}", size.wanted[0], size.wanted[1]))
        }
        _ => return String::new(),
    };
    let says = question.slips.iter().map(|slip| (slip.answer.clone(), Value::from(slip.say.pick(lang))));
    let slips = Value::Object(says.collect()).to_string();
    let explanation = question.explanation.pick(lang);
    format!(
        "<form data-wanted=\"{}\" data-slips=\"{}\" data-explanation=\"{}\">\n{fields}\
         <button type=\"submit\" hidden>{}</button>\n<output role=\"status\"></output>\n</form>\n",
        escape(&wanted),
        escape(&slips),
        escape(explanation),
        lang.pick("答え合わせ", "Check"),
    )
}

fn options(id: &str, choice: &Choice, lang: Lang) -> String {
    let option = |option: &kakunin::quiz::ChoiceOption| {
        let label = escape(&option.label);
        format!(
            "<label><input type=\"radio\" name=\"answer\" value=\"{label}\"> ({label}) {}</label>\n",
            escape(option.text.pick(lang))
        )
    };
    let options: String = choice.options.iter().map(option).collect();
    format!("<fieldset aria-labelledby=\"{}-prompt\">\n{options}</fieldset>\n", escape(id))
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
        for outside in ["src=", "<link", "url(", "http"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
