//! Bytes in, whole lines out.

use memchr::memchr;

/// Bytes that arrived, not yet a whole line.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
}

impl Lines {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line, without its newline.
    pub(crate) fn next_line(&mut self) -> Option<String> {
        let end = memchr(b'\n', &self.bytes)?;
        let line = String::from_utf8_lossy(&self.bytes[..end]).into_owned();
        self.bytes.drain(..=end);
        Some(line)
    }
}
