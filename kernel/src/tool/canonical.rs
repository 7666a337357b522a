//! One order for what evcxr emits in the order of its hash maps.

use super::rewrite::{Line, defines_macro, line_of, line_starts, parsed};
use ra_ap_syntax::ast;
use ra_ap_syntax::{AstNode as _, Direction, NodeOrToken};

/// The session's items, sorted by their text, macros first (they are used in textual order). What is not a list of
/// whole-line items is left as it is.
pub(super) fn items(lines: &[Line]) -> Vec<Line> {
    blocks(lines).map_or_else(|| lines.to_vec(), |blocks| blocks.concat())
}

fn blocks(lines: &[Line]) -> Option<Vec<Vec<Line>>> {
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let starts = line_starts(lines);
    let mut blocks: Vec<(bool, String, Vec<Line>)> = Vec::new();
    let mut next = 0;
    let file = parsed(&text);
    for item in file.children() {
        ast::Item::cast(item.clone())?;
        let last = line_of(&starts, usize::from(item.text_range().end()).checked_sub(1)?);
        let first = line_of(&starts, usize::from(item.text_range().start()));
        // Two items on a line, or a stray token before this one.
        let stray = item
            .siblings_with_tokens(Direction::Prev)
            .skip(1)
            .take_while(|before| !matches!(before, NodeOrToken::Node(_)))
            .any(|before| matches!(before, NodeOrToken::Token(token) if !token.kind().is_trivia()));
        if first < next || stray {
            return None;
        }
        let block = lines[next..=last].to_vec();
        let key = block.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
        blocks.push((!defines_macro(&item), key, block));
        next = last + 1;
    }
    if lines[next..].iter().any(|line| !line.text.trim().is_empty()) {
        return None;
    }
    blocks.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Some(blocks.into_iter().map(|(_, _, block)| block).collect())
}

/// Sorts the lines that check, take out and put back the session's variables.
pub(super) fn variables(lines: &mut [Line]) {
    for group in [
        ("vars_ok &= evcxr_variable_store.check_variable::<", "));"),
        ("let ", "));"),
        ("evcxr_variable_store.put_variable::<", ");"),
    ] {
        let belongs = |line: &Line| {
            line.text.starts_with(group.0)
                && line.text.ends_with(group.1)
                && (group.0 != "let " || line.text.contains(" = evcxr_variable_store.take_variable::<"))
        };
        let mut from = 0;
        while let Some(start) = lines[from..].iter().position(belongs).map(|at| from + at) {
            let end =
                lines[start..].iter().position(|line| !belongs(line)).map_or(lines.len(), |at| start + at);
            lines[start..end].sort_by(|a, b| a.text.cmp(&b.text));
            from = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::lines;
    use super::*;

    fn text(lines: &[Line]) -> String {
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn items_are_sorted_with_their_comments_and_attributes_and_macros_come_first() {
        let sorted = items(&lines(
            "struct B;\n/// about A\n#[derive(Debug)]\nenum A {\n    X,\n}\nmacro_rules! m { () => {} }",
        ));
        assert_eq!(
            text(&sorted),
            "macro_rules! m { () => {} }\n/// about A\n#[derive(Debug)]\nenum A {\n    X,\n}\nstruct B;"
        );
        assert_eq!(sorted.iter().map(|line| line.origin).collect::<Vec<_>>(), [7, 2, 3, 4, 5, 6, 1]);
    }

    #[test]
    fn what_is_not_a_list_of_whole_line_items_stays_as_it_is() {
        for code in ["struct B; struct A;", "struct B;\nlet x = 1;\nstruct A;", "struct B;\n} struct A;"] {
            assert_eq!(text(&items(&lines(code))), code);
        }
    }

    #[test]
    fn variables_are_sorted_within_each_group_and_other_statements_keep_their_place() {
        let mut code = lines(
            "vars_ok &= evcxr_variable_store.check_variable::<B>(stringify!(b));\n\
             vars_ok &= evcxr_variable_store.check_variable::<A>(stringify!(a));\n\
             let mut b = evcxr_variable_store.take_variable::<B>(stringify!(b));\n\
             let a = evcxr_variable_store.take_variable::<A>(stringify!(a));\n\
             let z = f(g(1));\n\
             let c = f(g(1));\n\
             evcxr_variable_store.put_variable::<B>(stringify!(b), b);\n\
             evcxr_variable_store.put_variable::<A>(stringify!(a), a);",
        );
        variables(&mut code);
        assert_eq!(code.iter().map(|line| line.origin).collect::<Vec<_>>(), [2, 1, 4, 3, 5, 6, 8, 7]);
    }
}
