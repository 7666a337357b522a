//! A cell as it is given to evcxr: the learner's text with our notes in it, and the way back from places in that text.

use super::impls::{Change, Impls};
use crate::tool::marker;
use ra_ap_syntax::{AstNode as _, Edition, NodeOrToken, SourceFile, SyntaxKind, SyntaxNode, ast};

/// A cell with our notes: where each statement comes from, and what holds its `impl` blocks.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) text: String,
    /// the `impl` blocks of the session, if the cell succeeds
    pub(super) impls: Impls,
    /// what was inserted: line (from 0), characters before it in the learner's line, its own characters
    inserted: Vec<(usize, usize, usize)>,
}

const OPENS: &str = "fn cell(){";

impl Prepared {
    /// `number` is the cell's among those of the session.
    pub(super) fn new(code: &str, number: usize, impls: &Impls) -> Prepared {
        let head = head(code);
        let nodes = nodes(&code[head..]);
        let Change { after, before } = impls.change(&nodes);
        let mut insertions: Vec<(usize, String)> = Vec::new();
        for (at, (node, before)) in nodes.iter().zip(before).enumerate() {
            let start = head + start_of(node);
            if !before.is_empty() {
                insertions.push((start, before));
            }
            if let Some(first) = first_word(node)
                && !ast::Use::can_cast(node.kind())
            {
                let first = head + first - OPENS.len();
                let line_end = code[first..].find('\n').map_or(code.len(), |length| first + length);
                let next = nodes.get(at + 1).map(|next| head + start_of(next));
                let at =
                    if next.is_some_and(|next| next <= line_end) { head + end_of(node) } else { line_end };
                let line = code[..first].matches('\n').count() + 1;
                insertions.push((at, marker(number, line)));
            }
        }
        let (mut text, mut from, mut inserted) = (String::with_capacity(code.len()), 0, Vec::new());
        for (at, piece) in insertions {
            text += &code[from..at];
            text += &piece;
            from = at;
            let line_start = code[..at].rfind('\n').map_or(0, |newline| newline + 1);
            inserted.push((
                code[..at].matches('\n').count(),
                code[line_start..at].chars().count(),
                piece.chars().count(),
            ));
        }
        text += &code[from..];
        Prepared { text, impls: after, inserted }
    }

    /// The learner's column (from 1) for one of the text that evcxr was given.
    pub(super) fn column(&self, line: usize, column: usize) -> usize {
        let mut shift = 0;
        for &(_, before, length) in self.inserted.iter().filter(|inserted| inserted.0 + 1 == line) {
            if column > before + shift + length {
                shift += length;
            }
        }
        column - shift
    }
}

/// The length of the lines with commands at the head of a cell, which evcxr takes before the code.
fn head(code: &str) -> usize {
    let of_head = |line: &&str| {
        line.starts_with('!')
            || line.starts_with("//")
            || line.trim_start_matches(' ').starts_with(':')
            || line.trim().is_empty()
    };
    code.split_inclusive('\n').take_while(of_head).map(str::len).sum()
}

/// The statements and items of a cell, as evcxr divides it.
pub(super) fn nodes(code: &str) -> Vec<SyntaxNode> {
    let file = SourceFile::parse(&format!("{OPENS}{code}\n}}"), Edition::Edition2024).syntax_node();
    let body = file.children().next().and_then(ast::Fn::cast).and_then(|cell| cell.body()?.stmt_list());
    // A text that ends before its end is not ours to understand.
    match body {
        Some(list) if usize::from(list.syntax().text_range().end()) == OPENS.len() + code.len() + 2 => {
            list.syntax().children().collect()
        }
        _ => Vec::new(),
    }
}

/// Bytes of the code before the node; evcxr counts what lies between two nodes to the first.
fn start_of(node: &SyntaxNode) -> usize {
    usize::from(node.text_range().start()) - OPENS.len()
}

fn end_of(node: &SyntaxNode) -> usize {
    usize::from(node.text_range().end()) - OPENS.len()
}

/// Where the node begins, apart from its comments.
fn first_word(node: &SyntaxNode) -> Option<usize> {
    let words = node.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    words
        .filter(|token| !matches!(token.kind(), SyntaxKind::COMMENT | SyntaxKind::WHITESPACE))
        .map(|token| usize::from(token.text_range().start()))
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(code: &str) -> Prepared {
        Prepared::new(code, 7, &Impls::default())
    }

    #[test]
    fn each_statement_says_where_it_stands() {
        let code = ":time\n// note\nlet a = 1; let b = f(\n    a,\n);\n/// doc\nfn g() {\n}\na + b";
        let lines: Vec<String> = prepared(code).text.lines().map(str::to_owned).collect();
        let mark = |line| marker(7, line);
        assert_eq!(lines[2], format!("let a = 1;{} let b = f({}", mark(3), mark(3)));
        assert_eq!(lines[5..7], ["/// doc".to_owned(), format!("fn g() {{{}", mark(7))]);
        assert_eq!(lines[8], format!("a + b{}", mark(9)));
        assert_eq!((lines[0].as_str(), lines[3].as_str()), (":time", "    a,"));
    }

    #[test]
    fn columns_lead_back_to_the_learners_text() {
        let code = "let あ = 1; let b = あ; impl P {}";
        let prepared = prepared(code);
        for word in ["let あ", "let b", "impl"] {
            let of = |text: &str| text[..text.find(word).unwrap()].chars().count() + 1;
            assert_eq!(prepared.column(1, of(&prepared.text)), of(code), "{word}");
        }
        assert_eq!(prepared.column(2, 5), 5);
    }

    #[test]
    fn a_text_that_is_no_whole_cell_is_left_as_it_is() {
        for code in ["let x = 1; }", "", "}", ":vars"] {
            assert_eq!(prepared(code).text, code);
        }
    }
}
