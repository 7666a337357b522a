//! evcxr's generated source, made into what we compile.
//!
//! evcxr writes a crate: the session's items, its own variable store as text, and a function that takes the
//! variables out, runs the cell and puts them back. All of that is compiled anew for each cell, and in an order
//! that differs from process to process (it comes out of hash maps). We compile
//!
//! - the prelude's store in place of the text (the lever: most of rustc's time was there),
//! - the definitions of the notebook's own types as a part of the types of its variables ([`super::shapes`]),
//! - the display trait in scope, so that a displayed expression compiles at the first try,
//! - markers around the display of the final expression, so that it becomes the `execute_result`,
//! - everything in one canonical order and under one function name, so that the same cell in another session is
//!   the same text, and its library can be taken from the cache.
//!
//! Every line keeps the number it had in evcxr's text: errors are reported there.

use super::canonical;
use ra_ap_syntax::ast::{self, HasName as _};
use ra_ap_syntax::{AstNode as _, Edition, SourceFile, SyntaxNode};

/// The function that runs a cell, whatever evcxr calls it.
pub(crate) const CELL_FUNCTION: &str = "kakunin_cell";

const FIRST_LINE: &str = "#![allow(unused_imports, unused_mut, dead_code)]";
const STORE_BEGINS: &str = "mod evcxr_internal_runtime {";
const STORE_IS_KNOWN_BY: &str = "pub struct VariableStore {";
const EXPORT: &str = "#[unsafe(no_mangle)]";
const FUNCTION_BEGINS: &str = "pub extern \"C\" fn run_user_code_";
const QUESTION_MARK_BEGINS: &str = "struct EvcxrUserCodeError {}";
const QUESTION_MARK_MARKER: &str = "println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);";
const TEXT_IS_SENT: &str = "if let Err(error) = try_send_text(text)";
const DISPLAY_ENDS: &str = ").evcxr_display();";

/// Stands in the line before a displayed expression.
pub(crate) const DISPLAY_OPENS: &str = "match &(";
const PRELUDE: &str = "use kakunin_prelude::store as evcxr_internal_runtime;";
const DISPLAY_TRAIT: &str = "use kakunin_prelude::EvcxrDisplay as _;";

/// A line of the source, and where it stood in evcxr's text (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) origin: usize,
}

/// What we compile, and the line of evcxr's text that each of its lines came from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    pub(crate) source: String,
    pub(crate) origins: Vec<usize>,
}

/// Rewrites evcxr's text, or `None` if it does not have the shape that evcxr 0.22.0 gives it.
///
/// `display_debug`: whether every `Debug` value is displayed by the prelude's trait (not so once the learner chose
/// another format with `:fmt` or `:types`, which only evcxr's own fallback knows).
pub(crate) fn rewrite(source: &str, display_debug: bool) -> Option<Rewritten> {
    let lines: Vec<Line> =
        source.lines().enumerate().map(|(at, text)| Line { text: text.to_owned(), origin: at + 1 }).collect();
    if lines.first()?.text != FIRST_LINE {
        return None;
    }
    let function = lines
        .windows(2)
        .position(|pair| pair[0].text == EXPORT && pair[1].text.starts_with(FUNCTION_BEGINS))?;
    let store = lines[..function].iter().position(|line| line.text == STORE_BEGINS);
    if let Some(store) = store {
        let body = &lines[store..function];
        let known = body.iter().any(|line| line.text == STORE_IS_KNOWN_BY);
        if !known || body.last()?.text != "}" {
            return None;
        }
    }
    let head = &lines[1..store.unwrap_or(function)];
    let question_mark = head.iter().position(|line| line.text.trim() == QUESTION_MARK_BEGINS);
    let (head, question_mark) = head.split_at(question_mark.unwrap_or(head.len()));
    let attributes = head.iter().take_while(|line| line.text.starts_with("#![")).count();

    let mut out = vec![lines[0].clone()];
    out.extend(head[..attributes].iter().cloned());
    out.extend(canonical::items(&head[attributes..]));
    out.extend(question_mark.iter().cloned().map(reported_error));
    let origin = lines[function].origin;
    out.push(Line { text: PRELUDE.to_owned(), origin });
    if display_debug {
        out.push(Line { text: DISPLAY_TRAIT.to_owned(), origin });
    }
    let mut body = cell_function(&lines[function..]);
    super::shapes::shape(&head[attributes..], &mut body);
    out.extend(body);
    Some(Rewritten {
        source: out.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect(),
        origins: out.iter().map(|line| line.origin).collect(),
    })
}

