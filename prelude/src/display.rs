//! The display of a cell's last expression, for every type that has a `Debug` form.
//!
//! evcxr calls `(expression).evcxr_display()`. A type's own method of that name wins over the trait's, as methods
//! always do; so what knows how to show itself does, and everything else is shown as `{:?}`.

use kakunin::Lang;
use kakunin::notebook::Output;
use std::fmt::{Debug, Write};

/// Shows the last expression of a cell.
pub trait EvcxrDisplay {
    /// Shows the value as text; `()` shows nothing.
    fn evcxr_display(&self);
}

impl<T: Debug + ?Sized> EvcxrDisplay for T {
    fn evcxr_display(&self) {
        show(&self);
    }
}

fn show(value: &dyn Debug) {
    let text = debug_text(value);
    if text != "()" {
        Output::new().plain(text).show();
    }
}

/// A value whose display is its `Debug` form, whatever else it knows: what an inspection shows.
pub fn shown<T: Debug + ?Sized>(value: &T) -> Shown<'_, T> {
    Shown(value)
}

/// See [`shown`].
pub struct Shown<'a, T: ?Sized>(&'a T);

impl<T: Debug + ?Sized> Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// No display is longer than this: 64 KiB.
const LONGEST: usize = 64 << 10;

/// The `Debug` form; if it is too long, its beginning and a line that says so.
fn debug_text(value: &dyn Debug) -> String {
    let mut text = Limited { text: String::new(), is_cut: false };
    // Apart from the limit, only a `Debug` of the learner's own can fail; what it has written is shown.
    let _ = write!(text, "{value:?}");
    if text.is_cut {
        text.text += Lang::current()
            .pick("\n…（64 KiB を超えたので、ここまで）", "\n… (cut here: longer than 64 KiB)");
    }
    text.text
}

struct Limited {
    text: String,
    is_cut: bool,
}

impl Write for Limited {
    fn write_str(&mut self, piece: &str) -> std::fmt::Result {
        let room = LONGEST - self.text.len();
        self.is_cut = piece.len() > room;
        self.text += &piece[..piece.floor_char_boundary(room)];
        // An error ends the formatting: nobody waits for what isn't shown.
        if self.is_cut { Err(std::fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_ends_at_the_limit_with_a_line_that_says_so() {
        let text = debug_text(&"あ".repeat(LONGEST));
        let (shown, last) = text.rsplit_once('\n').unwrap();
        assert!((LONGEST - 2..=LONGEST).contains(&shown.len()) && shown.ends_with('あ'));
        assert_eq!(last, "…（64 KiB を超えたので、ここまで）");
        assert_eq!(debug_text(&vec![0; 20_000]).len(), 60_000);
    }
}
