//! What rustc finds wrong with a cell, as the cell's error.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use evcxr::CompilationError;
use kakunin::Lang;
use kakunin_jupyter::{CellError, CharOffset};
use std::ops::Range;

/// The error of a cell that does not compile: the first finding names it, the traceback shows all of them with the
/// cell's own lines.
pub(super) fn compile_error(code: &str, name: &str, errors: &[CompilationError]) -> CellError {
    let Some(first) = errors.first() else {
        return CellError::new(
            "error",
            Lang::current().pick("コンパイルできません。", "The cell does not compile."),
        );
    };
    let ename = first.code().map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"));
    let traceback = errors.iter().map(|error| report(code, name, error)).collect();
    CellError { ename, evalue: first.message(), traceback }
}

fn report(code: &str, name: &str, error: &CompilationError) -> String {
    // evcxr does not name the types of its messages and spans.
    let places: Vec<(Range<usize>, &str, bool)> = error
        .spanned_messages()
        .iter()
        .filter_map(|message| {
            let span = message.span.as_ref()?;
            let start = byte_at(code, span.start_line, span.start_column)?;
            let end = byte_at(code, span.end_line, span.end_column)?;
            (start <= end).then_some((start..end, message.label.as_str(), message.is_primary))
        })
        .collect();
    let mut title = Level::ERROR.primary_title(error.message());
    if let Some(id) = error.code() {
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
    if let Some(hint) = error.evcxr_extra_hint() {
        groups.push(Group::with_title(Level::NOTE.secondary_title(hint)));
    }
    renderer().render(&groups)
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
