//! From a line of the compiled source back to the learner's cell.

use crate::layout::SessionDir;
use crate::tool::{DISPLAY_OPENS, Place};

/// The compiled source, where its lines come from, and the cells.
pub(super) struct Origin<'a> {
    /// what rustc compiled
    source: String,
    places: Vec<Option<Place>>,
    /// the cells of the session with their names
    cells: &'a [(String, String)],
}

/// A line of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// the cell's name, `In[3]`
    pub(super) cell: String,
    /// from 1
    pub(super) line: usize,
    pub(super) text: String,
}

impl<'a> Origin<'a> {
    /// Of the session's last compiled cell.
    pub(super) fn read(session: &SessionDir, cells: &'a [(String, String)]) -> Origin<'a> {
        let source = std::fs::read_to_string(session.cell_dir().join("src/lib.rs")).unwrap_or_default();
        let places = std::fs::read(session.places()).unwrap_or_default();
        Origin { source, places: serde_json::from_slice(&places).unwrap_or_default(), cells }
    }

    /// The learner's line that stands in `line` (from 1) of the source.
    pub(super) fn of(&self, line: u32) -> Option<Found> {
        let mut at = usize::try_from(line).ok()?.checked_sub(1)?;
        if self.source.lines().nth(at) == Some(DISPLAY_OPENS) {
            // The brackets around a final expression begin in the line before it.
            at += 1;
        }
        let compiled = self.source.lines().nth(at)?.trim();
        let place = (*self.places.get(at)?)?;
        let (cell, code) = self.cells.get(place.cell)?;
        let text = code.lines().nth(place.line.checked_sub(1)?)?.trim_end();
        // Lines of ours behind a statement are counted on from it.
        let same = !compiled.is_empty() && text.contains(compiled);
        same.then(|| Found { cell: cell.clone(), line: place.line, text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, places: &[Option<(usize, usize)>], line: u32) -> Option<(String, usize)> {
        let cells = vec![
            ("In[1]".to_owned(), "fn half(x: f64) -> f64 {\n    x / 2.0\n}".to_owned()),
            ("In[2]".to_owned(), "// half(1.0)\nlet b = 1; let c = half(1.0);\nhalf(2.0)".to_owned()),
        ];
        let place = |place: &Option<(usize, usize)>| place.map(|(cell, line)| Place { cell, line });
        let places = places.iter().map(place).collect();
        let origin = Origin { source: source.to_owned(), places, cells: &cells };
        origin.of(line).map(|found| (found.cell, found.line))
    }

    #[test]
    fn a_line_is_found_by_its_place_and_not_by_its_text() {
        let places = [None, Some((1, 2))];
        assert_eq!(found("generated\nlet c = half(1.0);", &places, 2), Some(("In[2]".to_owned(), 2)));
    }

    #[test]
    fn a_line_of_a_function_of_an_earlier_cell_names_that_cell() {
        let places = [Some((0, 1)), Some((0, 2))];
        let source = "fn half(x: f64) -> f64 {\n    x / 2.0\n";
        assert_eq!(found(source, &places, 2), Some(("In[1]".to_owned(), 2)));
    }

    #[test]
    fn a_call_in_the_final_expression_is_found() {
        let source = format!("{DISPLAY_OPENS}\nhalf(2.0)\n) {{ }}\n");
        assert_eq!(found(&source, &[None, Some((1, 3)), None], 1), Some(("In[2]".to_owned(), 3)));
    }

    #[test]
    fn a_generated_line_has_no_place() {
        assert_eq!(found("mod generated {\n", &[None], 1), None);
        assert_eq!(found("half(2.0)\nOk(())\n", &[Some((1, 2)), Some((1, 3))], 2), None);
    }
}
