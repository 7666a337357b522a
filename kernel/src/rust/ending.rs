//! How a cell that ran has failed, as the cell's error.

use super::lines::Origin;
use kakunin::Lang;
use kakunin_jupyter::CellError;
use kakunin_runtime::{Failure, Reason, Variables};

/// The error for `failure`; `origin` knows where the lines of the compiled source come from.
pub(super) fn error(failure: &Failure, origin: &Origin<'_>) -> CellError {
    let (ename, evalue) = name_and_value(&failure.reason);
    let mut traceback = vec![format!("\x1b[1;31m{ename}\x1b[0m: {evalue}")];
    match &failure.reason {
        Reason::Panic(panic) => {
            traceback.extend(places(panic.file.as_deref(), panic.line, &panic.frames, origin));
        }
        Reason::Error(error) => traceback.extend(places(error.file.as_deref(), error.line, &[], origin)),
        _ => {}
    }
    traceback.extend(aftermath(failure));
    CellError { ename: ename.to_owned(), evalue, traceback }
}

fn name_and_value(reason: &Reason) -> (&'static str, String) {
    let pick = |ja: &str, en: &str| Lang::current().pick(ja, en).to_owned();
    match reason {
        Reason::Panic(panic) => ("panic", panic.message.clone()),
        Reason::Error(error) => match &error.type_name {
            Some(name) => ("Error", format!("{} ({name})", error.message)),
            None => ("Error", error.message.clone()),
        },
        Reason::Interrupted => ("Interrupted", pick("セルを中断しました。", "The cell was interrupted.")),
        Reason::NoInput => ("NoInput", pick("入力を受け取れません。", "There is nobody to ask for input.")),
        Reason::StackOverflow => (
            "StackOverflow",
            pick(
                "スタックがあふれました（深すぎる再帰か、大きすぎるローカル変数です）。",
                "The stack overflowed (a recursion too deep, or a local variable too large).",
            ),
        ),
        Reason::InvalidMemory(signal) => (
            "InvalidMemory",
            pick("使えないメモリーに触れました", "Memory that is not there was accessed") + &format!(" ({signal})"),
        ),
        Reason::Exit(code) => {
            ("Exit", pick("セルがプロセスを終了しました", "The cell ended the process") + &format!(" (exit {code})"))
        }
        Reason::Signal(name) => {
            ("Signal", pick("セルのプロセスが止められました", "The cell's process was ended") + &format!(" ({name})"))
        }
        Reason::OutOfMemory { limit: Some(limit) } => (
            "OutOfMemory",
            Lang::current().pick(
                format!("メモリーの上限（KAKUNIN_MEMORY={limit}）を超えました。データを小さくするか、上限を上げてください。"),
                format!("The memory limit was reached (KAKUNIN_MEMORY={limit}); use less data, or raise it."),
            ),
        ),
        Reason::OutOfMemory { limit: None } => {
            ("OutOfMemory", pick("メモリーが足りません。データを小さくしてください。", "Out of memory; use less data."))
        }
        Reason::Killed => (
            "Killed",
            pick(
                "セルのプロセスが外から止められました（メモリー不足かもしれません）。",
                "The cell's process was killed from outside (perhaps the system ran out of memory).",
            ),
        ),
        Reason::NotLoaded(error) => {
            ("NotLoaded", pick("コンパイルしたセルを読み込めません", "The compiled cell can't be loaded") + &format!(" ({error})"))
        }
    }
}

/// The lines of the cell (or of an earlier one) that the failure came through, innermost first.
fn places(file: Option<&str>, line: Option<u32>, frames: &[(u32, u32)], origin: &Origin<'_>) -> Vec<String> {
    let own = file.is_some_and(|file| file.ends_with("src/lib.rs"));
    let mut lines: Vec<u32> = Vec::new();
    if own && let Some(line) = line {
        lines.push(line);
    }
    lines.extend(frames.iter().map(|frame| frame.0));
    lines.dedup();
    let mut out = Vec::new();
    if !own && let (Some(file), Some(line)) = (file, line) {
        out.push(format!("  \x1b[36m-->\x1b[0m {}:{line}", short(file)));
    }
    let mut seen = Vec::new();
    for place in lines.into_iter().filter_map(|line| origin.of(line)) {
        if !seen.contains(&(place.cell.clone(), place.line)) {
            out.push(format!(
                "  \x1b[36m-->\x1b[0m {}:{}\n  \x1b[36m{:4} |\x1b[0m {}",
                place.cell, place.line, place.line, place.text
            ));
            seen.push((place.cell, place.line));
        }
    }
    out
}

/// A source file of a crate without the folders of this machine: `ndarray-0.17.2/src/lib.rs`.
fn short(file: &str) -> &str {
    let source = file.rfind("/src/").map_or(0, |at| file[..at].rfind('/').map_or(0, |slash| slash + 1));
    &file[source..]
}

/// What became of the variables, where it is not what the learner would take for granted.
fn aftermath(failure: &Failure) -> Option<String> {
    let (ja, en) = match failure.variables {
        Variables::AsBefore { threads_lost: 0 } => (
            "変数はすべて、このセルの前のままです。".to_owned(),
            "Every variable is as it was before this cell.".to_owned(),
        ),
        Variables::AsBefore { threads_lost } => (
            format!(
                "変数はすべて、このセルの前のままです（動いていたスレッド {threads_lost} 本は終わりました）。"
            ),
            format!(
                "Every variable is as it was before this cell ({threads_lost} background threads ended)."
            ),
        ),
        Variables::Kept => (
            "前からあった変数は残っています。このセルの新しい変数はありません。".to_owned(),
            "Earlier variables are still there; this cell's new ones are not.".to_owned(),
        ),
        Variables::Lost => ("変数はすべて失われました。".to_owned(), "All variables are lost.".to_owned()),
    };
    Some(format!("\x1b[2m{}\x1b[0m", Lang::current().pick(ja, en)))
}
