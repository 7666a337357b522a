//! What rustc finds wrong with a cell, as the cell's error.

use super::prepared::Prepared;
use crate::tool::{NOT_DEBUG, WHOLE};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use evcxr::{CompilationError, Error};
use kakunin::Lang;
use kakunin_jupyter::{CellError, CharOffset};
use std::ops::Range;

/// What evcxr could not do, as the cell's error.
pub(super) fn error(code: &str, name: &str, prepared: &Prepared, error: &Error) -> CellError {
    match error {
        Error::CompilationErrors(errors) => compile_error(code, name, prepared, errors),
        error => CellError::new("error", error.to_string()),
    }
}

/// The error of a cell that does not compile: the first finding names it, the traceback shows all of them with the
/// cell's own lines.
fn compile_error(code: &str, name: &str, prepared: &Prepared, errors: &[CompilationError]) -> CellError {
    let Some(first) = errors.first() else {
        return CellError::new(
            "error",
            Lang::current().pick("コンパイルできません。", "The cell does not compile."),
        );
    };
    let (evalue, code_of_error) = heading(first);
    let ename = code_of_error.map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"));
    let traceback = errors.iter().map(|error| report(code, name, prepared, error)).collect();
    CellError { ename, evalue, traceback }
}

/// What is wrong, and rustc's code for it. evcxr may show a note alone, because only the note points into the cell.
fn heading(error: &CompilationError) -> (String, Option<String>) {
    let whole = &error.json[WHOLE];
    if let Some(kind) = error.json[NOT_DEBUG].as_str() {
        return (
            Lang::current().pick(
                format!("この値は表示できません（{kind} に Debug がありません）。"),
                format!("This value can't be displayed ({kind} has no Debug)."),
            ),
            Some("E0277".to_owned()),
        );
    }
    match whole["message"].as_str() {
        Some(message) => (message.to_owned(), whole["code"]["code"].as_str().map(str::to_owned)),
        None => (error.message(), error.code().map(str::to_owned)),
    }
}

/// What to do about it, apart from what rustc says.
fn hint(error: &CompilationError) -> Option<String> {
    let (ja, en) = if error.json[NOT_DEBUG].is_string() {
        (
            "型の定義に `#[derive(Debug)]` を付けるか、表示しないなら行の最後に `;` を付けてください。",
            "Put `#[derive(Debug)]` on the type's definition, or end the line with `;` to display nothing.",
        )
    } else {
        match error.code()? {
            "E0384" | "E0596" => (
                "前のセルの変数は `let mut x = x;` で変えられるようになります。",
                "`let mut x = x;` makes a variable of an earlier cell mutable.",
            ),
            "E0597" => (
                "セルの変数は、ほかの変数への参照を持ち越せません。値を複製するか、全体を `{ }` で囲んでください。",
                "A variable of a cell can't keep a reference to another; clone the value, or put it all into `{ }`.",
            ),
            _ => return None,
        }
    };
    Some(Lang::current().pick(ja, en).to_owned())
}

fn report(code: &str, name: &str, prepared: &Prepared, error: &CompilationError) -> String {
    // evcxr does not name the types of its messages and spans.
    let places: Vec<(Range<usize>, &str, bool)> = error
        .spanned_messages()
        .iter()
        .filter_map(|message| {
            let span = message.span.as_ref()?;
            let byte = |line, column| byte_at(code, line, prepared.column(line, column));
            let start = byte(span.start_line, span.start_column)?;
            let end = byte(span.end_line, span.end_column)?;
            (start <= end).then_some((start..end, message.label.as_str(), message.is_primary))
        })
        .collect();
    let (message, id) = heading(error);
    let mut title = Level::ERROR.primary_title(message);
    if let Some(id) = id {
        title = title.id(id);
    }
    let first = if places.is_empty() {
        // Nothing of it lies in the cell: rustc's own rendering says more than the message.
        return if error.rendered().is_empty() { title_only(title) } else { error.rendered() };
    } else {
        title.element(Snippet::source(code).path(name).annotations(places.iter().map(
            |(span, label, primary)| {
                let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(span.clone()).label(*label)
            },
        )))
    };
    let mut groups = vec![first];
    let help = error.help();
    groups.extend(help.iter().map(|text| Group::with_title(Level::HELP.secondary_title(text.as_str()))));
    if error.level() == "note" && error.json[WHOLE].is_object() {
        groups.push(Group::with_title(Level::NOTE.secondary_title(error.message())));
    }
    if let Some(hint) = hint(error) {
        groups.push(Group::with_title(Level::HELP.secondary_title(hint)));
    }
    let marked = places.iter().filter(|(_, _, primary)| *primary).map(|(span, ..)| span.clone());
    underlined(&renderer().render(&groups), code, marked)
}

/// The report with what is wrong underlined in the line itself, where Japanese stands: in a browser such characters are
/// not exactly two columns wide, and the marks below the line do not stand below their place.
fn underlined(report: &str, code: &str, marked: impl Iterator<Item = Range<usize>>) -> String {
    let mut lines: Vec<String> = report.lines().map(str::to_owned).collect();
    for span in marked {
        let start = code[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = code[start..].lines().next().unwrap_or_default().trim_end();
        let (from, to) = (span.start - start, (span.end - start).min(line.len()));
        if line.is_ascii() || from >= to {
            continue;
        }
        let with = format!("{}\x1b[1;4m{}\x1b[0m{}", &line[..from], &line[from..to], &line[to..]);
        if let Some(shown) = lines.iter_mut().find(|shown| shown.contains('│') && shown.ends_with(line)) {
            shown.truncate(shown.len() - line.len());
            shown.push_str(&with);
        }
    }
    lines.join("\n")
}

fn title_only(title: annotate_snippets::Title<'_>) -> String {
    renderer().render(&[Group::with_title(title)])
}

fn renderer() -> Renderer {
    Renderer::styled().decor_style(DecorStyle::Unicode)
}

/// evcxr counts lines and characters from 1; the end of a span is exclusive.
fn byte_at(code: &str, line: usize, column: usize) -> Option<usize> {
    let before: usize = code.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let text = code.get(before..)?.lines().next().unwrap_or_default();
    Some(before + CharOffset(column.checked_sub(1)?).byte_in(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_underlined_in_a_line_with_japanese() {
        let code = "let a = 1;\nlet 数: i32 = 'x';";
        let start = code.find('\'').unwrap();
        let report = "error\n2 │ let 数: i32 = 'x';\n  ╰╴ ━━━";
        assert_eq!(
            underlined(report, code, std::iter::once(start..start + 3)),
            "error\n2 │ let 数: i32 = \u{1b}[1;4m'x'\u{1b}[0m;\n  ╰╴ ━━━"
        );
        assert_eq!(underlined("1 │ let a = 1;", code, std::iter::once(4..5)), "1 │ let a = 1;");
    }
}
