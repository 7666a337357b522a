//! ノートブック一つを、ページ一枚に。

use super::markdown;
use kakunin::plot::escape;
use kakunin::{Error, ErrorKind, Lang};
use nbformat::v4::{Cell, Notebook, Output};
use std::path::Path;

/// A notebook, to be read.
pub(super) struct Lesson {
    /// `01_勾配消失`
    name: String,
    /// its heading
    pub(super) title: String,
    notebook: Notebook,
}

impl Lesson {
    pub(super) fn read(path: &Path) -> Result<Lesson, Error> {
        let broken = |why: &dyn std::fmt::Display| {
            let path = path.display();
            Error::new(
                ErrorKind::Data,
                format!("ノートブック {path} が読めません（{why}）。リポジトリを取得しなおしてください。"),
                format!("The notebook {path} can't be read ({why}); get the repository again."),
            )
        };
        let text = std::fs::read_to_string(path).map_err(|e| broken(&e))?;
        let notebook = match nbformat::parse_notebook(&text).map_err(|e| broken(&e))? {
            nbformat::Notebook::V4(notebook) => notebook,
            _ => return Err(broken(&"nbformat 4.5")),
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let title = prose(&notebook).find_map(|text| markdown::headings(&text, 1).into_iter().next());
        Ok(Lesson { title: title.unwrap_or_else(|| name.clone()), name, notebook })
    }

    /// The name of its page.
    pub(super) fn page(&self) -> String {
        format!("{}.html", self.name)
    }

    /// The headings of its parts.
    pub(super) fn parts(&self) -> Vec<String> {
        prose(&self.notebook).flat_map(|text| markdown::headings(&text, 2)).collect()
    }

    /// The id of the first cell that calls `lab::…`, `claims::…` or `…::diagnose`.
    pub(super) fn cell_that_calls(&self, name: &str) -> Option<String> {
        let call = format!("{}(", name.strip_prefix("diagnosis::").unwrap_or(name));
        self.notebook.cells.iter().find_map(|cell| match cell {
            Cell::Code { id, source, .. } if source.concat().contains(&call) => Some(id.as_str().to_owned()),
            _ => None,
        })
    }

    pub(super) fn html(&self, lang: Lang) -> String {
        let cell = |cell: &Cell| match cell {
            Cell::Markdown { source, .. } => markdown::to_html(&source.concat()),
            Cell::Code { id, source, outputs, .. } => code(id.as_str(), &source.concat(), outputs, lang),
            Cell::Raw { .. } => String::new(),
        };
        self.notebook.cells.iter().map(cell).collect()
    }
}

fn prose(notebook: &Notebook) -> impl Iterator<Item = String> {
    let cells = notebook.cells.iter().filter(|cell| matches!(cell, Cell::Markdown { .. }));
    cells.map(|cell| cell.source().concat())
}

fn code(id: &str, source: &str, outputs: &[Output], lang: Lang) -> String {
    let outputs: String = outputs.iter().map(|output| shown(output, lang)).collect();
    format!("<pre class=\"code\" id=\"{}\"><code>{}</code></pre>\n{outputs}", escape(id), lines(source))
}

fn shown(output: &Output, lang: Lang) -> String {
    let data = match output {
        Output::Stream { text, .. } => return text_block("", &text.0),
        Output::Error(error) => {
            let label = lang.pick("エラー", "Error");
            let said = format!("{label}: {}\n{}", error.ename, without_colours(&error.traceback.join("\n")));
            return text_block(" error", &said);
        }
        Output::DisplayData(display) => &display.data,
        Output::ExecuteResult(result) => &result.data,
    };
    let data = serde_json::to_value(data).unwrap_or_default();
    let form = |mime: &str| data[mime].as_str();
    let rich = form("text/html")
        .map(markdown::without_mathjax)
        .or_else(|| form("image/svg+xml").map(str::to_owned))
        .or_else(|| form("text/markdown").map(markdown::to_html))
        .or_else(|| {
            form("image/png")
                .map(|png| format!("<img alt=\"\" src=\"data:image/png;base64,{}\">", png.trim()))
        });
    match rich {
        Some(rich) => format!("<div class=\"output wide\">\n{rich}\n</div>\n"),
        None => text_block("", form("text/plain").unwrap_or_default()),
    }
}

fn text_block(class: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<pre class=\"output{class}\">{}</pre>\n", lines(text.trim_end()))
}

/// Text in HTML, line by line.
fn lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

/// A traceback's text without the terminal's colours.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |out, piece| out + piece.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_of(output: serde_json::Value) -> String {
        shown(&serde_json::from_value(output).unwrap(), Lang::Ja)
    }

    fn displayed(data: &serde_json::Value) -> String {
        shown_of(serde_json::json!({ "output_type": "display_data", "metadata": {}, "data": data }))
    }

    #[test]
    fn the_richest_form_that_a_page_can_show_is_taken() {
        let html = displayed(&serde_json::json!({ "text/plain": "x", "text/html": "<b>x</b>" }));
        assert!(html.contains("<b>x</b>") && !html.contains("<pre"), "{html}");
        let svg = displayed(&serde_json::json!({ "text/plain": "x", "image/svg+xml": "<svg/>" }));
        assert!(svg.contains("<svg/>"), "{svg}");
        assert!(displayed(&serde_json::json!({ "text/plain": "1 < 2" })).contains("1 &lt; 2"));
    }

    #[test]
    fn an_error_is_shown_without_the_terminals_colours() {
        let html = shown_of(serde_json::json!({
            "output_type": "error", "ename": "panic", "evalue": "x", "traceback": ["\u{1b}[31mred\u{1b}[0m <"],
        }));
        assert!(html.contains("エラー: panic\nred &lt;</pre>"), "{html}");
    }
}
