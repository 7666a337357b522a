//! evcxr's generated source, made into what we compile.
//!
//! evcxr writes a crate: the session's items, its own variable store as text, and a function that takes the
//! variables out, runs the cell and puts them back. All of that is compiled anew for each cell, and in an order
//! that differs from process to process (it comes out of hash maps). We compile
//!
//! - the prelude's store in place of the text (the lever: most of rustc's time was there),
//! - the definitions of the notebook's own types as a part of the types of its variables ([`super::shapes`]),
//! - the display trait in scope, so that a displayed expression compiles at the first try,
//! - markers around the display of the final expression, so that it becomes the `execute_result` ([`super::display`]),
//! - the statements of a cell with a `?` in a closure that returns a `Result` ([`super::question_mark`]),
//! - everything in one canonical order and under one function name, so that the same cell in another session is
//!   the same text, and its library can be taken from the cache.
//!
//! Every line keeps the number it had in evcxr's text: errors are reported there.

use super::places::{Place, placed_lines};
use super::settings::CellSettings;
use super::{canonical, display, question_mark};
use ra_ap_syntax::ast::{self, HasName as _};
use ra_ap_syntax::{AstNode as _, Edition, SourceFile, SyntaxNode};
use std::ops::Range;

/// The function that runs a cell, whatever evcxr calls it.
pub(crate) const CELL_FUNCTION: &str = "kakunin_cell";

const FIRST_LINE: &str = "#![allow(unused_imports, unused_mut, dead_code)]";
const STORE_BEGINS: &str = "mod evcxr_internal_runtime {";
const STORE_IS_KNOWN_BY: &str = "pub struct VariableStore {";
const EXPORT: &str = "#[unsafe(no_mangle)]";
const FUNCTION_BEGINS: &str = "pub extern \"C\" fn run_user_code_";
const QUESTION_MARK_BEGINS: &str = "struct EvcxrUserCodeError {}";
const QUESTION_MARK_MARKER: &str = "println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);";
const PRELUDE: &str = "use kakunin_prelude::store as evcxr_internal_runtime;";
const DISPLAY_TRAIT: &str = "use kakunin_prelude::EvcxrDisplay as _;";

/// A line of the source, where it stood in evcxr's text (from 1), and where in the learner's cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) origin: usize,
    pub(super) place: Option<Place>,
}

impl Line {
    /// A line of ours.
    pub(super) fn ours(text: &str, origin: usize) -> Line {
        Line { text: text.to_owned(), origin, place: None }
    }
}

/// What we compile, and the line of evcxr's text that each of its lines came from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    pub(crate) source: String,
    pub(crate) origins: Vec<usize>,
    pub(crate) places: Vec<Option<Place>>,
    /// the lines of the final expression, and the line that displays it (from 0)
    pub(super) displayed: Option<(Range<usize>, usize)>,
}

/// Rewrites evcxr's text, or `None` if it does not have the shape that evcxr 0.22.0 gives it.
///
/// `settings`: whether every `Debug` value is displayed by the prelude's trait, and a failed `?` told by the prelude (not
/// so once the learner chose another format with `:fmt`, `:types` or `:efmt`, which only evcxr's own text knows).
/// `guessed`: the try before did not fail for a `?`, though evcxr may think so.
pub(crate) fn rewrite(source: &str, settings: &CellSettings, guessed: bool) -> Option<Rewritten> {
    let lines = placed_lines(source);
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
    let origin = lines[function].origin;
    let mut body = cell_function(&lines[function..], settings.display_debug);
    if settings.display_errors && guessed {
        question_mark::open_up(&mut body);
    }
    let names_the_type = body.iter().any(|line| line.text.contains("EvcxrUserCodeError"));
    if settings.display_errors && (question_mark::catch(&mut body) || names_the_type) {
        out.push(Line::ours(question_mark::ERROR_TYPE, origin));
    } else if !settings.display_errors {
        out.extend(question_mark.iter().cloned().map(reported_error));
    }
    out.push(Line::ours(PRELUDE, origin));
    if settings.display_debug {
        out.push(Line::ours(DISPLAY_TRAIT, origin));
    }
    super::shapes::shape(&head[attributes..], &mut body);
    out.extend(body);
    Some(Rewritten {
        displayed: display::displayed(&out),
        source: out.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect(),
        origins: out.iter().map(|line| line.origin).collect(),
        places: out.iter().map(|line| line.place).collect(),
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

fn cell_function(lines: &[Line], display_debug: bool) -> Vec<Line> {
    let mut out = lines.to_vec();
    if let Some((_, rest)) = out[1].text.split_once('(') {
        out[1].text = format!("pub extern \"C\" fn {CELL_FUNCTION}({rest}");
    }
    display::mark(&mut out, display_debug);
    canonical::variables(&mut out);
    out
}

/// The lines of a text, each with its number.
pub(super) fn lines(text: &str) -> Vec<Line> {
    text.lines().enumerate().map(|(at, text)| Line::ours(text, at + 1)).collect()
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
        rewrite(text, &CellSettings::default(), false).unwrap().source
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
        let settings = CellSettings { display_debug: false, ..CellSettings::default() };
        assert!(!rewrite(&text, &settings, false).unwrap().source.contains(DISPLAY_TRAIT));
    }

    #[test]
    fn every_line_knows_where_it_stood() {
        let text = generated(3, &[HALF, POINT], &[TEXT, NUMBERS], "let y = 1;\nlet z = 2;");
        let before: Vec<&str> = text.lines().collect();
        let rewritten = rewrite(&text, &CellSettings::default(), false).unwrap();
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

    /// What evcxr writes for `?`, with the learner's format.
    fn question_mark(format: &str) -> String {
        [
            QUESTION_MARK_BEGINS,
            "impl<T> From<T> for X {",
            &format!("eprintln!(\"{format}\", error);"),
            QUESTION_MARK_MARKER,
            "}",
        ]
        .join("\n")
    }

    #[test]
    fn a_failed_question_mark_goes_to_the_prelude() {
        let source = source(&generated(1, &[&question_mark("{}")], &[], ""));
        assert!(!source.contains("eprintln!") && !source.contains("USER_ERROR_OCCURRED"), "{source}");
    }

    #[test]
    fn so_does_one_with_a_format_of_the_learners() {
        let settings = CellSettings { display_errors: false, ..CellSettings::default() };
        let text = generated(1, &[&question_mark("{:?}")], &[], "");
        let source = rewrite(&text, &settings, false).unwrap().source;
        assert!(
            source.contains("kakunin_prelude::cell::user_error(&format_args!(\"{:?}\", error)"),
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
        let rewrite = |text: &str| rewrite(text, &CellSettings::default(), false);
        assert!(rewrite(&good).is_some());
        for part in [FIRST_LINE, EXPORT, FUNCTION_BEGINS, STORE_IS_KNOWN_BY] {
            assert_eq!(rewrite(&good.replace(part, "something else")), None, "without {part}");
        }
        assert_eq!(rewrite(""), None);
    }
}
