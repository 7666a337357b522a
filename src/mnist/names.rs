//! データの名前: 知られているもの、知られていないとき。

use super::{MNIST, Places, sets};
use crate::{Error, ErrorKind};

/// 選べる名前: `mnist` と、取り込んだもの。
pub fn names(places: &Places) -> Vec<String> {
    let mut names = vec![MNIST.to_owned()];
    names.extend(sets::imported(places));
    names
}

pub(super) fn unknown(places: &Places, name: &str) -> Error {
    let names = names(places);
    let near = names
        .iter()
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|&(distance, known)| distance <= 1 + known.len() / 4);
    let (near_ja, near_en) = match near {
        Some((_, known)) => (format!("、もしかして {known}"), format!("; did you mean {known}?")),
        None => (String::new(), String::new()),
    };
    let names = names.join(", ");
    Error::new(
        ErrorKind::Unknown,
        format!(
            "データ {name:?} は知られていません（選べるのは {names}{near_ja}）: 新しいデータは `kakunin data import NAME DIR` で取り込んでください"
        ),
        format!(
            "The data {name:?} is unknown (known: {names}{near_en}): take in a new set with `kakunin data import NAME DIR`"
        ),
    )
}

/// How many letters to insert, delete or change (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
