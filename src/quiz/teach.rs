//! ノートブックで呼ぶもの: 問いを見る、手がかり、解答、申し出。

use super::progress::{Did, Progress, Standing};
use super::question::{Answer, Question, Side, Text};
use super::{figure, mark, question};
use crate::notebook::Output;
use crate::plot::escape;
use crate::{Error, ErrorKind, Lang};

/// 問いを見せる。式、選択肢、図があれば、それも。
///
/// ```no_run
/// use kakunin::prelude::*;
/// ask("ct7")?.show();
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// その名前の問題がないとき。
pub fn ask(id: &str) -> Result<Output, Error> {
    ask_drawn(id, None)
}

/// 図の左右を `seed` で入れ替えて、問いを見せる。採点は [`check_drawn`](super::check_drawn) に同じ `seed` で。
/// [`reveal`] の解答は、入れ替えない図のもの。
///
/// # Errors
/// その名前の問題がないとき。
pub fn ask_drawn(id: &str, seed: Option<u64>) -> Result<Output, Error> {
    Ok(asked(question(id)?, seed, Lang::current()).output())
}

fn asked(question: &Question, seed: Option<u64>, lang: Lang) -> Sheet {
    let mut sheet = Sheet::new(lang, &question.id);
    sheet.paragraph(question.prompt.pick(lang));
    if let Some(formula) = &question.formula {
        // MathJax sets it; the prompt says it in plain characters.
        sheet.html += &format!("<p>$${}$$</p>\n", escape(formula));
    }
    match &question.answer {
        Answer::Choice(choice) => {
            for option in &choice.options {
                sheet.paragraph(&format!("({}) {}", option.label, option.text.pick(lang)));
            }
        }
        Answer::Figure(pictured) => {
            let mirrored = mark::mirrored(seed);
            sheet.html += &figure::svg(pictured, mirrored, lang);
            sheet.plain += &format!("{}\n", figure::alt(pictured, mirrored, lang));
        }
        _ => {}
    }
    sheet
}

/// 次の手がかりを見せる（三段。三つめのあとは、三つとも）。見たことは記録する。
///
/// # Errors
/// その名前の問題がないとき。
pub fn hint(id: &str) -> Result<Output, Error> {
    Ok(hint_in(Progress::of_user(), question(id)?))
}

fn hint_in(progress: &Progress, question: &Question) -> Output {
    let lang = Lang::current();
    let shown = progress.standing(&question.id).hints;
    let remark = progress.record(&question.id, Did::Hint);
    let mut sheet = Sheet::new(lang, &question.id);
    let all = question.hints.len();
    for (at, hint) in question.hints.iter().enumerate().take(shown + 1) {
        let number = lang.pick(format!("手がかり {}/{all}", at + 1), format!("Hint {}/{all}", at + 1));
        sheet.line(&number, hint.pick(lang));
    }
    sheet.remark(remark);
    sheet.output()
}

/// 解答と解説を見せる。見たことは記録する。
///
/// # Errors
/// その名前の問題がないとき。
pub fn reveal(id: &str) -> Result<Output, Error> {
    let question = question(id)?;
    Ok(reveal_in(Progress::of_user(), question))
}

fn reveal_in(progress: &Progress, question: &'static Question) -> Output {
    let lang = Lang::current();
    let remark = progress.record(&question.id, Did::Reveal);
    let mut sheet = Sheet::new(lang, &question.id);
    for (name, text) in question.solution(lang, None) {
        sheet.line(name, &text);
    }
    sheet.remark(remark);
    sheet.output()
}

impl Question {
    /// The question alone.
    pub(crate) fn asked(&self) -> Output {
        asked(self, None, Lang::current()).output()
    }

    /// 問いを文字で: 選択肢、図の説明も。`seed` で図の左右が入れ替わる。
    pub fn text(&self, lang: Lang, seed: Option<u64>) -> String {
        asked(self, seed, lang).plain
    }

    /// 解答と解説、続けてすること: 見出しと文の組。`seed` で図の左右が入れ替わる。
    pub fn solution(&'static self, lang: Lang, seed: Option<u64>) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            (lang.pick("解答", "Answer"), self.right(lang, seed)),
            (lang.pick("解説", "Explanation"), self.explanation.pick(lang).to_owned()),
        ];
        lines.extend(self.note().iter().flat_map(|note| note.lines(lang)));
        lines.extend(self.further().map(|further| further.line(lang)));
        lines
    }
}

impl Question {
    /// The course's answer; with a figure whose sides have changed, the side where it stands now.
    fn right(&self, lang: Lang, seed: Option<u64>) -> String {
        match &self.answer {
            Answer::Figure(figure) if mark::mirrored(seed) => {
                let side = match figure.wanted.drawn(true) {
                    Side::Left => lang.pick("左", "left"),
                    Side::Right => lang.pick("右", "right"),
                };
                let course = self.course.replace('\n', lang.pick("、", ", "));
                lang.pick(
                    format!("{side}（講座の図とは左右が逆。講座の解答は「{course}」）"),
                    format!("{side} (the sides are changed; the course's answer is \"{course}\")"),
                )
            }
            _ => self.course.clone(),
        }
    }
}

/// 直前の答えの判定がおかしいと申し出る。答えと判定を記録し、`kakunin appeals` で書き出せる。
///
/// # Errors
/// その名前の問題がないとき、まだ答えていないとき。
pub fn appeal(id: &str) -> Result<Output, Error> {
    appeal_in(Progress::of_user(), question(id)?)
}

