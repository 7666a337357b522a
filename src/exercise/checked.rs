//! 練習を調べた結果。

use crate::lang::Lang;
use crate::notebook::{Output, number};
use crate::plot::escape;
use crate::quiz::{Text, Verdict};

/// 練習を調べた結果。セルの最後に書けば、判定と、数の比べた表になる。
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// 練習の名前
    pub exercise: &'static str,
    /// 判定
    pub verdict: Verdict,
    /// どの書き方と一致したか
    pub matches: Option<Text>,
    /// はじめて違った数
    pub first_difference: Option<Difference>,
    /// どこを直すか
    pub feedback: Option<Text>,
    /// What was compared: a place, what was wanted, what was found.
    pub(super) table: Vec<Difference>,
}

/// 比べた一つの数。
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// どこの数か
    pub place: Text,
    /// 求められる数
    pub wanted: f64,
    /// 渡されたコードの数
    pub found: f64,
}

pub(super) fn text(ja: impl Into<String>, en: impl Into<String>) -> Text {
    Text { ja: ja.into(), en: en.into() }
}

impl Difference {
    pub(super) fn new(place: Text, wanted: f64, found: f64) -> Difference {
        Difference { place, wanted, found }
    }

    /// Alike to nine figures.
    pub(super) fn is_alike(&self) -> bool {
        alike(self.wanted, self.found, 1e-9)
    }
}

/// Whether two numbers agree but for this share of their size.
pub(super) fn alike(wanted: f64, found: f64, share: f64) -> bool {
    (wanted - found).abs() <= share * wanted.abs().max(found.abs()) + 1e-15
}

impl Checked {
    pub(super) fn accept(exercise: &'static str, matches: Text) -> Checked {
        let (verdict, matches) = (Verdict::Accept, Some(matches));
        Checked { exercise, verdict, matches, first_difference: None, feedback: None, table: vec![] }
    }

    pub(super) fn reject(exercise: &'static str, say: Text) -> Checked {
        let (verdict, feedback) = (Verdict::Reject, Some(say));
        Checked { exercise, verdict, matches: None, first_difference: None, feedback, table: vec![] }
    }

    pub(super) fn partial(exercise: &'static str, say: Text) -> Checked {
        Checked { verdict: Verdict::Partial, ..Checked::reject(exercise, say) }
    }

    pub(super) fn saying(self, say: Text) -> Checked {
        Checked { feedback: Some(say), ..self }
    }

    /// The numbers that were compared; the first that differs is picked out.
    pub(super) fn comparing(self, table: Vec<Difference>) -> Checked {
        let first_difference = match self.verdict {
            Verdict::Accept => None,
            _ => table.iter().find(|d| !d.is_alike()).cloned(),
        };
        Checked { first_difference, table, ..self }
    }

    /// 得点の割合（0 から 1）: 正解 1、部分正解 0.5、そのほか 0。
    pub fn score(&self) -> f64 {
        match self.verdict {
            Verdict::Accept => 1.0,
            Verdict::Partial => 0.5,
            Verdict::Reject | Verdict::Invalid => 0.0,
        }
    }

    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }

    fn lines(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let say = |text: &Text| text.pick(lang).to_owned();
        let mut lines = vec![(lang.pick("判定", "Verdict"), self.verdict.name(lang).to_owned())];
        lines.extend(self.matches.iter().map(|m| (lang.pick("一致したもの", "Agrees with"), say(m))));
        lines.extend(self.feedback.iter().map(|f| (lang.pick("ひとこと", "Feedback"), say(f))));
        lines.extend(self.first_difference.iter().map(|d| {
            let (place, wanted, found) = (say(&d.place), long(d.wanted), long(d.found));
            let text = lang.pick(
                format!("{place}: 求められるのは {wanted}、渡されたのは {found}"),
                format!("{place}: wanted {wanted}, found {found}"),
            );
            (lang.pick("はじめて違った数", "First difference"), text)
        }));
        lines
    }
}

/// Enough figures to see a difference.
fn long(v: f64) -> String {
    match number(v) {
        short if short.parse() == Ok(v) => short,
        _ => format!("{v:.10e}").parse::<f64>().map_or_else(|_| v.to_string(), |v| v.to_string()),
    }
}

impl From<&Checked> for Output {
    fn from(checked: &Checked) -> Output {
        const ROWS: usize = 12;
        let lang = Lang::current();
        let lines = checked.lines(lang);
        let plain: Vec<String> = lines.iter().map(|(name, text)| format!("{name}: {text}")).collect();
        let listed: String = lines
            .iter()
            .map(|(name, text)| format!("<dt><strong>{name}</strong></dt><dd>{}</dd>\n", escape(text)))
            .collect();
        let row = |d: &Difference| {
            let mark = if checked.verdict == Verdict::Accept || d.is_alike() { "" } else { " ←" };
            format!(
                "<tr><th scope=\"row\" style=\"text-align:left\">{}</th><td>{}</td><td>{}{mark}</td></tr>\n",
                escape(d.place.pick(lang)),
                long(d.wanted),
                long(d.found)
            )
        };
        let head = lang.pick(["どこ", "求められる数", "渡された数"], ["Place", "Wanted", "Found"]);
        let head: String = head.iter().map(|h| format!("<th scope=\"col\">{h}</th>")).collect();
        let rows: String = checked.table.iter().take(ROWS).map(row).collect();
        let table = match rows.is_empty() {
            true => String::new(),
            false => {
                let summary = lang.pick("比べた数", "Compared");
                format!(
                    "<details><summary>{summary}</summary>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</details>\n"
                )
            }
        };
        let lang = lang.pick("ja", "en");
        Output::new().plain(plain.join("\n")).html(format!(
            "<figure lang=\"{lang}\" style=\"margin:0\">\n<dl>\n{listed}</dl>\n{table}</figure>"
        ))
    }
}
