//! 採点の結果。

use super::question::Text;
use crate::Lang;
use crate::notebook::is_shown_in_a_notebook;
use serde::{Deserialize, Serialize};

/// 判定。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 正解
    Accept,
    /// 部分正解
    Partial,
    /// 不正解
    Reject,
    /// 読み取れない（回数に数えない）
    Invalid,
}

impl Verdict {
    /// 学習者に見せる言葉。
    ///
    /// ```
    /// use kakunin::{Lang, quiz::Verdict};
    /// assert_eq!(Verdict::Partial.name(Lang::Ja), "部分正解");
    /// ```
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Verdict::Accept => lang.pick("正解", "Correct"),
            Verdict::Partial => lang.pick("部分正解", "Partly correct"),
            Verdict::Reject => lang.pick("不正解", "Incorrect"),
            Verdict::Invalid => lang.pick("読み取れません", "Could not be read"),
        }
    }
}

/// 一つの答えの採点の結果。
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// 問題の名前
    pub question: &'static str,
    /// 判定
    pub verdict: Verdict,
    /// 得点の割合（0 から 1）
    pub score: f64,
    /// 読み取った考え
    pub recognised: Vec<Text>,
    /// 何が足りないか、どこが違うか
    pub feedback: Option<Text>,
    /// 講座の文と、より正確な文
    pub note: Option<Note>,
    /// 解説（正解のとき）
    pub explanation: Option<Text>,
    /// 続けてすること（読み取れた答えに）
    pub further: Option<Further>,
    /// 答えとは関わりのない知らせ（記録できなかった、など）
    pub remark: Option<Text>,
}

/// 講座の文が正確でないときに添えるもの。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// 講座の文
    pub course: &'static str,
    /// 正確な文
    pub precise: Text,
    /// その根拠
    pub evidence: Option<Text>,
    /// ノートブックで見るもの（正誤表から）
    pub see: Vec<String>,
}

impl Note {
    /// 見出しと文の組: 講座の文、正確には、根拠、見るもの。
    pub fn lines(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            (lang.pick("講座の文", "The course"), self.course.to_owned()),
            (lang.pick("正確には", "To be precise"), self.precise.pick(lang).to_owned()),
        ];
        let evidence = self.evidence.iter();
        lines.extend(evidence.map(|e| (lang.pick("根拠", "Evidence"), e.pick(lang).to_owned())));
        if !self.see.is_empty() {
            lines.push((lang.pick("見る", "See"), self.see.join(lang.pick("、", ", "))));
        }
        lines
    }
}

/// 続けてすること。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Further {
    /// ドリルの名前（[`drill`](super::drill())）
    pub drill: Option<&'static str>,
    /// 確かめられる図の名前（[`lab`](crate::lab) の関数）
    pub lab: Option<&'static str>,
}

impl Further {
    /// 見出しと文: ノートブックではそこで書くもの、端末では端末で打つもの。
    pub fn line(self, lang: Lang) -> (&'static str, String) {
        let here = is_shown_in_a_notebook();
        let drill = self.drill.map(|name| {
            if here { format!("drill(\"{name}\", 1)?") } else { format!("kakunin drill {name}") }
        });
        let lab = self.lab.map(|name| match here {
            true => format!("lab::{name}"),
            false => lang.pick(format!("ノートブックの lab::{name}"), format!("lab::{name} in a notebook")),
        });
        let both: Vec<String> = drill.into_iter().chain(lab).collect();
        (lang.pick("続けて", "Go on with"), both.join(lang.pick("、", ", ")))
    }
}

/// What a marker makes of an answer, before it is known to which question it belongs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    pub(super) verdict: Verdict,
    pub(super) score: f64,
    pub(super) recognised: Vec<Text>,
    pub(super) feedback: Option<Text>,
}

impl Mark {
    pub(super) fn accept() -> Mark {
        Mark { verdict: Verdict::Accept, score: 1.0, recognised: vec![], feedback: None }
    }

    pub(super) fn accept_but(say: Text) -> Mark {
        Mark { feedback: Some(say), ..Mark::accept() }
    }

    pub(super) fn reject(say: Text) -> Mark {
        Mark { verdict: Verdict::Reject, score: 0.0, recognised: vec![], feedback: Some(say) }
    }

    /// Two different answers side by side.
    pub(super) fn undecided() -> Mark {
        Mark::reject(text("違う答えが二つあります。一つに決めてください。", "Two different answers; decide."))
    }

    /// It is only said what the answer is not.
    pub(super) fn only_denied() -> Mark {
        Mark::reject(text("何が答えかを書いてください。", "Say what the answer is."))
    }

    pub(super) fn invalid(say: Text) -> Mark {
        Mark { verdict: Verdict::Invalid, ..Mark::reject(say) }
    }
}

/// The two languages of one sentence.
pub(super) fn text(ja: impl Into<String>, en: impl Into<String>) -> Text {
    Text { ja: ja.into(), en: en.into() }
}
