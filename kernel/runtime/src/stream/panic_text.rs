//! What the standard library's own words on stderr say, for processes without the prelude's hook.

use crate::event::Panic;

/// The last panic that the text tells of.
pub(crate) fn panic_in(stderr: &str) -> Option<Panic> {
    let (_, rest) = stderr.rsplit_once(" panicked at ")?;
    let (place, rest) = rest.split_once('\n')?;
    let mut parts = place.trim_end_matches(':').rsplitn(3, ':');
    let column = parts.next().and_then(|part| part.parse().ok());
    let line = parts.next().and_then(|part| part.parse().ok());
    let message: Vec<&str> = rest
        .lines()
        .take_while(|line| !line.starts_with("note: ") && !line.starts_with("stack backtrace:"))
        .collect();
    Some(Panic {
        message: message.join("\n").trim_end().to_owned(),
        file: parts.next().map(str::to_owned),
        line,
        column,
        frames: Vec::new(),
    })
}

/// Whether the allocator gave up.
pub(crate) fn allocation_failed(stderr: &str) -> bool {
    stderr
        .rsplit_once("memory allocation of ")
        .and_then(|(_, rest)| rest.split_once(" bytes failed"))
        .is_some_and(|(count, _)| count.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_and_its_place_are_found() {
        let panic = panic_in(
            "noise\n\nthread 'main' (42) panicked at src/lib.rs:12:5:\nindex out of bounds\nsecond line\n\
             stack backtrace:\n   0: main\n",
        )
        .unwrap();
        assert_eq!(panic.message, "index out of bounds\nsecond line");
        assert_eq!(
            (panic.file.as_deref(), panic.line, panic.column),
            (Some("src/lib.rs"), Some(12), Some(5))
        );
    }

    #[test]
    fn other_text_is_no_panic() {
        assert_eq!(panic_in("the crowd panicked\n"), None);
        assert!(!allocation_failed("memory allocation of ideas bytes failed"));
    }

    #[test]
    fn the_allocators_last_words_are_recognised() {
        assert!(allocation_failed("memory allocation of 4294967296 bytes failed\n"));
    }
}
