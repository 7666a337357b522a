//! 問題のファイル（`data/quiz/*.json`）の形。知らない項目は読まずに誤りとする。

use super::outcome::{Further, Note};
use crate::Lang;
use crate::errata::{self, Erratum};
use serde::Deserialize;
use std::collections::BTreeMap;

/// 日本語と英語の一組の文。
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Text {
    /// この言語での文。
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.ja, &self.en)
    }
}

/// 一つのファイル。
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Where an editor finds `schema.json`.
    #[serde(rename = "$schema")]
    pub(super) _schema: Option<String>,
    /// The version of this form, [`super::bank::FORMAT`].
    pub(super) format: u32,
    /// Said once for the questions that follow.
    pub(super) questions: Vec<Question>,
}

/// 一つの問題。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// 名前（`ct1_chain_rule`）。ほかと区別できるなら、はじめの数文字でもよい
    pub id: String,
    /// 講座の節（1 から 5）
    pub section: u8,
    /// 配点
    pub points: f64,
    /// 問い（選択肢は `answer` にある）
    pub prompt: Text,
    /// 問いの式（LaTeX）
    #[serde(default)]
    pub formula: Option<String>,
    /// 問いのもとになった、講座の文
    #[serde(default)]
    pub quote: Option<String>,
    /// 講座の解答を、そのまま（講座に解答のない問題では、講座の言葉での解答）
    pub course: String,
    /// 三段の手がかり
    pub hints: [Text; 3],
    /// 解説
    pub explanation: Text,
    /// 講座の文が正確でないときの、正確な文
    #[serde(default)]
    pub precise: Option<Text>,
    /// その根拠: 計算や、測った値
    #[serde(default)]
    pub evidence: Option<Text>,
    /// 続けて解くとよいドリルの名前
    #[serde(default)]
    pub drill: Option<String>,
    /// 確かめられる図の名前: [`lab`](crate::lab) の関数
    #[serde(default)]
    pub lab: Option<String>,
    /// よくある誤答と、それへの言葉
    #[serde(default)]
    pub slips: Vec<Slipped>,
    /// 答えの形と、正しい答え
    pub answer: Answer,
}

impl Question {
    /// 講座の文と、正確な文、その根拠、見るもの。講座の文のままでよければ、ない。
    pub fn note(&'static self) -> Option<Note> {
        let precise = self.precise.clone()?;
        let course = self.quote.as_deref().unwrap_or(&self.course);
        let see = errata::of_question(&self.id).flat_map(Erratum::shown_by).collect();
        Some(Note { course, precise, evidence: self.evidence.clone(), see })
    }

    /// 続けてすること。ドリルも図もなければ、ない。
    pub fn further(&'static self) -> Option<Further> {
        let further = Further { drill: self.drill.as_deref(), lab: self.lab.as_deref() };
        (further.drill.is_some() || further.lab.is_some()).then_some(further)
    }

    /// Every regular expression.
    pub(super) fn patterns(&self) -> Vec<&str> {
        match &self.answer {
            Answer::Choice(choice) => {
                choice.options.iter().flat_map(|option| &option.words).map(String::as_str).collect()
            }
            Answer::Figure(f) => vec![&f.wanted.name, &f.wanted.shape, &f.other.name, &f.other.shape],
            Answer::Parts(parts) => parts.parts.iter().map(|part| part.heading.as_str()).collect(),
            Answer::Rubric(rubric) => {
                let said = rubric.concepts.iter().flat_map(|concept| &concept.said);
                let said = said.flat_map(|s| [Some(&s.about), s.with.as_ref(), s.unless.as_ref()]).flatten();
                let contrasts = [&rubric.subject, &rubric.premise].into_iter().flatten();
                said.chain(contrasts.flat_map(|c| [&c.is, &c.others])).map(String::as_str).collect()
            }
            Answer::Expression(_) | Answer::Number(_) | Answer::Size(_) => vec![],
        }
    }
}

/// よくある誤答。同じ種類の問題として採点して、この答えと等しいときに言葉を返す。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Slipped {
    /// 誤答の一つ
    pub answer: String,
    /// 返す言葉
    pub say: Text,
}

/// 答えの形と、正しい答え。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// 式。`wanted` と恒等的に等しければ正解
    Expression(Expression),
    /// 選択肢から一つ
    Choice(Choice),
    /// 一つの数
    Number(Number),
    /// 画像の縦と横
    Size(Size),
    /// 図の左右
    Figure(Figure),
    /// 自由な文
    Rubric(Rubric),
    /// いくつかの問いの組
    Parts(Parts),
}

/// 式の問い。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Expression {
    /// 変数（標本をとるもの）
    pub variables: Vec<String>,
    /// ほかの文字の定義: `t` は `x+y`
    pub definitions: BTreeMap<String, String>,
    /// 問われている微分: `dz/dx`
    pub asked: String,
    /// 正しい式
    pub wanted: String,
}

