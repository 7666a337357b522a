//! 打ち間違えた名前に近いもの。

/// The known name that takes the fewest edits; on a tie the first.
pub(crate) fn nearest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    known.min_by_key(|known| strsim::levenshtein(name, known))
}
