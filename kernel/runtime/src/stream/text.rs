//! Bytes to text piece by piece: a character split between two reads is held back, a broken one is U+FFFD.

/// The decoder of one stream.
#[derive(Debug, Default)]
pub(crate) struct Text {
    held: Vec<u8>,
}

impl Text {
    /// The text that `bytes` complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let ready = self.held.len() - incomplete_tail(&self.held);
        let text = String::from_utf8_lossy(&self.held[..ready]).into_owned();
        self.held.drain(..ready);
        text
    }

    /// The text of what is held back, given that nothing will follow.
    pub(crate) fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned()
    }

    /// Whether something is held back.
    pub(crate) fn holds(&self) -> bool {
        !self.held.is_empty()
    }
}

/// How many bytes at the end may be the beginning of a character.
pub(super) fn incomplete_tail(bytes: &[u8]) -> usize {
    (1..=bytes.len().min(3))
        .find(|&length| bytes[bytes.len() - length] >= 0xC0)
        .filter(|&length| {
            let tail = &bytes[bytes.len() - length..];
            std::str::from_utf8(tail)
                .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_in_two_reads_is_one_character() {
        let mut text = Text::default();
        let bytes = "学".as_bytes();
        assert_eq!(text.push(&bytes[..2]), "");
        assert_eq!(text.push(&bytes[2..]), "学");
    }

    #[test]
    fn a_character_that_never_completes_is_a_replacement_character() {
        let mut text = Text::default();
        assert_eq!(text.push(b"a\xe5\xad"), "a");
        assert_eq!(text.finish(), "\u{fffd}");
    }
}