/// 選択の問い。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// 正しい選択肢の名前
    pub correct: String,
    /// 選択肢
    pub options: Vec<ChoiceOption>,
}

/// 一つの選択肢。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// 名前: `2` や `a`
    pub label: String,
    /// 文
    pub text: Text,
    /// 数なら、その値
    #[serde(default)]
    pub value: Option<f64>,
    /// 言い換えを見分けるための言葉（正規表現、すべてが要る）
    #[serde(default)]
    pub words: Vec<String>,
}

/// 数の問い。分数、百分率、計算の途中も書ける。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// 正しい数
    pub wanted: f64,
    /// この差までは等しいとする（既定は 1e-9）
    #[serde(default = "exact")]
    pub tolerance: f64,
}

fn exact() -> f64 {
    1e-9
}

/// 大きさの問い。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// 縦と横
    pub wanted: [u32; 2],
    /// 出力がないことを見抜く問いなら、この設定がそうか
    #[serde(default)]
    pub impossible: Option<bool>,
}

/// 図の左右の問い。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// 問われている名前のもの（この図を選べば正解）
    pub wanted: Pictured,
    /// もう一方
    pub other: Pictured,
}

/// 図の一方。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pictured {
    /// 名前を表す正規表現: `l1|ラッソ`
    pub name: String,
    /// 形を表す正規表現: `菱形|diamond`
    pub shape: String,
    /// 講座の図での側: `左` か `右`
    pub side: Side,
}

impl Pictured {
    /// どちらの側に描かれているか。`mirrored`: 左右を入れ替えて描いた。
    pub fn drawn(&self, mirrored: bool) -> Side {
        match (self.side, mirrored) {
            (Side::Left, false) | (Side::Right, true) => Side::Left,
            (Side::Right, false) | (Side::Left, true) => Side::Right,
        }
    }
}

/// 図の側。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 左
    Left,
    /// 右
    Right,
}

/// 自由な文の採点の基準。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// 文から読み取る考え
    pub concepts: Vec<Concept>,
    /// これらの組のどれかがそろえば正解
    #[serde(default)]
    pub full: Vec<Vec<String>>,
    /// 異なる考えがこの数そろえば正解（`full` のかわり）
    #[serde(default)]
    pub need: Option<usize>,
    /// 正しい考えと一緒に、誤った主張があったとき
    pub contradicted: Contradicted,
    /// 何について問うているか。ほかのものについて言ったことは数えない: `SGDは…だが、モメンタムは…`
    #[serde(default)]
    pub subject: Option<Contrast>,
    /// どの場合を問うているか。逆の場合について言ったことは数えない: `0にしないと…`
    #[serde(default)]
    pub premise: Option<Contrast>,
}

/// 問うているものと、そうでないもの（正規表現）。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// 問うているものの名前
    pub is: String,
    /// ほかのものの名前
    pub others: String,
}

/// 誤った主張のあつかい。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Contradicted {
    /// 不正解
    Reject,
    /// 正しい考えがあれば部分正解
    Partial,
}

/// 一つの考え。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// 名前: `SAME`
    pub id: String,
    /// 学習者に見せる名前
    pub name: Text,
    /// 正しい考えではなく、誤った主張である
    #[serde(default)]
    pub wrong: bool,
    /// この考えの言い方
    pub said: Vec<Saying>,
}

/// 一つの言い方: 何について（`about`）、どの向き（`axis` の `is`）か。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Saying {
    /// 何について（正規表現）
    pub about: String,
    /// 何を言っているか。なければ、`about` があるだけで言ったことになる
    #[serde(default)]
    pub axis: Option<super::meaning::Axis>,
    /// 向き
    #[serde(default)]
    pub is: Direction,
    /// 同じ文に要る言葉（正規表現）
    #[serde(default)]
    pub with: Option<String>,
    /// 同じ文にあってはならない言葉（正規表現）
    #[serde(default)]
    pub unless: Option<String>,
    /// 逆の向きに言っても、否定したことにはならない
    #[serde(default)]
    pub only: bool,
}

/// 言い方の向き。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Direction {
    /// そうである、増える、できる
    #[default]
    #[serde(rename = "+")]
    Plus,
    /// そうでない、減る、できない
    #[serde(rename = "-")]
    Minus,
}

/// いくつかの問いの組。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// それぞれの問い
    pub parts: Vec<Part>,
}

/// 組のなかの一つ。
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// 問いの名前
    pub id: String,
    /// 答えのなかの見出し（正規表現）
    pub heading: String,
}

#[cfg(test)]
mod tests {
    /// Writers of question files get this schema from their editor; it is made of the types above.
    #[test]
    fn the_schema_beside_the_questions_is_that_of_the_types() {
        let made = format!("{:#}\n", schemars::schema_for!(super::File).to_value());
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/quiz/schema.json");
        if std::env::var_os("KAKUNIN_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(found == made, "outdated; run `KAKUNIN_WRITE_SCHEMA=1 cargo test -p kakunin --lib schema`");
    }
}
