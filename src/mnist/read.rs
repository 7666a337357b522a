//! ひとつのファイルを読みながら、展開し、調べ、SHA-256 を取る。

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::fault::Fault;
use super::part::Part;

/// Why a copy stopped: the two ends call for different answers.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file is not what it should be.
    Source(Fault),
    /// What was read could not be written.
    Sink(std::io::Error),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Source(fault)
    }
}

/// Copies the raw bytes of `part` to `sink`; nothing beyond the expected size (plus one byte, to see that
/// there is more) is ever unpacked.
pub(super) fn copy(path: &Path, part: Part, sink: &mut impl Write) -> Result<Digest, Stop> {
    let (file, gzipped) = open(path).map_err(Fault::Unreadable)?;
    let broken = |e| if gzipped { Fault::BrokenGzip(e) } else { Fault::Unreadable(e) };
    // The extra byte also makes the decoder reach the end, where it compares its own checksum.
    let mut raw = file.take(part.size() + 1);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 128 * 1024];
    let mut total = 0;
    loop {
        let read = fill(&mut raw, &mut buffer).map_err(broken)?;
        let chunk = &buffer[..read];
        if total == 0 {
            check_header(chunk, part)?;
        }
        if total + read as u64 > part.size() {
            return Err(Fault::Longer.into());
        }
        if part.holds_labels() {
            check_labels(chunk, total, part)?;
        }
        total += read as u64;
        if read == 0 {
            break;
        }
        hasher.update(chunk);
        sink.write_all(chunk).map_err(Stop::Sink)?;
    }
    if total < part.size() {
        return Err(Fault::Truncated { found: total }.into());
    }
    Ok(Digest::of(hasher))
}

/// The same without a copy.
pub(super) fn digest(path: &Path, part: Part) -> Result<Digest, Fault> {
    copy(path, part, &mut std::io::sink()).map_err(|stop| match stop {
        Stop::Source(fault) => fault,
        Stop::Sink(e) => Fault::Unreadable(e),
    })
}

/// Size, header and SHA-256 are those of `wanted`.
pub(super) fn check(path: &Path, part: Part, wanted: Digest) -> Result<(), Fault> {
    let found = digest(path, part)?;
    if found == wanted { Ok(()) } else { Err(Fault::Altered { found, wanted }) }
}

/// Browsers unpack a `.gz` and keep its name, so the first bytes decide, not the name.
fn open(path: &Path) -> std::io::Result<(Box<dyn Read>, bool)> {
    let mut file = BufReader::with_capacity(64 * 1024, File::open(path)?);
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Ok((Box::new(MultiGzDecoder::new(file)), true))
    } else {
        Ok((Box::new(file), false))
    }
}

pub(super) fn is_gzip(path: &Path) -> bool {
    let mut magic = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == [0x1f, 0x8b]
}

/// Fills the buffer as far as there is data: a header must not be cut by a short read.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

fn check_header(start: &[u8], part: Part) -> Result<(), Fault> {
    let found: Vec<u32> = start
        .chunks_exact(4)
        .take(part.header().len())
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    match found.first() {
        Some(&magic) if magic != part.header()[0] => Err(Fault::Magic { found: magic }),
        _ if found.len() < part.header().len() => Err(Fault::Truncated { found: start.len() as u64 }),
        _ if found != part.header() => Err(Fault::Shape { found: found[1..].to_vec() }),
        _ => Ok(()),
    }
}

/// The networks have ten outputs; a label beyond them would only be noticed in the middle of a run.
fn check_labels(chunk: &[u8], before: u64, part: Part) -> Result<(), Fault> {
    let header = if before == 0 { part.header().len() * 4 } else { 0 };
    match chunk.iter().skip(header).find(|&&label| label > 9) {
        Some(&found) => Err(Fault::Label { found }),
        None => Ok(()),
    }
}
