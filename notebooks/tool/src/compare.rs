//! Whether two runs of a notebook say the same.
//!
//! Pictures and HTML are left out: they are drawn from the same numbers as the text beside them.

use crate::ipynb::ran;
use nbformat::v4::{Notebook, Output};

/// What a cell says in plain text: its streams, results, displays and errors.
pub fn text(outputs: &[Output]) -> String {
    let said: Vec<String> = outputs.iter().map(said).collect();
    said.join("\n")
}

fn said(output: &Output) -> String {
    let data = match output {
        Output::Stream { text, .. } => return text.0.clone(),
        Output::Error(error) => return format!("{}: {}", error.ename, error.evalue),
        Output::DisplayData(display) => &display.data,
        Output::ExecuteResult(result) => &result.data,
    };
    let plain = serde_json::to_value(data).unwrap_or_default();
    plain["text/plain"].as_str().unwrap_or_default().to_owned()
}

/// The first cell that says something else now, and what it said and says.
///
/// # Errors
/// The difference, for a reader.
pub fn same(before: &Notebook, now: &Notebook) -> Result<(), String> {
    let (before, now) = (ran(before), ran(now));
    if before.len() != now.len() {
        return Err(format!("{} code cells before, {} now", before.len(), now.len()));
    }
    for (i, ((source, before), (_, now))) in before.iter().zip(&now).enumerate() {
        let (before, now) = (text(before), text(now));
        if before != now {
            let cell = i + 1;
            return Err(format!("cell {cell}:\n{source}\n--- in the file\n{before}\n--- now\n{now}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::{ipynb, source};

    fn said_by_one_cell(output: &serde_json::Value) -> Notebook {
        let output = serde_json::from_value(output.clone()).unwrap();
        ipynb::notebook(&source::cells("```rust\nx\n```"), &[vec![output]]).unwrap()
    }

    fn result(plain: &str, html: &str) -> Notebook {
        said_by_one_cell(&serde_json::json!({
            "output_type": "execute_result", "execution_count": 9, "metadata": {},
            "data": { "text/plain": plain, "text/html": html },
        }))
    }

    #[test]
    fn another_text_is_a_difference_and_another_picture_is_none() {
        assert_eq!(same(&result("1", "<b>1</b>"), &result("1", "<i>1</i>")), Ok(()));
        let said = same(&result("1", ""), &result("2", "")).unwrap_err();
        assert!(said.contains("cell 1:\nx\n--- in the file\n1\n--- now\n2"), "{said}");
    }
}
