//! The display of a cell's final expression.
//!
//! evcxr writes it in one way, `(expression).evcxr_display()`, and where that does not compile (also for reasons that
//! have nothing to do with the display, such as a first `?` or a moved variable) in another, as `{:?}` text. Both
//! become the same here, so that a picture is a picture on whatever try the cell compiles.

use super::rewrite::{Line, line_of, line_starts, parsed};
use ra_ap_syntax::AstNode as _;
use ra_ap_syntax::ast;
use std::ops::Range;

const DISPLAY_ENDS: &str = ").evcxr_display();";
const FALLBACK_FUNCTION: &str = "fn evcxr_send_text_plain(";
const FALLBACK_OPENS: &str = "evcxr_send_text_plain(&format!(\"{:?}\",&(";
const FALLBACK_ENDS: &str = ")));";
const TEXT_IS_SENT: &str = "if let Err(error) = try_send_text(text)";

/// Stands in the line before a displayed expression.
pub(crate) const DISPLAY_OPENS: &str = "match &(";
const SHOWN: &str = ") { evcxr_result => { kakunin_prelude::cell::result_begin(); \
     (*evcxr_result).evcxr_display(); kakunin_prelude::cell::result_end(); } }";

/// Marks the display of the final expression as the cell's result. `by_trait`: whether evcxr's other way becomes the
/// first one (not where the learner has chosen a format, or where the first way is ambiguous).
pub(super) fn mark(lines: &mut Vec<Line>, by_trait: bool) {
    if by_trait && let Some((function, open, close)) = fallback(lines) {
        lines[open].text = DISPLAY_OPENS.to_owned();
        lines[close].text = SHOWN.to_owned();
        lines.drain(function..open);
    } else if let Some((open, close)) = displayed_expression(lines) {
        lines[open].text = DISPLAY_OPENS.to_owned();
        lines[close].text = SHOWN.to_owned();
    }
    for line in lines {
        if line.text.contains(TEXT_IS_SENT) {
            // A chosen format is the cell's result too.
            line.text = line.text.replace(
                TEXT_IS_SENT,
                "kakunin_prelude::cell::result_begin(); let sent = try_send_text(text); \
                 kakunin_prelude::cell::result_end(); if let Err(error) = sent",
            );
        }
    }
}

/// The lines of the displayed expression, and the line that displays it.
pub(super) fn displayed(lines: &[Line]) -> Option<(Range<usize>, usize)> {
    let close = lines.iter().rposition(|line| line.text == SHOWN)?;
    let open = lines[..close].iter().rposition(|line| line.text == DISPLAY_OPENS)?;
    Some((open + 1..close, close))
}

/// The line of the function that sends text, and the lines around the expression.
fn fallback(lines: &[Line]) -> Option<(usize, usize, usize)> {
    let close = lines.iter().rposition(|line| line.text == FALLBACK_ENDS)?;
    let open = lines[..close].iter().rposition(|line| line.text == FALLBACK_OPENS)?;
    let function = lines[..open].iter().rposition(|line| line.text.starts_with(FALLBACK_FUNCTION))?;
    Some((function, open, close))
}

/// The lines `(` and `).evcxr_display();` around the final expression.
fn displayed_expression(lines: &[Line]) -> Option<(usize, usize)> {
    let close = lines.iter().rposition(|line| line.text == DISPLAY_ENDS)?;
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let starts: Vec<usize> = line_starts(lines);
    let call = parsed(&text).descendants().filter_map(ast::MethodCallExpr::cast).find(|call| {
        call.name_ref().is_some_and(|name| name.text() == "evcxr_display")
            && line_of(&starts, usize::from(call.syntax().text_range().end()) - 1) == close
    })?;
    let open = line_of(&starts, usize::from(call.syntax().text_range().start()));
    (lines[open].text == "(").then_some((open, close))
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::lines;
    use super::*;

    fn marked(text: &str, by_trait: bool) -> String {
        let mut lines = lines(text);
        mark(&mut lines, by_trait);
        lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
    }

    const FIRST: &str = "fn cell() {\n(\nnumbers\n.iter()\n.map(|n| (n))\n.count()\n).evcxr_display();\n}";
    const SECOND: &str = "fn cell() {\nfn evcxr_send_text_plain(text: &str) {\nif let Err(error) = try_send_text(text) {}\n}\n\
        evcxr_send_text_plain(&format!(\"{:?}\",&(\nnumbers\n.iter()\n.map(|n| (n))\n.count()\n)));\n}";

    #[test]
    fn the_display_of_the_final_expression_is_marked_as_the_result() {
        let source = marked(FIRST, true);
        let marked = source.split("match &(").nth(1).unwrap();
        assert!(
            marked.starts_with("\nnumbers\n.iter()\n.map(|n| (n))\n.count()\n) { evcxr_result =>"),
            "{source}"
        );
        let [begin, shown, end] =
            ["result_begin()", "evcxr_display()", "result_end()"].map(|call| marked.find(call).unwrap());
        assert!(begin < shown && shown < end, "{source}");
    }

    #[test]
    fn evcxrs_second_way_becomes_the_first() {
        assert_eq!(marked(SECOND, true), marked(FIRST, true));
    }

    #[test]
    fn a_chosen_format_is_marked_as_the_result_too() {
        let source = marked(SECOND, false);
        let [begin, sent, end] =
            ["result_begin()", "try_send_text(text)", "result_end()"].map(|call| source.find(call).unwrap());
        assert!(begin < sent && sent < end, "{source}");
    }

    #[test]
    fn the_lines_of_the_expression_are_known() {
        let mut lines = lines(SECOND);
        mark(&mut lines, true);
        let (expression, close) = displayed(&lines).unwrap();
        assert_eq!((lines[expression.start].text.as_str(), expression.end), ("numbers", close));
    }
}
