//! 原典のノートブックに印字された 47 の曲線。
//!
//! 値は正答の数（整数）で持つ。出典は `data/SOURCES.md` の `published/`。原典はシードを決めずに学習しているので、
//! 同じシードで同じ値になる再現とは違い、ここの値とは「その実験で出るふつうの値か」だけを比べる: [`percentile`]。

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::history::{Hits, Point};

/// 原典の一つのセルに印字された曲線。
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// 原典のノートブック
    pub notebook: String,
    /// 印字された点（反復の順）
    pub curve: Vec<Point>,
    last: Point,
    max_test: Hits,
}

impl Published {
    /// 最後に印字された、訓練側の正答。
    pub fn final_train(&self) -> Hits {
        self.last.train
    }

    /// 最後に印字された、検証側の正答。
    pub fn final_test(&self) -> Hits {
        self.last.test
    }

    /// 印字されたなかで最も多い、検証側の正答。
    pub fn max_test(&self) -> Hits {
        self.max_test
    }
}

/// 実験（`2_4/16` など）の、原典に印字された曲線。
///
/// ```
/// let published = kakunin::published("2_4/16").ok_or("2_4/16")?;
/// assert_eq!(published.curve.len(), 100);
/// assert_eq!(published.final_test().accuracy(), 0.9434);
/// assert!(kakunin::published("2_4/17").is_none());
/// # Ok::<(), &str>(())
/// ```
pub fn published(id: &str) -> Option<&'static Published> {
    ALL.get(id)
}

/// 原典の曲線がある実験の ID（順は ID の文字の順）。
pub fn published_ids() -> impl Iterator<Item = &'static str> {
    ALL.keys().map(String::as_str)
}

/// `value` が `sample` のなかで下から何パーセントのところにあるか（0 から 100）。
///
/// ```text
/// 100 × (value より小さいものの数 + 等しいものの数 ÷ 2) ÷ 全体の数
/// ```
/// 全体が空なら数ではない（NaN）。
///
/// ```
/// use kakunin::percentile;
/// assert_eq!(percentile(0.5, &[0.1, 0.2, 0.9, 0.3]), 75.0);
/// assert_eq!(percentile(0.5, &[0.1, 0.5, 0.5, 0.9]), 50.0);
/// ```
pub fn percentile(value: f64, sample: &[f64]) -> f64 {
    let below = sample.iter().filter(|&&s| s < value).count();
    let ties = sample.iter().filter(|&&s| s == value).count();
    100.0 * (below as f64 + ties as f64 / 2.0) / sample.len() as f64
}

/// Read once. The file is part of the program; that it reads is a test, not a learner's problem.
static ALL: LazyLock<BTreeMap<String, Published>> =
    LazyLock::new(|| parse(include_str!("../data/published/curves.json")).unwrap_or_default());

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    folder: String,
    notebooks: Vec<Notebook>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notebook {
    name: String,
    curves: Vec<Cell>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cell {
    id: String,
    every: usize,
    train: Column,
    test: Column,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    of: u32,
    hits: Vec<u32>,
}

impl Column {
    fn check(&self) -> Result<(), String> {
        match self.hits.iter().find(|&&hits| hits > self.of) {
            Some(hits) => Err(format!("{hits} hits of {}", self.of)),
            None => Ok(()),
        }
    }

    fn points(&self) -> impl Iterator<Item = Hits> {
        self.hits.iter().map(|&hits| Hits { hits, of: self.of })
    }
}

fn parse(text: &str) -> Result<BTreeMap<String, Published>, String> {
    let file: File = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut all = BTreeMap::new();
    for Notebook { name, curves } in file.notebooks {
        let notebook = format!("{}/{name}.ipynb", file.folder);
        for cell in curves {
            let at = |e: String| format!("{}: {e}", cell.id);
            let published = cell.published(&notebook).map_err(at)?;
            if all.insert(cell.id.clone(), published).is_some() {
                return Err(at("twice".to_owned()));
            }
        }
    }
    Ok(all)
}

impl Cell {
    fn published(&self, notebook: &str) -> Result<Published, String> {
        self.train.check()?;
        self.test.check()?;
        if self.train.hits.len() != self.test.hits.len() {
            return Err("train and test differ in length".to_owned());
        }
        let points = self.train.points().zip(self.test.points()).enumerate();
        let curve: Vec<_> =
            points.map(|(i, (train, test))| Point { iteration: (i + 1) * self.every, train, test }).collect();
        let last = *curve.last().ok_or("no points")?;
        let max_test = self.test.points().max_by_key(|test| test.hits).unwrap_or(last.test);
        Ok(Published { notebook: notebook.to_owned(), curve, last, max_test })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_reads() {
        assert_eq!(parse(include_str!("../data/published/curves.json")).map(|all| all.len()), Ok(47));
    }

    fn wrong(cells: &str) -> String {
        let text = format!(r#"{{"folder":"f","notebooks":[{{"name":"n","curves":[{cells}]}}]}}"#);
        parse(&text).expect_err("this file is wrong")
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        let cell = r#"{"id":"a/1","every":10,"train":{"of":2,"hits":[1]},"test":{"of":3,"hits":[2]}}"#;
        assert_eq!(wrong(&format!("{cell},{cell}")), "a/1: twice");
        assert_eq!(wrong(&cell.replace("[2]", "[4]")), "a/1: 4 hits of 3");
        assert_eq!(wrong(&cell.replace("[2]", "[2,3]")), "a/1: train and test differ in length");
        assert_eq!(wrong(&cell.replace("[1]", "[]").replace("[2]", "[]")), "a/1: no points");
        assert!(wrong(&cell.replace("every", "each")).contains("unknown field `each`"));
        assert!(wrong(&cell.replace("[1]", "[0.5]")).contains("0.5"));
    }
}
