//! 失敗と終了コード。内部の誤り（panic）も一文の失敗にする。

use kakunin::{Error, ErrorKind};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::Path;

thread_local! {
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

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

    /// Ctrl-C in the middle of many runs, and how the rest can be run.
    pub(crate) fn interrupted_among(done: Option<(usize, usize)>, file: Option<&Path>) -> Failure {
        let (rest_ja, rest_en) = match file.map(Path::display) {
            Some(file) => (
                format!("続きは同じコマンドに --resume {file} を付けて走らせます。"),
                format!("run the same command with --resume {file} for the rest."),
            ),
            None => (
                "--json FILE を付けると、次から続きを走らせられます。".to_owned(),
                "with --json FILE the rest can be run later.".to_owned(),
            ),
        };
        let (done_ja, done_en) = match done {
            Some((done, all)) => (
                format!("（{all} 回のうち {done} 回が終わっています）"),
                format!(" ({done} of {all} trainings are finished)"),
            ),
            None => Default::default(),
        };
        Failure::interrupted(Error::new(
            ErrorKind::Setting,
            format!("中断しました{done_ja}。{rest_ja}"),
            format!("Interrupted{done_en}; {rest_en}"),
        ))
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

/// From now on panics print nothing by themselves: [`caught`] turns them into a sentence.
pub(crate) fn silence_panics() {
    set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        PLACE.set(place);
    }));
}

/// What `f` returns, or its panic as an error.
pub(crate) fn caught<T>(f: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("panic");
        let place = PLACE.take();
        Error::new(
            ErrorKind::Setting,
            format!("内部の誤りで止まりました（{text}、{place}）。kakunin の不具合です。"),
            format!("Stopped by an internal error ({text}, {place}); this is a fault of kakunin."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_one_sentence_with_its_text() {
        let error = caught(|| panic!("index {} out of range", 7)).unwrap_err();
        assert!(error.message(kakunin::Lang::En).contains("(index 7 out of range, "), "{error}");
        assert_eq!(caught(|| 5), Ok(5));
    }
}
