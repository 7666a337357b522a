//! 表示の言語: 日本語（既定）か英語。

use std::sync::atomic::{AtomicU8, Ordering};

/// 学習者に見せる文の言語。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    En,
}

/// 0: not asked yet, 1: Japanese, 2: English.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Lang {
    /// いまの言語: [`Lang::set`] で決めたもの、なければ環境変数 `KAKUNIN_LANG`、なければ日本語。
    pub fn current() -> Lang {
        match CURRENT.load(Ordering::Relaxed) {
            1 => Lang::Ja,
            2 => Lang::En,
            _ => match std::env::var("KAKUNIN_LANG").as_deref() {
                Ok("en") => Lang::En,
                _ => Lang::Ja,
            },
        }
    }

    /// このプロセスの言語を決める。
    pub fn set(self) {
        CURRENT.store(if self == Lang::Ja { 1 } else { 2 }, Ordering::Relaxed);
    }

    /// 二つの文から、この言語のものを選ぶ。
    ///
    /// ```
    /// use kakunin::Lang;
    /// assert_eq!(Lang::En.pick("正解", "Correct"), "Correct");
    /// ```
    pub fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}
