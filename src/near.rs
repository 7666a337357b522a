//! 打ち間違えた名前に近いもの。

use std::cmp::Reverse;
use strsim::levenshtein;

/// The known name that takes the fewest edits; on a tie the one that begins alike for longest, then the first.
pub(crate) fn nearest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let alike = |known: &str| name.chars().zip(known.chars()).take_while(|(a, b)| a == b).count();
    known.min_by_key(|known| (levenshtein(name, known), Reverse(alike(known))))
}

/// The same, where it is near enough to be what was meant.
pub(crate) fn near_miss(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    nearest(name, known).filter(|known| levenshtein(name, known) <= 1 + known.len() / 4)
}
