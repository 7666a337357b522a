//! The lengths of ZMTP frames, as they pass by.

/// No message may be longer than this: ten times the largest that a notebook could sensibly send.
const LONGEST: u64 = 512 << 20;
/// A connection starts with a greeting of this length.
const GREETING: u64 = 64;
/// Flags of a frame: more frames of the same message follow; the length has eight bytes and not one.
const MORE: u8 = 1;
const LONG: u8 = 2;

/// Where in the stream of frames the next byte lies.
pub(super) struct Frames {
    state: State,
    /// How long the message is so far, as far as its frames have claimed.
    message: u64,
}

enum State {
    /// So many bytes of content (or of the greeting) are still to come.
    Content(u64),
    Flags,
    Length {
        flags: u8,
        bytes_left: u8,
        value: u64,
    },
}

impl Default for Frames {
    fn default() -> Frames {
        Frames { state: State::Content(GREETING), message: 0 }
    }
}

impl Frames {
    /// Follows the next bytes; the error says what they claim.
    pub(super) fn check(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while let Some((&first, rest)) = bytes.split_first() {
            match self.state {
                State::Content(0) => self.state = State::Flags,
                State::Content(left) => {
                    let here = left.min(bytes.len() as u64);
                    self.state = State::Content(left - here);
                    bytes = bytes.get(here as usize..).unwrap_or_default();
                }
                State::Flags => {
                    let bytes_left = if first & LONG == 0 { 1 } else { 8 };
                    self.state = State::Length { flags: first, bytes_left, value: 0 };
                    bytes = rest;
                }
                State::Length { flags, bytes_left, value } => {
                    let value = value << 8 | u64::from(first);
                    bytes = rest;
                    match bytes_left {
                        1 => self.enter(flags, value)?,
                        _ => self.state = State::Length { flags, bytes_left: bytes_left - 1, value },
                    }
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, flags: u8, length: u64) -> Result<(), String> {
        self.message = self.message.saturating_add(length);
        if self.message > LONGEST {
            return Err(format!("a message of {} bytes or more", self.message));
        }
        if flags & MORE == 0 {
            self.message = 0;
        }
        self.state = State::Content(length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(flags: u8, length: u64) -> Vec<u8> {
        let mut bytes = vec![flags];
        match flags & LONG {
            0 => bytes.push(length as u8),
            _ => bytes.extend(length.to_be_bytes()),
        }
        bytes.extend(vec![b'x'; length.min(1000) as usize]);
        bytes
    }

    /// What follows a greeting, handed over in pieces of the given size.
    fn checked(stream: &[u8], piece: usize) -> Result<(), String> {
        let mut frames = Frames::default();
        let mut bytes = vec![0xff; GREETING as usize];
        bytes.extend(stream);
        bytes.chunks(piece).try_for_each(|piece| frames.check(piece))
    }

    #[test]
    fn ordinary_frames_pass_however_they_are_cut() {
        let stream =
            [frame(MORE, 0), frame(MORE, 255), frame(LONG, 900), frame(4, 3), frame(0, 0), frame(LONG, 300)];
        for piece in [1, 2, 3, 7, 64, 65, 10_000] {
            checked(&stream.concat(), piece).unwrap();
        }
    }

    #[test]
    fn a_frame_that_claims_too_much_is_refused() {
        for claim in [LONGEST + 1, 1 << 40, u64::MAX] {
            checked(&frame(LONG, claim), 10_000).unwrap_err();
            checked(&[frame(MORE, 200), frame(LONG, claim)].concat(), 1).unwrap_err();
        }
    }

    #[test]
    fn a_message_of_many_frames_is_refused_when_it_gets_too_long() {
        let mut frames = Frames::default();
        frames.check(&[0; GREETING as usize]).unwrap();
        let (half, whole) = (LONGEST / 2, LONGEST);
        let mut claim = |flags: u8, length: u64| {
            frames.check(&[&[flags | LONG][..], &length.to_be_bytes()].concat())?;
            // The content itself, without its bytes.
            frames.state = State::Content(0);
            Ok::<(), String>(())
        };
        claim(MORE, half).unwrap();
        claim(0, half).unwrap();
        claim(0, whole).unwrap();
        claim(MORE, half).unwrap();
        claim(MORE, half).unwrap();
        claim(MORE, 1).unwrap_err();
    }
}
