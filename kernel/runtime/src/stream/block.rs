//! A content block: everything up to the line that closes it.

use memchr::memmem;

/// A longer block is text after all: the supervisor's memory is bounded.
const LONGEST_BLOCK: usize = 64 << 20;
const END: &[u8] = b"EVCXR_END_CONTENT\n";
/// A panic inside a block leaves it unclosed.
const PANICKED: &[u8] = b"EVCXR_PANIC_NOTIFICATION\n";
const STEM: &[u8] = b"EVCXR_";

/// What became of an open block.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// Closed: the content's length, and the length with the closing line.
    Closed(usize, usize),
    /// Never to be closed: this many bytes are text.
    Broken(usize),
    /// More bytes are wanted.
    Open,
}

/// Looks for the end of a block in the bytes after its header, of which the first `searched` are known.
pub(super) fn closing(buffer: &[u8], searched: &mut usize) -> Closing {
    while let Some(offset) = memmem::find(&buffer[*searched..], STEM) {
        let at = *searched + offset;
        if at > LONGEST_BLOCK {
            break;
        }
        let rest = &buffer[at..];
        if at == 0 || buffer[at - 1] == b'\n' {
            if rest.starts_with(END) {
                return Closing::Closed(at.saturating_sub(1), at + END.len());
            }
            if rest.starts_with(PANICKED) {
                return Closing::Broken(at);
            }
            if END.starts_with(rest) || PANICKED.starts_with(rest) {
                *searched = at;
                return Closing::Open;
            }
        }
        *searched = at + 1;
    }
    if buffer.len() > LONGEST_BLOCK + END.len() {
        return Closing::Broken(LONGEST_BLOCK);
    }
    *searched = (*searched).max(buffer.len().saturating_sub(STEM.len() - 1));
    Closing::Open
}
