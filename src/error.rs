//! 利用者が起こしうる失敗: 何があり、何が要り、どうすればよいかを一文で言う。

use crate::lang::Lang;
use std::io;
use std::path::Path;

/// 失敗の種類。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// 実験の設定が範囲の外にある。
    Setting,
    /// データファイルがない、壊れている、知られていない。
    Data,
    /// 名前（実験の ID やデータの名）が知られていない。
    Unknown,
    /// 書き込めない。
    Output,
    /// 結果のファイルが読めない、合わない。
    Results,
}

/// 一文の失敗。日本語と英語の両方を持ち、表示のときに [`Lang::current`] で選ぶ。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    ja: String,
    en: String,
}

impl Error {
    /// 種類と、日英それぞれの一文から作る。
    pub fn new(kind: ErrorKind, ja: impl Into<String>, en: impl Into<String>) -> Error {
        Error { kind, ja: ja.into(), en: en.into() }
    }

    /// A setting out of range: its name in both languages, what was given, and what is wanted.
    pub(crate) fn out_of_range(
        ja: &str,
        en: &str,
        given: impl std::fmt::Display,
        want: (&str, &str),
    ) -> Error {
        Error::new(
            ErrorKind::Setting,
            format!("{ja}は{}です（{given} が渡されました）。", want.0),
            format!("The {en} must be {} (it is {given}).", want.1),
        )
    }

    /// A file that can't be read, and what file is wanted.
    pub(crate) fn unreadable(path: &Path, e: &io::Error, want: (&str, &str)) -> Error {
        let file = path.display();
        let (ja, en) = match e.kind() {
            io::ErrorKind::NotFound => (format!("{file} がありません"), format!("There is no {file}")),
            io::ErrorKind::InvalidData => {
                (format!("{file} は文字として読めません"), format!("{file} isn't text"))
            }
            _ => (format!("{file} が読めません（{e}）"), format!("{file} can't be read ({e})")),
        };
        let ja = format!("{ja}。{}を指定してください。", want.0);
        Error::new(ErrorKind::Results, ja, format!("{en}; name {}.", want.1))
    }

    /// 同じ失敗で、どのファイルのことかを前に書いたもの。
    ///
    /// ```
    /// use kakunin::{Error, ErrorKind, Lang};
    /// let error = Error::new(ErrorKind::Results, "版が違います。", "It is of another version.");
    /// assert_eq!(error.of("a.json").message(Lang::Ja), "a.json: 版が違います。");
    /// ```
    pub fn of(self, file: impl std::fmt::Display) -> Error {
        Error { ja: format!("{file}: {}", self.ja), en: format!("{file}: {}", self.en), ..self }
    }

    /// 失敗の種類。
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// 指定の言語での文。
    pub fn message(&self, lang: Lang) -> &str {
        lang.pick(&self.ja, &self.en)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message(Lang::current()))
    }
}

impl std::error::Error for Error {}