/// A failed `?` becomes an error of the cell instead of a line on stderr.
fn reported_error(mut line: Line) -> Line {
    let text = line.text.trim();
    if let Some(format) = text.strip_prefix("eprintln!(").and_then(|rest| rest.strip_suffix(", error);")) {
        line.text = format!(
            "kakunin_prelude::cell::user_error(&format_args!({format}, error), std::any::type_name::<T>());"
        );
    } else if text == QUESTION_MARK_MARKER {
        // The prelude prints it.
        line.text.clear();
    }
    line
}

/// evcxr's own display (a chosen format, or a variable that the final expression moves) is the cell's result too.
fn marked_text(mut line: Line) -> Line {
    line.text = line.text.replace(
        TEXT_IS_SENT,
        "kakunin_prelude::cell::result_begin(); let sent = try_send_text(text); \
         kakunin_prelude::cell::result_end(); if let Err(error) = sent",
    );
    line
}

fn cell_function(lines: &[Line]) -> Vec<Line> {
    let mut out: Vec<Line> = lines.iter().cloned().map(marked_text).collect();
    if let Some((_, rest)) = out[1].text.split_once('(') {
        out[1].text = format!("pub extern \"C\" fn {CELL_FUNCTION}({rest}");
    }
    if let Some((open, close)) = displayed_expression(&out) {
        out[open].text = DISPLAY_OPENS.to_owned();
        out[close].text = ") { evcxr_result => { kakunin_prelude::cell::result_begin(); \
             (*evcxr_result).evcxr_display(); kakunin_prelude::cell::result_end(); } }"
            .to_owned();
    }
    canonical::variables(&mut out);
    out
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

pub(super) fn parsed(text: &str) -> SyntaxNode {
    SourceFile::parse(text, Edition::Edition2024).syntax_node()
}

/// Byte offsets at which the lines begin, once joined by line ends.
pub(super) fn line_starts(lines: &[Line]) -> Vec<usize> {
    lines
        .iter()
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.text.len() + 1;
            Some(start)
        })
        .collect()
}

/// The line that holds the byte at `offset`.
pub(super) fn line_of(starts: &[usize], offset: usize) -> usize {
    starts.partition_point(|&start| start <= offset).saturating_sub(1)
}

