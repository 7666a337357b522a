//! 値の並び: 配列のように使え、ノートブックでは表になる。

use crate::claims::Claim;
use crate::diagnosis::Finding;
use crate::notebook::{Card, shown_as_a_card};
use crate::{Lang, Slip};
use serde::Serialize;
use std::ops::Deref;

/// 値の並び。`[0]`、`iter()`、`for` など、配列にできることはみなできる。セルの最後に書けば表になる。
///
/// ```
/// use kakunin::{Slip, optimizer};
/// let slips = optimizer::EXPERIMENTS[2].slips();
/// assert_eq!((slips.len(), slips[0]), (1, Slip::FirstGradientSkipped));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Listed<T>(Vec<T>);

impl<T> Deref for Listed<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for Listed<T> {
    fn from(values: Vec<T>) -> Listed<T> {
        Listed(values)
    }
}

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Listed<T> {
        Listed(values.into_iter().collect())
    }
}

impl<T> IntoIterator for Listed<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Listed<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: PartialEq, const N: usize> PartialEq<[T; N]> for Listed<T> {
    fn eq(&self, other: &[T; N]) -> bool {
        self.0 == *other
    }
}

impl<T: PartialEq> PartialEq<Vec<T>> for Listed<T> {
    fn eq(&self, other: &Vec<T>) -> bool {
        self.0 == *other
    }
}

shown_as_a_card!(Listed<Slip>, Listed<Finding>, Listed<Claim>);

impl Listed<Slip> {
    fn card(&self, lang: Lang) -> Card {
        let title = match self.len() {
            0 => lang.pick("書き誤りはない。", "There is no slip.").to_owned(),
            n => lang.pick(format!("原典の書き誤り（{n}）"), format!("Slips of the original ({n})")),
        };
        let header = lang.pick(["書き誤り", "場所", "正確に言うと"], ["Slip", "Place", "Precisely"]);
        let row = |slip: &Slip| {
            let erratum = slip.erratum();
            let place = erratum.map_or("", |e| &e.place);
            let precise = erratum.map_or("", |e| e.precise(lang));
            [slip.describe(lang), place, precise].map(str::to_owned).to_vec()
        };
        listed(lang, title, &header, self.iter().map(row).collect())
    }
}

impl Listed<Finding> {
    fn card(&self, lang: Lang) -> Card {
        let title = match self.len() {
            0 => lang.pick("気になることは見つからない。", "Nothing unusual was found.").to_owned(),
            n => lang.pick(format!("診断（{n}）"), format!("Diagnoses ({n})")),
        };
        let header = lang.pick(["診断", "わけ"], ["Diagnosis", "What was seen"]);
        let row = |f: &Finding| vec![f.name(lang).to_owned(), f.describe(lang)];
        listed(lang, title, &header, self.iter().map(row).collect())
    }
}

impl Listed<Claim> {
    fn card(&self, lang: Lang) -> Card {
        let n = self.len();
        let title = lang.pick(format!("講座の主張（{n}）"), format!("The course's claims ({n})"));
        let header = lang.pick(["名前", "講座の文", "場所"], ["Name", "The course's sentence", "Place"]);
        let row = |c: &Claim| [c.id, c.quote, c.place].map(str::to_owned).to_vec();
        listed(lang, title, &header, self.iter().map(row).collect())
    }
}

/// A table under its title; of nothing, the title alone.
fn listed(lang: Lang, title: String, header: &[&str], rows: Vec<Vec<String>>) -> Card {
    let card = Card::new(lang, title, "");
    if rows.is_empty() { card } else { card.words(header, rows) }
}
