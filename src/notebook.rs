//! ノートブックへの表示: セルの途中で図や表を出し、あとから差し替える。
//!
//! 学習の記録（[`History`](crate::History)）などは、セルの最後に書けばひとりでに表示される。ここにあるのは、自分で
//! 出すときのもの: [`Output`] を作り、[`show`](Output::show) するか、差し替えられるように出す
//! （[`show_updatable`](Output::show_updatable)）。
//!
//! ```
//! use kakunin::notebook::Output;
//! let shown = Output::new().plain("0 / 3").html("<progress max=3 value=0></progress>").show_updatable();
//! for i in 1..=3 {
//!     shown.update(&Output::new().plain(format!("{i} / 3")).html(format!("<progress max=3 value={i}></progress>")));
//! }
//! ```
//!
//! 確認のカーネルでは差し替わり、evcxr では最後のものが残り、ふつうのプログラムでは文字（`plain`）だけが標準出力に
//! 出る。書き方の約束は `docs/display-protocol.md`。
//!
//! 読む順: [`Output`] → 書き方（`stream`）→ 型ごとの表示（`shown`、`digits`）→ 学習しながらの表示（`watch`）。

mod card;
mod digits;
mod shown;
mod stream;
mod watch;

pub(crate) use card::{Card, number, shown_as_a_card};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stream::Place;

/// 一つの表示。同じものを、いくつかの形（HTML、SVG、文字など）で持ち、見せる側がそのうちの一つを選ぶ。
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "an output is shown by `show`"]
pub struct Output {
    /// MIME type and content, text/plain left out.
    blocks: Vec<(String, String)>,
    plain: Option<String>,
}

impl Output {
    /// まだ何もない表示。
    pub fn new() -> Output {
        Output::default()
    }

    /// ただの文字。図が出せないところではこれだけが出る。
    pub fn plain(self, text: impl Into<String>) -> Output {
        Output { plain: Some(text.into()), ..self }
    }

    /// HTML
    pub fn html(self, document: impl Into<String>) -> Output {
        self.text("text/html", document)
    }

    /// SVG（[`plot::curves_svg`](crate::plot::curves_svg) の文字列など）
    pub fn svg(self, document: impl Into<String>) -> Output {
        self.text("image/svg+xml", document)
    }

    /// PNG のファイルの中身
    pub fn png(self, file: &[u8]) -> Output {
        self.text("image/png", STANDARD.encode(file))
    }

    /// JSON。`mime` は `json` で終わるもの（`application/vnd.plotly.v1+json` など）。
    pub fn json(self, mime: &str, value: &serde_json::Value) -> Output {
        self.text(mime, value.to_string())
    }

    /// ほかの形の文字（`text/markdown`、`text/latex` など）。同じ形をもう一度渡すと、あとのものになる。
    pub fn text(mut self, mime: &str, content: impl Into<String>) -> Output {
        let mime: String = mime.chars().filter(char::is_ascii_graphic).collect();
        if mime == "text/plain" {
            return self.plain(content);
        }
        self.blocks.retain(|(known, _)| *known != mime);
        self.blocks.push((mime, content.into()));
        self
    }

    /// 表示する。
    pub fn show(&self) {
        self.write("");
    }

    /// 表示し、あとで差し替えるための手がかりを返す。手がかりは変数に入れて、次のセルでも使える。
    pub fn show_updatable(&self) -> DisplayHandle {
        let id = stream::new_id();
        self.write(&format!(" display={id}"));
        DisplayHandle { id }
    }

    /// What evcxr calls when a cell ends in an `Output`.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        self.show();
    }

    /// 文字の形。なければ、ある形の名前。
    fn plain_text(&self) -> String {
        self.plain.clone().unwrap_or_else(|| {
            let names: Vec<_> = self.blocks.iter().map(|(mime, _)| format!("<{mime}>")).collect();
            names.join(" ")
        })
    }

    fn write(&self, attributes: &str) {
        let plain = self.plain_text();
        if Place::current() == Place::Elsewhere {
            return stream::write(&format!("{plain}\n"));
        }
        // text/plain comes first and is never missing: so the next display can't be taken for a part of this one.
        let mut bundle = stream::block("text/plain", attributes, &plain);
        for (mime, content) in &self.blocks {
            bundle += &stream::block(mime, attributes, content);
        }
        stream::write(&bundle);
    }
}

/// 出してある表示。
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DisplayHandle {
    id: String,
}

impl DisplayHandle {
    /// 出してある表示を差し替える。evcxr ではあらためて出し、ふつうのプログラムでは文字をもう一行出す。
    pub fn update(&self, output: &Output) {
        output.write(&format!(" update={}", self.id));
    }
}

/// このセルの出力を消す。`wait` なら、次の出力が来るまで待ってから消す（ちらつかない）。確認のカーネルでだけ働く。
pub fn clear(wait: bool) {
    stream::control(&serde_json::json!({ "clear": { "wait": wait } }));
}

/// Is what this process shows read by a kernel?
pub(crate) fn is_shown_in_a_notebook() -> bool {
    Place::current() != Place::Elsewhere
}

/// 確認のカーネルの制御の一行を書く。ほかの場所では何もせず、`false` を返す。
#[doc(hidden)]
pub fn control(message: &serde_json::Value) -> bool {
    stream::control(message)
}
