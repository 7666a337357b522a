//! PNG: 画素を並べた画像のファイル。

use super::colour::Colour;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// A file of the pixels, line after line of `width`.
pub(crate) fn png(pixels: &[Colour], width: usize) -> std::io::Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(vec![], Compression::default());
    for line in pixels.chunks(width.max(1)) {
        // Each line begins with the number of its filter: none.
        packed.write_all(&[0])?;
        line.iter().try_for_each(|c| packed.write_all(&[c.0, c.1, c.2]))?;
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let height = pixels.len() / width.max(1);
    let size = [(width as u32).to_be_bytes(), (height as u32).to_be_bytes()].concat();
    // Eight bits each of red, green and blue.
    chunk(&mut png, b"IHDR", &[&size[..], &[8, 2, 0, 0, 0]].concat());
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
