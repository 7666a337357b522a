//! 付属の問題。

use super::question::{File, Question};
use crate::near::near_miss;
use crate::{Error, ErrorKind};
use serde_json::Value;
use std::sync::LazyLock;

/// The version of the form of question files.
pub(super) const FORMAT: u32 = 1;

const FILES: [(&str, &str); 6] = [
    ("confirmation.json", include_str!("../../data/quiz/confirmation.json")),
    ("section1.json", include_str!("../../data/quiz/section1.json")),
    ("section2.json", include_str!("../../data/quiz/section2.json")),
    ("section3.json", include_str!("../../data/quiz/section3.json")),
    ("section4.json", include_str!("../../data/quiz/section4.json")),
    ("section5.json", include_str!("../../data/quiz/section5.json")),
];

/// すべての問題。付属のファイルの順。
///
/// # Errors
/// 付属のファイルが読めないとき（[`ErrorKind::Data`]。ファイル、問題、項目、行を言う）。
pub fn questions() -> Result<&'static [Question], Error> {
    static QUESTIONS: LazyLock<Result<Vec<Question>, Error>> = LazyLock::new(|| {
        let files = FILES.iter().map(|(name, text)| load(name, text)).collect::<Result<Vec<_>, _>>()?;
        Ok(files.into_iter().flatten().collect())
    });
    match &*QUESTIONS {
        Ok(questions) => Ok(questions),
        Err(e) => Err(e.clone()),
    }
}

pub(super) fn load(name: &str, text: &str) -> Result<Vec<Question>, Error> {
    let broken = |why: &dyn std::fmt::Display| {
        Error::new(
            ErrorKind::Data,
            format!("問題のファイル {name} が読めません（{why}）。"),
            format!("The question file {name} can't be read ({why})."),
        )
    };
    let file: File = serde_json::from_str(text).map_err(|e| match wrong_field(text) {
        Some(place) => broken(&format!("{place}: {e}")),
        None => broken(&e),
    })?;
    if file.format != FORMAT {
        return Err(broken(&format!("format {}, {FORMAT}", file.format)));
    }
    Ok(file.questions)
}

/// The question and its field that can't be read: `ct1_chain_rule, hints[1].en`. Nothing if that isn't where it fails.
fn wrong_field(text: &str) -> Option<String> {
    let file: Value = serde_json::from_str(text).ok()?;
    let mut questions = file["questions"].as_array()?.iter().enumerate();
    let place = |(at, question): (usize, &Value)| {
        let e = serde_path_to_error::deserialize::<_, Question>(question).err()?;
        let id = question["id"].as_str().map_or_else(|| format!("questions[{at}]"), str::to_owned);
        Some(format!("{id}, {}", e.path()))
    };
    questions.find_map(place)
}

/// この名前の問題。ほかと区別できるなら、はじめの数文字でよい（`ct1`）。
///
/// # Errors
/// その名前の問題がないとき（[`ErrorKind::Unknown`]。近い名前を言う）。
pub fn question(id: &str) -> Result<&'static Question, Error> {
    let questions = questions()?;
    let id = id.trim();
    if let Some(question) = questions.iter().find(|question| question.id == id) {
        return Ok(question);
    }
    let mut begin_so = questions.iter().filter(|question| !id.is_empty() && question.id.starts_with(id));
    match (begin_so.next(), begin_so.next()) {
        (Some(only), None) => Ok(only),
        (Some(one), Some(another)) => Err(Error::new(
            ErrorKind::Unknown,
            format!("「{id}」で始まる問題は一つではありません（{}、{} など）。", one.id, another.id),
            format!("More than one question begins with \"{id}\" ({}, {}, …).", one.id, another.id),
        )),
        _ => {
            let near = near_miss(id, questions.iter().map(|question| question.id.clone()));
            let all: Vec<_> = questions.iter().map(|question| question.id.as_str()).collect();
            let (ja, en) = near.map_or_else(
                || (format!("問題は {} です。", all.join("、")), format!("There are {}.", all.join(", "))),
                |near| (format!("{near} のことですか。"), format!("Did you mean {near}?")),
            );
            Err(Error::new(
                ErrorKind::Unknown,
                format!("「{id}」という問題はありません。{ja}"),
                format!("There is no question \"{id}\". {en}"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message about the file of this section with one thing changed.
    fn message(from: &str, to: &str) -> String {
        let (name, text) = FILES[3];
        assert!(text.contains(from), "{from}");
        load(name, &text.replacen(from, to, 1)).unwrap_err().message(crate::Lang::En).to_owned()
    }

    #[test]
    fn a_wrong_field_is_told_with_its_file_question_and_line() {
        let unknown = message("\"points\"", "\"pionts\"");
        for part in ["section3.json", "s3_l1_norm, pionts", "unknown field", "line"] {
            assert!(unknown.contains(part), "{part}: {unknown}");
        }
        let of_another_type = message("\"section\": 3", "\"section\": \"three\"");
        assert!(of_another_type.contains("s3_l1_norm, section: invalid type"), "{of_another_type}");
        let missing = message("\"en\"", "\"de\"");
        assert!(missing.contains("s3_l1_norm, prompt.de"), "{missing}");
        assert!(message("\"format\": 1", "\"format\": 2").contains("format 2"));
        assert!(message("{", "[").contains("section3.json"));
    }
}
