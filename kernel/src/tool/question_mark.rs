//! `?` in a cell.
//!
//! evcxr compiles a cell as if it had none, learns from rustc's errors that it has, and tries again. The cell's text
//! says it at once: then its statements go into a closure that returns a `Result`, as evcxr would put them.

use super::rewrite::{Line, line_of, line_starts, parsed};
use ra_ap_syntax::ast;
use ra_ap_syntax::{AstNode as _, SyntaxKind, SyntaxNode};

const FUNCTION_OPENS: [&str; 2] = ["  -> *mut evcxr_internal_runtime::VariableStore {", ") -> *mut u8 {"];
const CLOSURE_OPENS: [&str; 2] = ["  std::panic::AssertUnwindSafe(||{", "if std::panic::catch_unwind(||{"];
const CLOSURE_ENDS: [&str; 2] = ["})) { ", "}).is_err() {"];
const VARIABLES_ARE_CHECKED: &str = "if !vars_ok {return evcxr_variable_store;}}";
const VARIABLE_IS_TAKEN: &str = " = evcxr_variable_store.take_variable::<";
const FUNCTION_RETURNS: &str = "evcxr_variable_store";

/// What evcxr itself writes.
const OPENS: &str = "let _ = (|| -> std::result::Result<(), EvcxrUserCodeError> {";
const ENDS: &str = "Ok(())})();";

/// The type that a failed `?` becomes.
pub(super) const ERROR_TYPE: &str = "use kakunin_prelude::cell::UserError as EvcxrUserCodeError;";

/// Takes evcxr's closure away: it guessed wrong what an error is about.
pub(super) fn open_up(lines: &mut Vec<Line>) {
    let open = lines.iter().position(|line| line.text == OPENS);
    let end = lines.iter().rposition(|line| line.text == ENDS);
    if let (Some(open), Some(end)) = (open, end) {
        lines.remove(end);
        lines.remove(open);
    }
}

/// Puts the statements of a cell's function that has a `?` into a closure, unless evcxr has done it. Whether the
/// function has such a closure now.
pub(super) fn catch(lines: &mut Vec<Line>) -> bool {
    if lines.iter().any(|line| line.text == OPENS) {
        return true;
    }
    let Some((open, end)) = statements(lines).filter(|&(open, end)| asks(lines, open, end)) else {
        return false;
    };
    let (opens, ends) = (Line::ours(OPENS, lines[open].origin), Line::ours(ENDS, lines[end].origin));
    lines.insert(end, ends);
    lines.insert(open + 1, opens);
    true
}

/// The line before the cell's statements, and the line behind them.
fn statements(lines: &[Line]) -> Option<(usize, usize)> {
    let first = |texts: &[&str]| lines.iter().position(|line| texts.contains(&line.text.as_str()));
    let last = |texts: &[&str]| lines.iter().rposition(|line| texts.contains(&line.text.as_str()));
    if let Some(open) = first(&CLOSURE_OPENS) {
        return Some((open, last(&CLOSURE_ENDS)?));
    }
    // Without the closure that catches panics: for the words of an error.
    let after = first(&[VARIABLES_ARE_CHECKED]).or_else(|| {
        lines.iter().position(|line| FUNCTION_OPENS.iter().any(|open| line.text.ends_with(open)))
    })?;
    let taken = lines[after + 1..].iter().take_while(|line| line.text.contains(VARIABLE_IS_TAKEN)).count();
    let end = last(&[FUNCTION_RETURNS])?;
    Some((after + taken, end)).filter(|(open, end)| open < end)
}

/// Whether one of the statements between these lines has a `?` that would leave the cell.
fn asks(lines: &[Line], open: usize, end: usize) -> bool {
    if !lines[open..end].iter().any(|line| line.text.contains('?')) {
        return false;
    }
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let starts = line_starts(lines);
    parsed(&text).descendants().any(|node| {
        let line = line_of(&starts, usize::from(node.text_range().start()));
        (open + 1..end).contains(&line) && is_question(&node) && leaves_the_cell(&node, &starts, open)
    })
}

