//! From a line of the compiled source back to the learner's cell.

use crate::tool::DISPLAY_OPENS;

/// The compiled source, and the cells it may come from.
pub(super) struct Origin<'a> {
    /// what rustc compiled
    pub(super) source: &'a str,
    /// the cells of the session with their names, the running one last
    pub(super) cells: &'a [(String, String)],
}

/// A line of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// the cell's name, `In[3]`
    pub(super) cell: String,
    /// from 1
    pub(super) line: usize,
    pub(super) text: String,
}

impl Origin<'_> {
    /// The learner's line that stands in `line` (from 1) of the source: statements and items are carried over line by
    /// line, so it is the line of the same text in the latest cell that has it; of several, the one at the same count.
    pub(super) fn of(&self, line: u32) -> Option<Place> {
        let lines: Vec<&str> = self.source.lines().collect();
        let mut at = usize::try_from(line).ok()?.checked_sub(1)?;
        if *lines.get(at)? == DISPLAY_OPENS {
            // The brackets around a final expression begin in the line before it.
            at += 1;
        }
        let text = lines.get(at)?.trim();
        if text.is_empty() {
            return None;
        }
        let nth = lines[..at].iter().filter(|other| other.trim() == text).count();
        self.cells.iter().rev().find_map(|(cell, code)| {
            // The first and the last line of a statement stand without what shares their line in the cell.
            let same = |candidate: &str| candidate.trim() == text || candidate.contains(text);
            let found: Vec<usize> =
                code.lines().enumerate().filter(|(_, candidate)| same(candidate)).map(|(at, _)| at).collect();
            let line = *found.get(nth).or(found.last())?;
            let text = code.lines().nth(line)?.trim_end().to_owned();
            Some(Place { cell: cell.clone(), line: line + 1, text })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Vec<(String, String)> {
        vec![
            (
                "In[1]".to_owned(),
                "fn half(x: f64) -> f64 {\n    assert!(x > 0.0);\n    x / 2.0\n}".to_owned(),
            ),
            ("In[2]".to_owned(), "let a = 1;\nlet b = half(-1.0); let c = 2;".to_owned()),
        ]
    }

    #[test]
    fn a_line_of_the_running_cell_is_found_even_when_statements_share_it() {
        let cells = cells();
        let origin = Origin { source: "generated\nlet b = half(-1.0);\n", cells: &cells };
        let place = origin.of(2).unwrap();
        assert_eq!((place.cell.as_str(), place.line), ("In[2]", 2));
    }

    #[test]
    fn a_line_of_a_function_of_an_earlier_cell_names_that_cell() {
        let cells = cells();
        let origin = Origin { source: "fn half(x: f64) -> f64 {\n    assert!(x > 0.0);\n", cells: &cells };
        let place = origin.of(2).unwrap();
        assert_eq!((place.cell.as_str(), place.line), ("In[1]", 2));
    }

    #[test]
    fn equal_lines_are_told_apart_by_their_order() {
        let cells = vec![("In[1]".to_owned(), "f();\ng();\nf();".to_owned())];
        let origin = Origin { source: "f();\ng();\nf();\n", cells: &cells };
        assert_eq!(origin.of(3).unwrap().line, 3);
    }

    #[test]
    fn a_call_in_the_final_expression_is_found() {
        let cells = cells();
        let source = format!("{DISPLAY_OPENS}\nlet c = 2\n) {{ }}\n");
        assert_eq!(Origin { source: &source, cells: &cells }.of(1).unwrap().line, 2);
    }

    #[test]
    fn a_generated_line_has_no_place() {
        let cells = cells();
        assert_eq!(Origin { source: "mod generated {\n", cells: &cells }.of(1), None);
    }
}
