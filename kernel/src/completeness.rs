//! Whether a cell can be run as it stands.

use kakunin_jupyter::Completeness;
use ra_ap_syntax::{Edition, SourceFile, SyntaxKind, SyntaxNode};

const BEFORE: &str = "fn cell() {\n";
const AFTER: &str = "\n}";

/// Parses the cell as the body of a function. An open bracket, string or comment wants more lines; so does an error
/// at the very end; anything else can't be mended by going on.
pub(crate) fn completeness(code: &str) -> Completeness {
    let rust = without_commands(code);
    if rust.trim().is_empty() {
        return Completeness::Complete;
    }
    let text = format!("{BEFORE}{rust}{AFTER}");
    let parsed = SourceFile::parse(&text, Edition::Edition2024);
    if parsed.errors().is_empty() {
        return Completeness::Complete;
    }
    let depth = open_brackets(&parsed.syntax_node());
    let end = BEFORE.len() + rust.trim_end().len();
    let at_end = parsed.errors().iter().all(|error| usize::from(error.range().start()) >= end);
    if depth > 0 || (depth == 0 && at_end) {
        let indent = "    ".repeat(usize::try_from(depth).unwrap_or(0));
        return Completeness::Incomplete { indent };
    }
    Completeness::Invalid
}

/// Commands (`:dep …`) and shell lines are complete as they are.
fn without_commands(code: &str) -> String {
    code.lines()
        .map(|line| if line.trim_start().starts_with(':') || line.starts_with('!') { "" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

/// How many brackets stay open; a string or comment without an end swallows the closing brace and counts as one.
fn open_brackets(file: &SyntaxNode) -> i64 {
    let mut depth = 0;
    for token in file.descendants_with_tokens().filter_map(|element| element.into_token()) {
        depth += match token.kind() {
            SyntaxKind::L_PAREN | SyntaxKind::L_BRACK | SyntaxKind::L_CURLY => 1,
            SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_CURLY => -1,
            _ => 0,
        };
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indent(code: &str) -> Option<String> {
        match completeness(code) {
            Completeness::Incomplete { indent } => Some(indent),
            _ => None,
        }
    }

    #[test]
    fn statements_items_expressions_commands_and_comments_are_complete() {
        for code in [
            "let x = 1;",
            "x + 1",
            "fn f() -> i32 { 1 }",
            ":dep regex = \"1\"\nlet y = 2;",
            "// 注",
            "",
            "struct A;",
        ] {
            assert_eq!(completeness(code), Completeness::Complete, "{code}");
        }
    }

    #[test]
    fn an_open_bracket_wants_more_and_says_how_deep() {
        assert_eq!(indent("fn f() {").as_deref(), Some("    "));
        assert_eq!(indent("for i in 0..3 {\n    if i > 1 {").as_deref(), Some("        "));
        assert_eq!(indent("let v = vec![1,").as_deref(), Some("    "));
    }

    #[test]
    fn an_unfinished_statement_string_or_comment_wants_more() {
        for code in ["let x =", "let s = \"abc", "/* comment", "x +", "fn foo("] {
            assert!(indent(code).is_some(), "{code}");
        }
    }

    #[test]
    fn what_no_further_line_can_mend_is_invalid() {
        for code in ["fn fn", "let x = );", "}", "let = 5; let y = 2;"] {
            assert_eq!(completeness(code), Completeness::Invalid, "{code}");
        }
    }
}
