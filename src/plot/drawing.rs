//! 手で置く図: 数の入った升目、画像、色の濃さの図。

use super::colour::{Colour, Shades};
use super::png::png;
use super::text::{Anchor, Text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ndarray::{Array2, ArrayView2};

/// A piece of a picture, drawn by hand (units of the view box).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) width: f64,
    pub(crate) height: f64,
    body: String,
}

/// One box of a grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) fill: Colour,
    /// A thick edge.
    pub(crate) edge: Option<Colour>,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, fill: Colour) -> Cell {
        Cell { text: text.into(), fill, edge: None }
    }
}

impl Drawing {
    pub(crate) fn new(width: f64, height: f64) -> Drawing {
        Drawing { width, height, body: String::new() }
    }

    pub(crate) fn rect(&mut self, corner: (f64, f64), size: (f64, f64), fill: Colour, edge: (Colour, f64)) {
        let ((x, y), (w, h), (stroke, thick)) = (corner, size, edge);
        self.body += &format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"{fill}\" stroke=\"{stroke}\" \
             stroke-width=\"{thick}\"/>\n"
        );
    }

    /// A line of text from `at` on, smaller or cut if it is wider than `room`.
    pub(crate) fn text(&mut self, at: (f64, f64), room: f64, size: f64, text: &str) {
        self.body += &Text { size, ..Text::at(at.0, at.1) }.fit(text, room);
    }

    /// A line of text about `at`.
    pub(crate) fn centred(&mut self, at: (f64, f64), room: f64, size: f64, text: &str) {
        self.body += &Text { size, anchor: Anchor::Middle, ..Text::at(at.0, at.1) }.fit(text, room);
    }

    /// Another drawing with its upper left corner at `at`.
    pub(crate) fn place(&mut self, at: (f64, f64), drawing: &Drawing) {
        self.body += &drawing.placed(at, 1.0);
        self.width = self.width.max(at.0 + drawing.width);
        self.height = self.height.max(at.1 + drawing.height);
    }

    pub(super) fn placed(&self, at: (f64, f64), scale: f64) -> String {
        let scale = if scale == 1.0 { String::new() } else { format!(" scale({scale:.4})") };
        format!("<g transform=\"translate({:.1} {:.1}){scale}\">\n{}</g>\n", at.0, at.1, self.body)
    }

    /// Several drawings in rows of `columns`, each with a line of text above.
    pub(crate) fn grid(pieces: &[(String, Drawing)], columns: usize, gap: f64) -> Drawing {
        const CAPTION: f64 = 14.0;
        let columns = columns.max(1);
        let width = pieces.iter().map(|(_, d)| d.width).fold(0.0, f64::max) + gap;
        let mut all = Drawing::default();
        let mut y = 0.0;
        for row in pieces.chunks(columns) {
            let caption = if row.iter().all(|(text, _)| text.is_empty()) { 0.0 } else { CAPTION };
            for (i, (text, drawing)) in row.iter().enumerate() {
                let x = i as f64 * width;
                all.text((x, y + 0.75 * CAPTION), width - 2.0, 11.0, text);
                all.place((x, y + caption), drawing);
            }
            y += caption + gap + row.iter().map(|(_, d)| d.height).fold(0.0, f64::max);
        }
        all
    }
}

/// Boxes with a text in each.
pub(crate) fn boxes(cells: &Array2<Cell>, side: (f64, f64)) -> Drawing {
    let (rows, columns) = cells.dim();
    let mut drawing = Drawing::new(columns as f64 * side.0, rows as f64 * side.1);
    let corner = |(r, c): (usize, usize)| (c as f64 * side.0, r as f64 * side.1);
    for (at, cell) in cells.indexed_iter() {
        drawing.rect(corner(at), side, cell.fill, (Colour::LINE, 0.6));
    }
    for (at, cell) in cells.indexed_iter() {
        let (x, y) = corner(at);
        if let Some(edge) = cell.edge {
            drawing.rect((x + 1.0, y + 1.0), (side.0 - 2.0, side.1 - 2.0), cell.fill, (edge, 2.0));
        }
        let ink = cell.fill.ink();
        if ink != Colour::INK {
            drawing.body += &format!("<g fill=\"{ink}\">");
        }
        let size = (0.5 * side.1).clamp(7.0, 13.0);
        drawing.centred((x + side.0 / 2.0, y + side.1 / 2.0 + 0.36 * size), side.0 - 2.0, size, &cell.text);
        if ink != Colour::INK {
            drawing.body += "</g>";
        }
    }
    drawing
}

/// Pixels, `width` units across.
pub(crate) fn image(pixels: &Array2<Colour>, width: f64) -> Drawing {
    let (rows, columns) = pixels.dim();
    let height = width * rows as f64 / columns.max(1) as f64;
    let flat: Vec<Colour> = pixels.iter().copied().collect();
    let mut drawing = Drawing::new(width, height);
    let file = png(&flat, columns).unwrap_or_default();
    drawing.body = format!(
        "<image width=\"{width:.1}\" height=\"{height:.1}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>\n\
         <rect width=\"{width:.1}\" height=\"{height:.1}\" fill=\"none\" stroke=\"{}\" stroke-width=\"0.6\"/>\n",
        STANDARD.encode(file),
        Colour::LINE
    );
    drawing
}

/// Values as shades, `width` units across.
pub(crate) fn heat(values: ArrayView2<'_, f64>, shades: Shades, width: f64) -> Drawing {
    image(&values.mapv(|v| shades.at(v)), width)
}
