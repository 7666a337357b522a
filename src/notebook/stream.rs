//! 標準出力への書き方（`docs/display-protocol.md`）: どこにいるか、ブロック、制御の一行。

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Who reads our stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Our kernel: displays can be replaced, and there are control lines.
    Kernel,
    /// evcxr: displays, but nothing else.
    Evcxr,
    /// A terminal, a file, a pipe.
    Elsewhere,
}

impl Place {
    pub(super) fn current() -> Place {
        if std::env::var_os("KAKUNIN_KERNEL").is_some_and(|v| v == "1") {
            Place::Kernel
        } else if std::env::var_os("EVCXR_IS_RUNTIME").is_some() {
            Place::Evcxr
        } else {
            Place::Elsewhere
        }
    }
}

/// One form of a display.
pub(super) fn block(mime: &str, attributes: &str, content: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {mime}{attributes}\n{}\n{END}\n", unmistakable(content))
}

/// A line of its own for the kernel, which no program writes by accident. Whether there is our kernel to read it.
pub(super) fn control(message: &serde_json::Value) -> bool {
    let heard = Place::current() == Place::Kernel;
    if heard {
        write(&format!("\u{1e}KAKUNIN {message}\n"));
    }
    heard
}

/// In one piece and at once. Nobody is left to tell if stdout is gone.
pub(super) fn write(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// A name for a display that no other display has, not even one of an earlier kernel in the same notebook, or one
/// shown before the process was rolled back to an earlier state.
pub(super) fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{time:x}-{:x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

const END: &str = "EVCXR_END_CONTENT";

/// evcxr also ends a block here.
const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";

/// A line that would end the block gets a blank at its end. That is no change to HTML, SVG or Markdown, cannot be
/// seen in plain text, and lines of JSON and base64 are never such a line.
fn unmistakable(content: &str) -> String {
    let line = |line: &str| {
        let (text, end) = line.split_at(line.trim_end_matches(['\n', '\r']).len());
        let blank = if text == END || text == PANIC { " " } else { "" };
        format!("{text}{blank}{end}")
    };
    if content.contains(END) || content.contains(PANIC) {
        content.split_inclusive('\n').map(line).collect()
    } else {
        content.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_are_markers_are_changed() {
        let content = "EVCXR_END_CONTENT\r\n<EVCXR_END_CONTENT>\n\nEVCXR_PANIC_NOTIFICATION";
        assert_eq!(
            unmistakable(content),
            "EVCXR_END_CONTENT \r\n<EVCXR_END_CONTENT>\n\nEVCXR_PANIC_NOTIFICATION "
        );
    }

    #[test]
    fn names_of_displays_differ() {
        let ids: std::collections::HashSet<_> = (0..1000).map(|_| new_id()).collect();
        assert_eq!(ids.len(), 1000);
    }
}
