//! 正誤表: 講座の文とノートブックの、誤りと不正確なところ。それぞれに、確かめたもの（主張かテスト）と、見せるもの（図か主張）がある。
//!
//! ```
//! let half = kakunin::errata::find("sigmoid_half")?;
//! assert_eq!(half.precise.ja, "0.5 は σ(x) の値で、入力は x = 0。");
//! # Ok::<(), kakunin::Error>(())
//! ```

use crate::error::{Error, ErrorKind};
use crate::notebook::Output;
use crate::plot::escape;
use crate::{Lang, near};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// 正誤表の一つ。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// 名前
    pub id: String,
    /// 講座の項目の番号（ノートブックのコードの誤りにはない）
    pub item: Option<u32>,
    /// 文のある場所
    pub place: String,
    /// 講座の文
    pub course: String,
    /// 正確に言うと
    pub precise: Precise,
    /// それを見せる関数（`lab::activations` など）。主張だけで見せるものにはない
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
    /// 確かめたもの
    pub evidence: Vec<Link>,
    /// 関係する確認テストの問い
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// 正確な文。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precise {
    /// 日本語
    pub ja: String,
    /// 英語
    pub en: String,
}

/// 確かめたもの。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// 主張の名前（[`claims`](crate::claims)）
    Claim(String),
    /// テスト（`tests/properties.rs::…`）
    Test(String),
}

/// 正誤表の全体。セルの最後に書けば、表になる。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errata {
    /// ファイルの形の版
    pub version: u32,
    /// 講座の順
    pub errata: Vec<Erratum>,
}

/// 正誤表。
pub fn errata() -> &'static Errata {
    static ALL: LazyLock<Errata> = LazyLock::new(|| {
        // The file is part of the program; that it reads is a test, not a learner's problem.
        let none = |_| Errata { version: 1, errata: vec![] };
        serde_json::from_str(include_str!("../data/errata.json")).unwrap_or_else(none)
    });
    &ALL
}

/// 名前の一つ。
///
/// # Errors
/// 知らない名前のとき。いちばん近い名前を挙げる。
pub fn find(id: &str) -> Result<&'static Erratum, Error> {
    let all = &errata().errata;
    all.iter().find(|e| e.id == id).ok_or_else(|| {
        let near = near::nearest(id, all.iter().map(|e| e.id.clone())).unwrap_or_default();
        Error::new(
            ErrorKind::Unknown,
            format!("「{id}」という正誤はありません。近いのは {near} です（一覧は kakunin errata）。"),
            format!("There is no erratum \"{id}\"; the nearest is {near} (kakunin errata lists all)."),
        )
    })
}

/// 確認テストの問いに関係するもの。
pub fn of_question(id: &str) -> impl Iterator<Item = &'static Erratum> {
    errata().errata.iter().filter(move |e| e.question.as_deref() == Some(id))
}

impl Erratum {
    /// 正確な文。
    pub fn precise(&self, lang: Lang) -> &str {
        lang.pick(&self.precise.ja, &self.precise.en)
    }

    /// ノートブックで見るもの: 図の関数と、主張。
    ///
    /// ```
    /// let zero = kakunin::errata::find("zero_weights")?;
    /// assert_eq!(zero.shown_by(), ["lab::zero_weights", "claims::zero_weights_stop_learning"]);
    /// # Ok::<(), kakunin::Error>(())
    /// ```
    pub fn shown_by(&self) -> Vec<String> {
        let claims = self.evidence.iter().filter_map(|link| match link {
            Link::Claim(id) => Some(format!("claims::{id}")),
            Link::Test(_) => None,
        });
        self.see.iter().cloned().chain(claims).collect()
    }
}

impl Link {
    /// 名前。
    pub fn name(&self) -> &str {
        match self {
            Link::Claim(name) | Link::Test(name) => name,
        }
    }
}

impl Errata {
    /// HTML の表。
    pub fn html(&self, lang: Lang) -> String {
        self.html_with(lang, |name| format!("<code>{}</code>", escape(name)))
    }

    /// HTML の表。見るものの名前（[`Erratum::shown_by`]）は `link` が HTML にする。
    pub fn html_with(&self, lang: Lang, link: impl Fn(&str) -> String) -> String {
        let heads = lang.pick(
            ["場所", "講座", "正確に言うと", "見る", "確かめたもの"],
            ["Place", "The course", "Precisely", "See", "Checked by"],
        );
        let heads: String = heads
            .iter()
            .map(|head| format!("<th scope=\"col\" style=\"text-align:left\">{head}</th>"))
            .collect();
        let row = |e: &Erratum| {
            let cell = |text: &str, lang: &str| {
                format!("<td class=\"title\" style=\"text-align:left\"{lang}>{}</td>", escape(text))
            };
            let links: Vec<&str> =
                e.evidence.iter().map(|link| link.name().rsplit("::").next().unwrap_or_default()).collect();
            let ja = " lang=\"ja\"";
            let shown: Vec<String> = e.shown_by().iter().map(|name| link(name)).collect();
            format!(
                "<tr id=\"erratum-{}\">{}{}{}<td class=\"title\" style=\"text-align:left\">{}</td>{}</tr>\n",
                escape(&e.id),
                cell(&e.place, ja),
                cell(&e.course, ja),
                cell(e.precise(lang), ""),
                shown.join("<br>"),
                cell(&links.join(", "), ""),
            )
        };
        let rows: String = self.errata.iter().map(row).collect();
        format!(
            "<table class=\"errata\">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        )
    }

    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }
}

impl From<&Errata> for Output {
    fn from(errata: &Errata) -> Output {
        let lang = Lang::current();
        let line = |e: &Erratum| {
            lang.pick(
                format!("{}「{}」→ {}", e.place, e.course, e.precise.ja),
                format!("{} \"{}\" → {}", e.place, e.course, e.precise.en),
            )
        };
        let lines: Vec<String> = errata.errata.iter().map(line).collect();
        let code = lang.pick("ja", "en");
        Output::new()
            .plain(lines.join("\n"))
            .html(format!("<div lang=\"{code}\">\n{}</div>\n", errata.html(lang)))
    }
}