/// The name of an item's macro, if it defines one: macros are used in textual order.
pub(super) fn defines_macro(item: &SyntaxNode) -> bool {
    ast::MacroRules::cast(item.clone()).is_some_and(|rules| rules.name().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = "struct Point {\n    x: f64,\n}";
    const HALF: &str = "fn half(x: f64) -> f64 {\n    x / 2.0\n}";
    const NUMBERS: (&str, &str) = ("numbers", "Vec<i32>");
    const TEXT: (&str, &str) = ("text", "String");

    /// A text in the shape that evcxr gives it.
    fn generated(number: u32, items: &[&str], variables: &[(&str, &str)], body: &str) -> String {
        let lines = |of: &dyn Fn(&str, &str) -> String| -> String {
            variables.iter().map(|(name, kind)| of(name, kind) + "\n").collect()
        };
        let check = lines(&|name, kind| {
            format!("vars_ok &= evcxr_variable_store.check_variable::<{kind}>(stringify!({name}));")
        });
        let take = lines(&|name, kind| {
            format!("let {name} = evcxr_variable_store.take_variable::<{kind}>(stringify!({name}));")
        });
        let put = lines(&|name, kind| {
            format!("evcxr_variable_store.put_variable::<{kind}>(stringify!({name}), {name});")
        });
        let items = items.join("\n");
        format!(
            "{FIRST_LINE}\n{items}\nmod evcxr_internal_runtime {{\n{STORE_IS_KNOWN_BY}\n}}\n}}\n{EXPORT}\n\
             {FUNCTION_BEGINS}{number}(\nmut evcxr_variable_store: *mut X) {{\n{check}{take}{body}\n{put}}}\n"
        )
    }

    fn source(text: &str) -> String {
        rewrite(text, true).unwrap().source
    }

    #[test]
    fn the_store_is_the_preludes_and_the_function_has_one_name() {
        let source = source(&generated(7, &[HALF], &[NUMBERS], "numbers.len();"));
        assert!(source.contains(PRELUDE) && source.contains(DISPLAY_TRAIT), "{source}");
        assert!(source.contains("pub extern \"C\" fn kakunin_cell("), "{source}");
        assert!(!source.contains(STORE_BEGINS) && !source.contains("run_user_code_7"), "{source}");
    }

    #[test]
    fn the_display_trait_is_left_out_where_evcxrs_own_display_is_wanted() {
        let text = generated(1, &[], &[], "");
        assert!(!rewrite(&text, false).unwrap().source.contains(DISPLAY_TRAIT));
    }

    #[test]
    fn every_line_knows_where_it_stood() {
        let text = generated(3, &[HALF, POINT], &[TEXT, NUMBERS], "let y = 1;\nlet z = 2;");
        let before: Vec<&str> = text.lines().collect();
        let rewritten = rewrite(&text, true).unwrap();
        let kept: Vec<&str> = rewritten
            .source
            .lines()
            .filter(|line| before.iter().filter(|other| *other == line).count() == 1)
            .collect();
        assert!(kept.len() > 10, "{kept:?}");
        for (line, origin) in rewritten.source.lines().zip(&rewritten.origins) {
            if kept.contains(&line) {
                assert_eq!(before[origin - 1], line);
            }
        }
        assert_eq!(rewritten.source.lines().count(), rewritten.origins.len());
    }

    #[test]
    fn the_same_cell_in_another_order_is_the_same_text() {
        let one = generated(1, &[POINT, HALF], &[NUMBERS, TEXT], "half(1.0);");
        let other = generated(9, &[HALF, POINT], &[TEXT, NUMBERS], "half(1.0);");
        assert_eq!(source(&one), source(&other));
    }

    #[test]
    fn the_display_of_the_final_expression_is_marked_as_the_result() {
        let body = "(\nnumbers\n.iter()\n.map(|n| (n))\n.count()\n).evcxr_display();";
        let source = source(&generated(1, &[], &[NUMBERS], body));
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
    fn evcxrs_own_display_is_marked_as_the_result_too() {
        let body = "} if let Err(error) = try_send_text(text)\n{";
        let source = source(&generated(1, &[], &[], body));
        let [begin, sent, end] =
            ["result_begin()", "try_send_text(text)", "result_end()"].map(|call| source.find(call).unwrap());
        assert!(begin < sent && sent < end, "{source}");
    }

    #[test]
    fn a_failed_question_mark_goes_to_the_prelude() {
        let items = [
            QUESTION_MARK_BEGINS,
            "impl<T> From<T> for X {",
            "eprintln!(\"{}\", error);",
            QUESTION_MARK_MARKER,
            "}",
        ];
        let source = source(&generated(1, &items, &[], ""));
        assert!(
            source.contains("kakunin_prelude::cell::user_error(&format_args!(\"{}\", error)"),
            "{source}"
        );
        assert!(!source.contains("eprintln!") && !source.contains("USER_ERROR_OCCURRED"), "{source}");
    }

    #[test]
    fn attributes_of_the_crate_stay_at_its_head() {
        let source = source(&generated(1, &["#![feature(never_type)]", POINT], &[], ""));
        assert!(source.starts_with(&format!("{FIRST_LINE}\n#![feature(never_type)]\n")), "{source}");
    }

    #[test]
    fn a_text_of_another_shape_is_refused() {
        let good = generated(1, &[], &[], "");
        assert!(rewrite(&good, true).is_some());
        for part in [FIRST_LINE, EXPORT, FUNCTION_BEGINS, STORE_IS_KNOWN_BY] {
            assert_eq!(rewrite(&good.replace(part, "something else"), true), None, "without {part}");
        }
        assert_eq!(rewrite("", true), None);
    }
}
