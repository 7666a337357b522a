//! `kakunin check-content`: 問題を書く人のための点検。

use crate::args::sub;
use crate::failure::Failure;
use crate::output;
use clap::Command;
use kakunin::quiz::{content_faults, questions};
use kakunin::{Error, ErrorKind, Lang};

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick("付属の問題を点検する", "check the questions that come along");
    sub("check-content", lang, about, "kakunin check-content")
}

/// Says that all is well, or fails with every fault in a line.
pub(crate) fn run() -> Result<(), Failure> {
    let (lang, faults, all) = (Lang::current(), content_faults()?, questions()?.len());
    if faults.is_empty() {
        return output::print(&lang.pick(
            format!("{all} 問。直すところはありません。\n"),
            format!("{all} questions, nothing to mend.\n"),
        ));
    }
    let lines = faults.join("\n");
    Err(Failure::work(Error::new(
        ErrorKind::Data,
        format!("直すところがあります。\n{lines}"),
        format!("To be mended:\n{lines}"),
    )))
}
