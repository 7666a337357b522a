//! The file: nbformat 4.5, the same bytes for the same cells and outputs.

use crate::source::{Cell as SourceCell, Kind};
use jupyter_protocol::{Media, MediaType};
use nbformat::v4::{
    Cell, CellId, CellMetadata, CodemirrorMode, KernelSpec, LanguageInfo, Metadata, Notebook, Output,
};
use std::collections::HashMap;

/// The notebook of these cells with these outputs; cells without any have not been run.
///
/// # Errors
/// If an id is none.
pub fn notebook(cells: &[SourceCell], outputs: &[Vec<Output>]) -> Result<Notebook, String> {
    let mut outputs = outputs.iter();
    let mut count: u16 = 0;
    let cells = cells.iter().map(|cell| {
        let id = CellId::new(&cell.id).map_err(|e| format!("{}: {e}", cell.id))?;
        let source = cell.text.split_inclusive('\n').map(str::to_owned).collect();
        Ok(match cell.kind {
            Kind::Markdown => {
                Cell::Markdown { id, metadata: CellMetadata::default(), source, attachments: None }
            }
            Kind::Code { fails } => {
                count += 1;
                let tags = fails.then(|| vec!["raises-exception".to_owned()]);
                let outputs = outputs.next();
                Cell::Code {
                    id,
                    metadata: CellMetadata { tags, ..CellMetadata::default() },
                    execution_count: outputs.map(|_| i32::from(count)),
                    source,
                    outputs: outputs.map(|outputs| plain(outputs, count)).unwrap_or_default(),
                }
            }
        })
    });
    Ok(Notebook {
        metadata: metadata(),
        nbformat: 4,
        nbformat_minor: 5,
        cells: cells.collect::<Result<_, String>>()?,
    })
}

fn metadata() -> Metadata {
    let kernelspec = KernelSpec {
        display_name: "Rust (kakunin)".into(),
        name: "kakunin".into(),
        language: Some("rust".into()),
        additional: HashMap::new(),
    };
    let additional = [("file_extension", ".rs"), ("mimetype", "text/rust"), ("pygments_lexer", "rust")];
    let language = LanguageInfo {
        name: "rust".into(),
        version: None,
        codemirror_mode: Some(CodemirrorMode::String("rust".into())),
        additional: additional.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect(),
    };
    Metadata { kernelspec: Some(kernelspec), language_info: Some(language), ..Metadata::default() }
}

/// Outputs without what differs from one run to the next: pieces of one stream are one, numbers are the cell's own.
fn plain(outputs: &[Output], count: u16) -> Vec<Output> {
    let mut plain: Vec<Output> = Vec::new();
    for output in outputs.iter().cloned() {
        match (plain.last_mut(), output) {
            (Some(Output::Stream { name: last, text }), Output::Stream { name, text: more })
                if *last == name =>
            {
                text.0.push_str(&more.0);
            }
            (_, Output::ExecuteResult(mut result)) => {
                result.execution_count = usize::from(count).into();
                once(&mut result.data);
                plain.push(Output::ExecuteResult(result));
            }
            (_, Output::DisplayData(mut display)) => {
                once(&mut display.data);
                plain.push(Output::DisplayData(display));
            }
            (_, other) => plain.push(other),
        }
    }
    plain
}

/// A picture once: a forge shows the picture by itself, but not the one within a page of HTML.
fn once(media: &mut Media) {
    if media.content.iter().any(|form| matches!(form, MediaType::Svg(_))) {
        media.content.retain(|form| !matches!(form, MediaType::Html(html) if html.contains("<svg")));
    }
}

/// The text of the file.
///
/// # Errors
/// If nbformat can't write it.
pub fn text(notebook: Notebook) -> Result<String, String> {
    nbformat::serialize_notebook(&nbformat::Notebook::V4(notebook)).map_err(|e| e.to_string())
}

/// The notebook in a file's text.
///
/// # Errors
/// If it is none, or not of version 4.5.
pub fn parse(text: &str) -> Result<Notebook, String> {
    match nbformat::parse_notebook(text).map_err(|e| e.to_string())? {
        nbformat::Notebook::V4(notebook) => Ok(notebook),
        _ => Err("not a notebook of version 4.5".to_owned()),
    }
}

/// The code cells and their outputs, in order.
pub fn ran(notebook: &Notebook) -> Vec<(String, &[Output])> {
    let code = notebook.cells.iter().filter_map(|cell| match cell {
        Cell::Code { outputs, .. } => Some((cell.source().concat(), outputs.as_slice())),
        _ => None,
    });
    code.collect()
}

/// The outputs of the code cells, in order.
pub fn outputs(notebook: &Notebook) -> Vec<Vec<Output>> {
    ran(notebook).into_iter().map(|(_, outputs)| outputs.to_vec()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::source::cells;
    use nbformat::v4::MultilineString;

    fn stream(text: &str) -> Output {
        Output::Stream { name: "stdout".into(), text: MultilineString(text.into()) }
    }

    #[test]
    fn a_notebook_is_read_as_it_was_written() {
        let cells = cells("# 題\n\n```rust\nlet x = 1;\nx\n```\n\n終わり");
        let written = text(notebook(&cells, &[vec![stream("1\n")]]).unwrap()).unwrap();
        let read = parse(&written).unwrap();
        assert_eq!(text(read.clone()).unwrap(), written);
        let ran = ran(&read);
        assert_eq!((ran.len(), ran[0].0.as_str()), (1, "let x = 1;\nx"));
        assert!(written.contains("\"name\": \"kakunin\"") && written.contains("\"execution_count\": 1"));
    }

    #[test]
    fn pieces_of_a_stream_are_put_together() {
        let cells = cells("```rust\nx\n```");
        let notebook = notebook(&cells, &[vec![stream("a"), stream("b\n")]]).unwrap();
        let [(_, [Output::Stream { text, .. }])] = ran(&notebook)[..] else { panic!("{notebook:?}") };
        assert_eq!(text.0, "ab\n");
    }

    #[test]
    fn a_picture_is_kept_once() {
        let mut media = Media::new(vec![
            MediaType::Plain("図".into()),
            MediaType::Html("<figure><svg/></figure>".into()),
            MediaType::Svg("<svg/>".into()),
        ]);
        once(&mut media);
        assert_eq!(media.content, [MediaType::Plain("図".into()), MediaType::Svg("<svg/>".into())]);
        let mut table = Media::new(vec![MediaType::Html("<table/>".into()), MediaType::Svg("<svg/>".into())]);
        once(&mut table);
        assert_eq!(table.content.len(), 2);
    }

    #[test]
    fn a_cell_that_must_fail_carries_the_tag_that_nbclient_knows() {
        let cells = cells("```rust,should_panic\npanic!()\n```");
        assert!(text(notebook(&cells, &[]).unwrap()).unwrap().contains("raises-exception"));
    }
}
