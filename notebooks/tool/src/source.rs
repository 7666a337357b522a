//! The source of a notebook: Markdown in which every ```` ```rust ```` block is a cell.
//!
//! A heading begins a new Markdown cell, so that each can be folded. ```` ```rust,should_panic ```` is a cell that
//! must fail, as in rustdoc. Blocks of any other language stay where they are, in the prose.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Prose
    Markdown,
    /// Rust, to be run
    Code {
        /// the cell must end in an error
        fails: bool,
    },
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Stays the same for as long as the cell does, wherever it moves.
    pub id: String,
    /// What the text is
    pub kind: Kind,
    /// The text, without blank lines at its ends.
    pub text: String,
}

/// The cells of a source, in order.
pub fn cells(markdown: &str) -> Vec<Cell> {
    let mut parts = Vec::new();
    let mut prose_from = 0;
    let mut depth = 0;
    let mut code: Option<(bool, String)> = None;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    match &tag {
                        Tag::Heading { .. } => {
                            parts.push((Kind::Markdown, markdown[prose_from..range.start].to_owned()));
                            prose_from = range.start;
                        }
                        Tag::CodeBlock(CodeBlockKind::Fenced(language)) => {
                            code = fails(language).map(|fails| (fails, String::new()));
                            if code.is_some() {
                                parts.push((Kind::Markdown, markdown[prose_from..range.start].to_owned()));
                                prose_from = range.end;
                            }
                        }
                        _ => {}
                    }
                }
                depth += 1;
            }
            Event::Text(text) => {
                if let Some((_, cell)) = &mut code {
                    cell.push_str(&text);
                }
            }
            Event::End(end) => {
                depth -= 1;
                if end == TagEnd::CodeBlock
                    && let Some((fails, cell)) = code.take()
                {
                    parts.push((Kind::Code { fails }, cell));
                }
            }
            _ => {}
        }
    }
    parts.push((Kind::Markdown, markdown[prose_from..].to_owned()));
    named(parts)
}

/// Whether a block of this language is a cell, and if so, whether it must fail.
fn fails(language: &str) -> Option<bool> {
    match language.trim() {
        "rust" => Some(false),
        "rust,should_panic" => Some(true),
        _ => None,
    }
}

/// Cells named by their content; a content that occurs again gets a number.
fn named(parts: Vec<(Kind, String)>) -> Vec<Cell> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let trimmed =
        parts.into_iter().map(|(kind, text)| (kind, text.trim_matches(['\n', '\r']).trim_end().to_owned()));
    trimmed
        .filter(|(_, text)| !text.is_empty())
        .map(|(kind, text)| {
            let hash = Sha256::new().chain_update(format!("{kind:?}")).chain_update(&text).finalize();
            let name: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            let id = if *count == 1 { name } else { format!("{name}-{count}") };
            Cell { id, kind, text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Kind = Kind::Code { fails: false };

    fn shapes(markdown: &str) -> Vec<(Kind, String)> {
        cells(markdown).into_iter().map(|cell| (cell.kind, cell.text)).collect()
    }

    #[test]
    fn headings_and_rust_blocks_part_the_text() {
        let found = shapes("# 題\n\n前書き\n\n## 節\n\n本文\n\n```rust\nlet x = 1;\n\nx\n```\n\n続き\n");
        let wanted = [
            (Kind::Markdown, "# 題\n\n前書き"),
            (Kind::Markdown, "## 節\n\n本文"),
            (CODE, "let x = 1;\n\nx"),
            (Kind::Markdown, "続き"),
        ];
        assert_eq!(found, wanted.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn blocks_of_other_languages_and_blocks_in_lists_are_prose() {
        let text = "- 一\n\n  ```rust\n  x\n  ```\n\n```text\ny\n```";
        assert_eq!(shapes(text), [(Kind::Markdown, text.to_owned())]);
    }

    #[test]
    fn a_cell_may_be_meant_to_fail() {
        assert_eq!(shapes("```rust,should_panic\npanic!()\n```")[0].0, Kind::Code { fails: true });
    }

    #[test]
    fn formulas_and_their_underscores_and_braces_are_left_alone() {
        let text = "$$\nh_t = h_{t-1} + (\\nabla E)^2\n\n$$\n\n| a | b |\n| - | - |\n| $x_1$ | `#` |";
        assert_eq!(shapes(text), [(Kind::Markdown, text.to_owned())]);
    }

    #[test]
    fn a_name_depends_on_the_content_alone_and_is_never_given_twice() {
        let before = cells("a\n\n```rust\nx\n```\n\n```rust\nx\n```");
        let after = cells("b\n\n```rust\ny\n```\n\n```rust\nx\n```\n\n```rust\nx\n```");
        assert_eq!(before[1].id, after[2].id);
        assert_eq!(before[2].id, after[3].id);
        assert_ne!(after[2].id, after[3].id);
    }
}