/// A `?`, or a macro's argument that may hold one.
fn is_question(node: &SyntaxNode) -> bool {
    ast::TryExpr::can_cast(node.kind())
        || (node.kind() == SyntaxKind::TOKEN_TREE
            && node.children_with_tokens().any(|child| child.kind() == SyntaxKind::QUESTION))
}

/// Whether nothing but the cell itself is around the node: no function, closure or async block of the learner.
fn leaves_the_cell(node: &SyntaxNode, starts: &[usize], open: usize) -> bool {
    let around = node.ancestors().skip(1).find(|outer| {
        matches!(outer.kind(), SyntaxKind::FN | SyntaxKind::CLOSURE_EXPR | SyntaxKind::MACRO_RULES)
            || ast::BlockExpr::cast(outer.clone()).is_some_and(|block| {
                block.async_token().is_some()
                    || block.const_token().is_some()
                    || block.try_block_modifier().is_some()
            })
    });
    around.is_some_and(|outer| line_of(starts, usize::from(outer.text_range().start())) <= open)
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::lines;
    use super::*;

    fn cell(statements: &str) -> String {
        format!(
            "pub extern \"C\" fn run_user_code_1(\nevcxr_variable_store: *mut u8) -> *mut u8 {{\n\
             if std::panic::catch_unwind(||{{\n{statements}\n}}).is_err() {{\n}}\nevcxr_variable_store\n}}"
        )
    }

    fn caught(text: &str) -> Option<String> {
        let mut lines = lines(text);
        catch(&mut lines).then(|| lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect())
    }

    #[test]
    fn statements_with_a_question_mark_go_into_a_closure_that_returns_a_result() {
        let text = caught(&cell("let n = f()?;\nprintln!(\"{n}\");")).unwrap();
        assert!(text.contains(&format!("{OPENS}\nlet n = f()?;\nprintln!(\"{{n}}\");\n{ENDS}\n")), "{text}");
    }

    #[test]
    fn a_question_mark_inside_a_macro_call_counts() {
        assert!(caught(&cell("println!(\"{}\", f()?);")).is_some());
        assert!(caught(&cell("println!(\"really?\");")).is_none());
    }

    #[test]
    fn a_question_mark_of_a_function_or_closure_does_not_leave_the_cell() {
        for inner in [
            "fn f() -> Option<i32> { g()?; None }",
            "let f = || -> Option<i32> { g()?; None };",
            "let f = async { g()?; Ok::<(), E>(()) };",
            "macro_rules! q { ($e:expr) => { $e? } }",
        ] {
            assert!(caught(&cell(inner)).is_none(), "{inner}");
        }
        assert!(caught(&cell("if yes { for x in xs { f(x)?; } }")).is_some());
    }

    #[test]
    fn a_cell_without_the_closure_that_catches_panics_is_closed_off_behind_its_variables() {
        let text = format!(
            "pub extern \"C\" fn run_user_code_1(\nmut evcxr_variable_store: *mut S)\n{}\n{{let mut vars_ok = true;\n{VARIABLES_ARE_CHECKED}\nlet a{VARIABLE_IS_TAKEN}A>(stringify!(a));\n\
             f(a)?;\nput(a);\n{FUNCTION_RETURNS}\n}}",
            FUNCTION_OPENS[0]
        );
        let text = caught(&text).unwrap();
        assert!(text.contains(&format!("{OPENS}\nf(a)?;\nput(a);\n{ENDS}\n{FUNCTION_RETURNS}")), "{text}");
    }

    #[test]
    fn a_closure_of_evcxrs_that_serves_nothing_is_taken_away() {
        let mut with = lines(&cell(&format!("{OPENS}\nf();\n{ENDS}")));
        open_up(&mut with);
        let texts = |lines: &[Line]| lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&with), texts(&lines(&cell("f();"))));
    }

    #[test]
    fn what_evcxr_has_closed_off_stays_as_it_is() {
        let text = cell(&format!("{OPENS}\nf()?;\n{ENDS}"));
        assert_eq!(caught(&text).unwrap().trim_end(), text);
    }
}
