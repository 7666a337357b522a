//! データの名前: 知られているもの、知られていないとき。

use super::{MNIST, Places, sets};
use crate::near::near_miss;
use crate::{Error, ErrorKind};

/// 選べる名前: `mnist` と、取り込んだもの。
pub fn names(places: &Places) -> Vec<String> {
    let mut names = vec![MNIST.to_owned()];
    names.extend(sets::imported(places));
    names
}

pub(super) fn unknown(places: &Places, name: &str) -> Error {
    let names = names(places);
    let near = near_miss(name, names.iter().cloned());
    let (near_ja, near_en) = match near {
        Some(known) => (format!("、もしかして {known}"), format!("; did you mean {known}?")),
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
