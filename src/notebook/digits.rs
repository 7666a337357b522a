//! データの最初の画像を並べた一枚の PNG。

use crate::lang::Lang;
use crate::plot::{Colour, Shades, png};
use crate::samples::Samples;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const COLUMNS: usize = 10;
const LINES: usize = 2;

/// Larger images than this are not shown.
const LARGEST: usize = 64;

/// An `img` element with the first twenty images and their labels; empty if the rows are no grey images.
pub(super) fn img(samples: &Samples, lang: Lang) -> String {
    let [channels, height, width] = samples.shape();
    let is_image = channels == 1 && (2..=LARGEST).contains(&height) && (2..=LARGEST).contains(&width);
    let file = if is_image { picture(samples, height, width).ok() } else { None };
    let Some(file) = file else { return String::new() };
    let labels: Vec<_> = samples.labels().iter().take(COLUMNS * LINES).map(u8::to_string).collect();
    let labels = labels.join(" ");
    format!(
        "<img src=\"data:image/png;base64,{}\" width=\"{}\" alt=\"{}\" style=\"image-rendering:pixelated\">\n\
         <figcaption>{}</figcaption>\n",
        STANDARD.encode(file),
        2 * COLUMNS * width,
        lang.pick("最初の画像", "The first images"),
        lang.pick(format!("正解のラベル: {labels}"), format!("Labels: {labels}")),
    )
}

/// Black on white.
fn picture(samples: &Samples, height: usize, width: usize) -> std::io::Result<Vec<u8>> {
    let lines = samples.len().div_ceil(COLUMNS).min(LINES);
    let (across, down) = (COLUMNS * width, lines * height);
    let mut pixels = vec![Colour::WHITE; across * down];
    for i in 0..samples.len().min(COLUMNS * LINES) {
        let corner = i / COLUMNS * height * across + i % COLUMNS * width;
        for (p, value) in samples.row(i).into_iter().enumerate() {
            pixels[corner + p / width * across + p % width] = Shades::Ink.at(f64::from(value));
        }
    }
    png(&pixels, across)
}
