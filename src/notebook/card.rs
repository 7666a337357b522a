//! 一枚の図と、その数: 題、一言、SVG、表。

use super::Output;
use crate::lang::Lang;
use crate::plot::{Panel, Sheet, escape};

/// What a lab shows: a picture, what to see in it, and its numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Card {
    lang: Lang,
    title: String,
    says: String,
    svg: Option<String>,
    tables: Vec<Table>,
    /// Plain text says these instead of the first table.
    lines: Option<Vec<String>>,
    /// The tables stand open, and the words are only for those who don't see the picture.
    open: bool,
    /// As it stands, in a fixed width.
    code: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Table {
    name: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Its cells are words, which stand left; numbers stand right.
    words: bool,
}

/// A table of more rows than this is cut in plain text.
const PLAIN_ROWS: usize = 24;

impl Card {
    pub(crate) fn new(lang: Lang, title: impl Into<String>, says: impl Into<String>) -> Card {
        Card {
            lang,
            title: title.into(),
            says: says.into(),
            svg: None,
            tables: vec![],
            lines: None,
            open: false,
            code: String::new(),
        }
    }

    /// The picture: panels in so many columns, under the title of the card.
    pub(crate) fn picture(self, columns: usize, panels: Vec<Panel>) -> Card {
        let Card { lang, title, says, .. } = &self;
        let (lang, title, description) = (*lang, title.clone(), says.clone());
        let svg = Sheet { lang, title, description, columns, panels }.svg();
        Card { svg: Some(svg), ..self }
    }

    /// What plain text says below the title, in place of the words and the table.
    pub(crate) fn lines(self, lines: Vec<String>) -> Card {
        Card { lines: Some(lines), ..self }
    }

    /// The tables are as important as the picture: they stand open in place of the words.
    pub(crate) fn open(self) -> Card {
        Card { open: true, ..self }
    }

    /// Text of a fixed width below the picture.
    pub(crate) fn code(self, code: String) -> Card {
        Card { code, ..self }
    }

    /// A table of the numbers. The first one is also what plain text shows.
    pub(crate) fn table(mut self, name: &str, header: &[&str], rows: Vec<Vec<String>>) -> Card {
        let header = header.iter().map(|&h| h.to_owned()).collect();
        self.tables.push(Table { name: name.to_owned(), header, rows, words: false });
        self
    }

    /// A table of words.
    pub(crate) fn words(self, header: &[&str], rows: Vec<Vec<String>>) -> Card {
        let mut card = self.table("", header, rows);
        card.tables.iter_mut().for_each(|table| table.words = true);
        card
    }

    /// The table of the picture's numbers.
    pub(crate) fn numbers(self, header: &[&str], rows: Vec<Vec<String>>) -> Card {
        let name = self.lang.pick("数の表", "Numbers");
        self.table(name, header, rows)
    }

    fn html(&self) -> String {
        let Card { lang, title, says, svg, tables, open, code, .. } = self;
        let picture = svg.clone().unwrap_or_else(|| format!("<strong>{}</strong>\n", escape(title)));
        // Without a picture the tables are what there is to see; several are told apart by their names.
        let table = match (svg.is_none() || *open, tables.len()) {
            (false, _) => Table::folded,
            (true, 1) => Table::html,
            (true, _) => Table::captioned,
        };
        let tables: String = tables.iter().map(table).collect();
        let lang = lang.pick("ja", "en");
        let says =
            if says.is_empty() || *open { String::new() } else { format!("<p>{}</p>\n", escape(says)) };
        let code = match code.as_str() {
            "" => String::new(),
            // Line breaks stay, unlike in an attribute.
            code => format!("<pre>{}</pre>\n", code.lines().map(escape).collect::<Vec<_>>().join("\n")),
        };
        format!("<figure lang=\"{lang}\" style=\"margin:0\">\n{picture}{says}{code}{tables}</figure>")
    }

    fn plain(&self) -> String {
        if let Some(lines) = &self.lines {
            return std::iter::once(&self.title).chain(lines).cloned().collect::<Vec<_>>().join("\n");
        }
        let lines = [&self.title, &self.says].into_iter().filter(|line| !line.is_empty()).cloned();
        lines.chain(self.tables.first().map(Table::plain)).collect::<Vec<_>>().join("\n")
    }
}

impl From<Card> for Output {
    fn from(card: Card) -> Output {
        let output = Output::new().plain(card.plain()).html(card.html());
        match card.svg {
            Some(svg) => output.svg(svg),
            None => output,
        }
    }
}

impl Table {
    fn folded(&self) -> String {
        format!("<details><summary>{}</summary>\n{}</details>\n", escape(&self.name), self.html())
    }

    fn captioned(&self) -> String {
        let caption = format!("<caption style=\"text-align:left\">{}</caption>", escape(&self.name));
        self.html().replacen("<table>", &format!("<table>\n{caption}"), 1)
    }

    fn html(&self) -> String {
        let left = " style=\"text-align:left\"";
        let side = if self.words { left } else { "" };
        let head = |h: &String| format!("<th scope=\"col\"{side}>{}</th>", escape(h));
        let head: String = self.header.iter().map(head).collect();
        let row = |row: &Vec<String>| {
            let cells = row.iter().enumerate().map(|(i, cell)| match i {
                0 => format!("<th scope=\"row\"{left}>{}</th>", escape(cell)),
                _ => format!("<td{side}>{}</td>", escape(cell)),
            });
            format!("<tr>{}</tr>\n", cells.collect::<String>())
        };
        let rows: String = self.rows.iter().map(row).collect();
        format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n")
    }

    fn plain(&self) -> String {
        let lines = std::iter::once(&self.header).chain(&self.rows).take(PLAIN_ROWS + 1);
        let mut lines: Vec<String> = lines.map(|cells| cells.join("\t")).collect();
        if self.rows.len() > PLAIN_ROWS {
            lines.push("…".to_owned());
        }
        lines.join("\n")
    }
}

/// Four significant figures: 0.25, 5.7e-7, 24000.
pub(crate) fn number(v: f64) -> String {
    let size = v.abs();
    if !v.is_finite() || v == 0.0 || (v == v.trunc() && size < 1e7) {
        return format!("{v}");
    }
    if !(1e-3..1e6).contains(&size) {
        return format!("{v:.2e}");
    }
    let decimals = (3 - size.log10().floor() as i32).max(0) as usize;
    let text = format!("{v:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Gives a type that makes a card what the kernels call at the end of a cell.
macro_rules! shown_as_a_card {
    ($($shown:ty),* $(,)?) => {$(
        impl $shown {
            /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
            pub fn evcxr_display(&self) {
                $crate::notebook::Output::from(self).show();
            }
        }

        impl From<&$shown> for $crate::notebook::Output {
            fn from(shown: &$shown) -> Self {
                shown.card($crate::lang::Lang::current()).into()
            }
        }
    )*};
}
pub(crate) use shown_as_a_card;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_figures() {
        let numbers = [0.25, 5.7e-7, 24_000.0, 0.123_456, 123.456, 1e9, -0.5, 0.0].map(number);
        assert_eq!(numbers, ["0.25", "5.70e-7", "24000", "0.1235", "123.5", "1.00e9", "-0.5", "0"]);
    }
}