fn appeal_in(progress: &Progress, question: &Question) -> Result<Output, Error> {
    let lang = Lang::current();
    let id = &question.id;
    let Standing { answer: Some(answer), verdict: Some(verdict), .. } = progress.standing(id) else {
        return Err(Error::new(
            ErrorKind::Setting,
            format!(
                "「{id}」には、まだ答えがありません。check(\"{id}\", \"…\") で答えてから申し出てください。"
            ),
            format!("There is no answer to \"{id}\" yet; answer with check(\"{id}\", \"…\") first."),
        ));
    };
    let did = Did::Appeal { answer: answer.clone(), verdict, why: String::new() };
    let remark = progress.record(&question.id, did);
    let mut sheet = Sheet::new(lang, id);
    sheet.line(lang.pick("申し出", "Appeal"), lang.pick("記録しました。", "Recorded."));
    sheet.line(lang.pick("答え", "Answer"), &answer);
    sheet.line(lang.pick("判定", "Verdict"), verdict.name(lang));
    sheet.remark(remark);
    Ok(sheet.output())
}

/// Text in HTML, line by line.
pub(super) fn html(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("<br>")
}

/// What is shown, as HTML and as text.
struct Sheet {
    lang: Lang,
    html: String,
    plain: String,
}

impl Sheet {
    fn new(lang: Lang, id: &str) -> Sheet {
        Sheet { lang, html: format!("<p><strong>{}</strong></p>\n", escape(id)), plain: format!("[{id}]\n") }
    }

    fn paragraph(&mut self, text: &str) {
        self.html += &format!("<p>{}</p>\n", html(text));
        self.plain += &format!("{text}\n");
    }

    fn line(&mut self, name: &str, text: &str) {
        self.html += &format!("<p><strong>{name}</strong> {}</p>\n", html(text));
        self.plain += &format!("{name}: {text}\n");
    }

    fn remark(&mut self, remark: Option<Text>) {
        if let Some(remark) = remark {
            self.line(self.lang.pick("お知らせ", "Please note"), remark.pick(self.lang));
        }
    }

    fn output(self) -> Output {
        let lang = self.lang.pick("ja", "en");
        Output::new()
            .plain(self.plain.trim_end())
            .html(format!("<section lang=\"{lang}\">\n{}</section>\n", self.html))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(output: &Output) -> String {
        format!("{output:?}")
    }

    #[test]
    fn hints_come_one_by_one_and_stay_in_sight() {
        let (_folder, progress) = Progress::in_a_folder();
        let ct8 = question("ct8").unwrap();
        for step in 1..=4 {
            let text = shown(&hint_in(&progress, ct8));
            for (at, hint) in ct8.hints.iter().enumerate() {
                assert_eq!(text.contains(&hint.ja), at < step, "hint {at} at step {step}");
            }
        }
    }

    #[test]
    fn a_note_waits_for_a_right_answer_or_for_the_solution() {
        let (_folder, progress) = Progress::in_a_folder();
        let note = |answer: &str| progress.check("ct3", answer, None).unwrap().note;
        assert_eq!(note("学習が進まない"), None, "partly correct");
        assert_eq!(note("過学習が起きる"), None, "incorrect");
        let _ = reveal_in(&progress, question("ct3").unwrap());
        assert!(note("過学習が起きる").is_some(), "incorrect, but the solution is known");
        assert_eq!(note("学習が進まない"), None, "partly correct");
        assert!(note("全ての値が同じ値になり、学習が進まない").is_some(), "correct");
    }

    #[test]
    fn the_solution_follows_the_sides_of_the_figure() {
        let ct7 = question("ct7").unwrap();
        for seed in [None, Some(0), Some(1), Some(2), Some(3)] {
            let (_, right) = ct7.solution(Lang::Ja, seed).swap_remove(0);
            assert_eq!(right.starts_with("左（"), mark::mirrored(seed), "{seed:?}: {right}");
            let stands_left = ct7.text(Lang::Ja, seed).contains("左: 原点を中心とする、角のある");
            assert_eq!(stands_left, mark::mirrored(seed), "{seed:?}");
        }
        assert!((0..4).any(|seed| mark::mirrored(Some(seed))) && !mark::mirrored(None));
    }

    #[test]
    fn a_readable_answer_is_followed_by_what_to_go_on_with() {
        let (_folder, progress) = Progress::in_a_folder();
        let further = |id: &str, answer: &str| {
            let further = progress.check(id, answer, None).unwrap().further;
            further.map(|further| (further.drill, further.lab))
        };
        assert_eq!(further("ct7", "左"), Some((Some("norm"), Some("penalty_contours"))));
        assert_eq!(further("ct1", "2(x+y)"), Some((Some("chain-rule"), None)));
        assert_eq!(further("ct1", ""), None);
        assert_eq!(further("s5_year", "2012"), None);
    }

    #[test]
    fn an_appeal_keeps_the_answer_and_its_verdict() {
        let (_folder, progress) = Progress::in_a_folder();
        let ct3 = question("ct3").unwrap();
        assert!(appeal_in(&progress, ct3).is_err());
        progress.check("ct3", "学習が進まない", None).unwrap();
        assert!(appeal_in(&progress, ct3).is_ok());
        let (answer, verdict) = ("学習が進まない".to_owned(), super::super::Verdict::Partial);
        let did = Did::Appeal { answer, verdict, why: String::new() };
        assert_eq!(progress.events().last().map(|event| &event.did), Some(&did));
    }
}
