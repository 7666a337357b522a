//! 失敗と終了コード。

use kakunin::{Error, ErrorKind};

/// One sentence, and the exit code that goes with it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) error: Error,
}

impl Failure {
    /// The work failed (exit code 1).
    pub(crate) fn work(error: Error) -> Failure {
        Failure { code: 1, error }
    }

    /// Ctrl-C (exit code 130).
    pub(crate) fn interrupted(error: Error) -> Failure {
        Failure { code: 130, error }
    }
}

impl From<Error> for Failure {
    /// Usage or bad input (exit code 2).
    fn from(error: Error) -> Failure {
        Failure { code: 2, error }
    }
}

/// An option's value that can't be: found, wanted.
pub(crate) fn bad_value(option: &str, found: &str, want_ja: &str, want_en: &str) -> Error {
    Error::new(
        ErrorKind::Setting,
        format!("{option} には{want_ja}を渡してください（「{found}」が渡されました）。"),
        format!("{option} takes {want_en} (\"{found}\" was given)."),
    )
}
