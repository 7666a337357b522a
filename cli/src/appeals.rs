//! `kakunin appeals`: 判定がおかしいという申し出を、一行に一つの JSON で書き出す。

use crate::args::sub;
use crate::failure::Failure;
use crate::output;
use clap::Command;
use kakunin::Lang;
use kakunin::quiz::{Did, Progress};
use serde_json::json;

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick("判定への申し出を書き出す（JSONL）", "print the appeals against verdicts (JSONL)");
    sub("appeals", lang, about, "kakunin appeals")
}

/// One appeal a line, in the order they were made. A line serves as input to `kakunin grade` without its other fields.
pub(crate) fn run() -> Result<(), Failure> {
    let line = |event| {
        let kakunin::quiz::Event { at, q, did: Did::Appeal { answer, verdict, why } } = event else {
            return None;
        };
        Some(format!("{}\n", json!({ "q": q, "answer": answer, "verdict": verdict, "why": why, "at": at })))
    };
    output::print(&Progress::of_user().events().into_iter().filter_map(line).collect::<String>())
}
