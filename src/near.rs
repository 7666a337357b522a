//! 打ち間違えた名前に近いもの。

use strsim::levenshtein;

/// The known name that takes the fewest edits; on a tie the first.
pub(crate) fn nearest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    known.min_by_key(|known| levenshtein(name, known))
}

/// The same, where it is near enough to be what was meant.
pub(crate) fn near_miss(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    nearest(name, known).filter(|known| levenshtein(name, known) <= 1 + known.len() / 4)
}
