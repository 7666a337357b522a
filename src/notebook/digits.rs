//! データの最初の画像を並べた一枚の PNG。

use crate::lang::Lang;
use crate::samples::Samples;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

const COLUMNS: usize = 10;
const LINES: usize = 2;

/// Larger images than this are not shown.
const LARGEST: usize = 64;

/// An `img` element with the first twenty images and their labels; empty if the rows are no grey images.
pub(super) fn img(samples: &Samples, lang: Lang) -> String {
    let [channels, height, width] = samples.shape();
    let is_image = channels == 1 && (2..=LARGEST).contains(&height) && (2..=LARGEST).contains(&width);
    let png = if is_image { png(samples, height, width).ok() } else { None };
    let Some(png) = png else { return String::new() };
    let labels: Vec<_> = samples.labels().iter().take(COLUMNS * LINES).map(u8::to_string).collect();
    let labels = labels.join(" ");
    format!(
        "<img src=\"data:image/png;base64,{}\" width=\"{}\" alt=\"{}\" style=\"image-rendering:pixelated\">\n\
         <figcaption>{}</figcaption>\n",
        STANDARD.encode(png),
        2 * COLUMNS * width,
        lang.pick("最初の画像", "The first images"),
        lang.pick(format!("正解のラベル: {labels}"), format!("Labels: {labels}")),
    )
}

/// Black on white.
fn png(samples: &Samples, height: usize, width: usize) -> std::io::Result<Vec<u8>> {
    let lines = samples.len().div_ceil(COLUMNS).min(LINES);
    let (across, down) = (COLUMNS * width, lines * height);
    let mut pixels = vec![255; across * down];
    for i in 0..samples.len().min(COLUMNS * LINES) {
        let corner = i / COLUMNS * height * across + i % COLUMNS * width;
        for (p, value) in samples.row(i).into_iter().enumerate() {
            pixels[corner + p / width * across + p % width] = 255 - (255.0 * value) as u8;
        }
    }
    let mut packed = ZlibEncoder::new(vec![], Compression::default());
    for line in pixels.chunks(across) {
        // Each line begins with the number of its filter: none.
        packed.write_all(&[0])?;
        packed.write_all(line)?;
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [(across as u32).to_be_bytes(), (down as u32).to_be_bytes()].concat();
    // Eight bits of grey.
    chunk(&mut png, b"IHDR", &[&size[..], &[8, 0, 0, 0, 0]].concat());
    chunk(&mut png, b"IDAT", &packed.finish()?);
    chunk(&mut png, b"IEND", &[]);
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(crc.sum().to_be_bytes());
}
