//! 利用者が起こしうる失敗: 何があり、何が要り、どうすればよいかを一文で言う。

use crate::lang::Lang;

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
